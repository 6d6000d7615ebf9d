import ArgumentParser
import Documents
import ProjectFiles
import Reports
import TranscriptStore

/// Which store is meant, and how what it holds is printed.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file with the stored runs.", valueName: "file"))
    var store = Project().storeFile

    func open(for purpose: TranscriptStore.Purpose) throws -> TranscriptStore {
        let store = try TranscriptStore(path: store, for: purpose)
        if let note = store.note { Console.complain("note: " + note) }
        return store
    }
}

/// How a command prints its results.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json

    /// Prints one of the two renderings.
    func print(text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) {
        switch self {
        case .text: Console.print(text())
        case .json: Console.print(json().text(in: JSONLayout(.indent2)))
        }
    }
}

extension Console {
    /// Renders for the terminal that standard output is.
    static var pages: Reports.Terminal {
        Reports.Terminal(style: isColoured ? .coloured : .plain, width: min(width, 120))
    }

    /// Renders for files.
    static var plainPages: Reports.Terminal { Reports.Terminal(width: 100) }
}
