import ArgumentParser
import Reports
import TranscriptStore
import Transcripts

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the stored runs, the newest first.")

    @Option(name: [.short, .customLong("limit")], help: ArgumentHelp("How many at the most.", valueName: "count"))
    var limit = 20

    @Option(help: "How to print them: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes a number above 0, not \(limit)") }
    }

    func run() async throws {
        let store = try storage.open(for: .reading)
        let runs = try await store.runs(limit: limit)
        let others = try await store.idsBeside(runs: runs.map(\.run.id))
        format.print(text: Console.pages.runs(runs, among: others), json: JSONReport.runs(runs))
    }
}
