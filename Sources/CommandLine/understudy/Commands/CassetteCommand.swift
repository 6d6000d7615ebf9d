import ArgumentParser
import Cassettes
import Documents
import ProjectFiles

struct CassetteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cassette", abstract: "Look after cassettes.",
        subcommands: [VerifyCassettes.self, RekeyCassette.self, AdoptCassette.self])
}

struct VerifyCassettes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read cassettes whole, and check every key. Exits 2 when one is broken.")

    @Argument(
        help: ArgumentHelp(
            "Cassettes: names, or files ending in .yaml; all when none is given.", valueName: "name|file"))
    var names: [String] = []

    func run() async throws {
        let project = Project()
        let wanted = names.isEmpty ? project.cassetteNames.map(\.text) : names
        var problems: [Diagnostic] = []
        for name in wanted {
            do {
                let cassette = try project.cassette(named: name)
                for warning in cassette.warnings { Console.complain("\(warning)") }
                let found = cassette.check()
                problems += found
                if found.isEmpty {
                    Console.print("\(cassette.file): \(cassette.index.count) interactions, all keys fit")
                }
            } catch let error as Diagnostics {
                problems += error.all
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
    }
}

struct RekeyCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey", abstract: "Give every interaction the key of its request, after an edit by hand.")

    @Argument(help: ArgumentHelp("The cassette: a name, or a file ending in .yaml.", valueName: "name|file"))
    var name: String

    func run() async throws {
        let project = Project()
        let file = try project.cassetteFile(named: name)
        let (bytes, count) = try CassetteRekeying.apply(to: try project.read(file), file: file)
        if count > 0 { try project.replace(file, with: bytes) }
        Console.print("\(file): \(count) \(count == 1 ? "key" : "keys") changed")
    }
}

struct AdoptCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Accept an unfinished recording as the cassette.",
        discussion: "Takes NAME.yaml.recording, without a torn end, in the place of NAME.yaml.")

    @Argument(help: ArgumentHelp("The cassette's name.", valueName: "name"))
    var name: String

    func run() async throws {
        guard let cassette = CassetteName(name.replacing(":", with: "/")) else {
            throw ValidationError("'\(name)' is not a cassette's name\n  expected: \(CassetteName.expected)")
        }
        let file = Project().file(of: cassette)
        let count = try CassetteRecording.adopt(file)
        Console.print("\(file): \(count) interactions adopted")
    }
}
