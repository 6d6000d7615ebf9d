import ArgumentParser
import Cassettes
import ProjectFiles

/// What shells are told of this project: the shell's script asks the command itself, each time.
extension CompletionKind {
    static var cassettes: CompletionKind {
        .custom { _, _, word in
            names(Project().cassetteNames.map(\.text), under: Project().cassettesFolder, word)
        }
    }

    static var scenarios: CompletionKind {
        .custom { _, _, word in
            names(Project().scenarioNames.map(\.text), under: Project().scenariosFolder, word)
        }
    }

    /// The names, or the files that they are short for, once a word begins like one.
    private static func names(_ names: [String], under folder: String, _ word: String) -> [String] {
        word.hasPrefix("\(folder)/") ? names.map { "\(folder)/\($0).yaml" } : names
    }
}
