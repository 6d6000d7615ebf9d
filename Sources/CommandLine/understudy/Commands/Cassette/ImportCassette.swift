import ArgumentParser
import Cassettes
import ProjectFiles

struct ImportCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a cassette of what another tool has recorded.",
        discussion: """
            Reads HTTP archives (HAR 1.2, of browsers and proxies) and cassettes of vcr.py. Secrets are taken out on the way, as \
            in recording; the services' provenance is 'imported'.
            """)

    @Argument(help: ArgumentHelp("The archive.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The new cassette: a name, or a file ending in .yaml.", valueName: "cassette"))
    var output: String

    @Option(
        help: ArgumentHelp("Whose exchanges they are, for addresses that do not tell: \(words).", valueName: "service"))
    var service: String?

    @Flag(help: "Replace a cassette that is there.")
    var force = false

    private static let words = Service.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        if let service, Service(rawValue: service) == nil {
            throw ValidationError("unknown service '\(service)'\n  expected: one of \(Self.words)")
        }
    }

    func run() async throws {
        let project = Project()
        let (name, path) = try target(in: project)
        guard force || !project.exists(path) else {
            throw ValidationError("\(path) is there already\n  fix: choose another name, or --force to replace it")
        }
        let exchanges = try CassetteImport.exchanges(in: try project.read(file), file: file)
        let outcome = try CassetteImport.cassette(
            of: exchanges, name: name, service: service.flatMap(Service.init),
            program: "understudy \(Understudy.version)",
            today: Identifiers.today(), literals: .own)
        try project.replace(path, with: outcome.edited)
        let counts = outcome.counts.map { "\($0.count) of \($0.service.rawValue)" }
        let secrets = outcome.secrets.isEmpty ? "" : "; replaced \(outcome.secrets.words)"
        let total = exchanges.count
        Console.print(
            "\(path): \(total) \(total == 1 ? "interaction" : "interactions")"
                + (counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))") + secrets)
    }

    /// A name gives its file; a file's name is its path below the cassettes' folder, or its own name elsewhere.
    private func target(in project: Project) throws -> (CassetteName, String) {
        let isFile = output.hasSuffix(".yaml")
        let folder = project.cassettesFolder + "/"
        var text = isFile ? String(output.dropLast(5)) : output.replacing(":", with: "/")
        if isFile {
            text =
                text.hasPrefix(folder)
                ? String(text.dropFirst(folder.count)) : text.split(separator: "/").last.map(String.init) ?? ""
        }
        guard let name = CassetteName(text) else {
            throw ValidationError("'\(text)' is not a cassette's name\n  expected: \(CassetteName.expected)")
        }
        return (name, isFile ? output : project.file(of: name))
    }
}
