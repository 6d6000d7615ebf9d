import ArgumentParser
import Cassettes
import Documents
import ProjectFiles

struct ExportCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a cassette as an HTTP archive (HAR 1.2), for browsers and proxies.",
        discussion:
            "What an archive has no place for is in members that begin with '_', so that an import gives the same back."
    )

    @OptionGroup var cassette: CassetteArgument

    @Option(
        name: [.short, .long], help: ArgumentHelp("The archive; it is replaced if it is there.", valueName: "file"),
        completion: .file())
    var output: String

    func run() async throws {
        let file = try cassette.file()
        let archive = try HARWriter.archive(
            of: try file.cassette(), program: (name: "understudy", version: Understudy.version))
        try Project().replace(output, with: archive.bytes(in: JSONLayout(.indent2, endsWithNewline: true)))
        let count = archive["log"]?["entries"]?.arrayValue?.count ?? 0
        Console.print("\(output): \(count) \(count == 1 ? "entry" : "entries")")
    }
}
