import ArgumentParser
import ProjectFiles
import Reports
import TranscriptStore
import Transcripts

struct ImportStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take runs from a file that 'understudy store export' wrote.",
        discussion: """
            What is stored already stays as it is, so that a file may be imported again. Of a file with a bad line nothing is \
            imported.
            """)

    @Argument(help: ArgumentHelp("The file with JSON lines.", valueName: "file"))
    var file: String

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let lines = try StoredLine.read(try Project().read(file), file: file)
        let counts = try await storage.open(for: .writing).take(lines)
        format.print(text: Console.pages.taken(counts, from: file), json: JSONReport.taken(counts, from: file))
    }
}
