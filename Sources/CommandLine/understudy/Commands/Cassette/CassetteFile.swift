import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles

/// The one cassette that a verb is about.
struct CassetteArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The cassette: a name, or a file ending in .yaml.", valueName: "name|file"),
        completion: .cassettes)
    var name: String

    func file() throws -> CassetteFile { try CassetteFile(named: name) }
}

/// The cassettes that a verb is about, all of them unless some are named.
struct CassetteArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Cassettes: names, or files ending in .yaml; all when none is given.", valueName: "name|file"),
        completion: .cassettes)
    var names: [String] = []

    /// Says so when there is none at all.
    func files() throws -> [CassetteFile] {
        let wanted = names.isEmpty ? Project().cassetteNames.map(\.text) : names
        if wanted.isEmpty { Console.complain("no cassettes under \(Project().cassettesFolder)/") }
        return try wanted.map { try CassetteFile(named: $0) }
    }
}

/// A cassette's file, its text, and what stands beside it.
struct CassetteFile {
    let path: String
    let bytes: [UInt8]
    let beside: BesideFolder

    /// - Throws: `FileError`.
    init(named name: String) throws { try self.init(path: Project().cassetteFile(named: name)) }

    init(path: String) throws {
        self.path = path
        bytes = try Project().read(path)
        beside = BesideFolder(ofCassette: path)
    }

    /// - Throws: `Diagnostics`.
    func cassette() throws -> Cassette { try Cassette(bytes, file: path, beside: beside) }

    func replace(with edited: EditedCassette) throws { try Project().replace(path, with: edited) }
}

extension LiteralSecrets {
    /// Those that this process was given.
    static var own: LiteralSecrets { LiteralSecrets(environment: ProcessInfo.processInfo.environment) }
}
