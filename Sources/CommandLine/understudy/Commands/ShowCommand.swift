import ArgumentParser
import Documents
import Reports
import ScenarioRunning
import TranscriptStore
import Transcripts

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a stored run: its attempts, and what was said in them.",
        discussion:
            "A run is named latest, latest~1, #label, @branch, by the first digits of its id, or as plan:ID, all its parts as one."
    )

    @Argument(help: ArgumentHelp("The run.", valueName: "run"))
    var name = "latest"

    @Option(help: ArgumentHelp("Only this scenario's attempts.", valueName: "name"))
    var scenario: String?

    @Flag(help: "Only what passes between a program and its services.")
    var wire = false

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let store = try storage.open(for: .reading)
        let run = try await store.run(named: name)
        let all = try await store.attempts(of: run)
        let summaries = all.filter { scenario == nil || $0.scenario == scenario }
        if let scenario, summaries.isEmpty {
            let names = all.map(\.scenario)
            let nearest = nearestWord(to: scenario, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw ValidationError(
                "run \(name) has no scenario '\(scenario)'\n  expected: one of \(names.joined(separator: ", "))\(nearest)"
            )
        }
        var attempts: [Attempt] = []
        for summary in summaries { attempts.append(try await store.attempt(summary.id, of: run)) }
        if wire {
            for index in attempts.indices {
                attempts[index].transcript = attempts[index].transcript.asSeenOnTheWire()
            }
        }
        let pages = Console.pages
        format.print(
            text: ([pages.run(run, attempts: summaries)] + attempts.map(pages.attempt)).joined(
                separator: "\n"),
            json: .object(
                JSONObject([
                    ("run", JSONReport.run(run, attempts: summaries)),
                    ("attempts", .array(attempts.map(JSONReport.attempt))),
                ])))
    }
}
