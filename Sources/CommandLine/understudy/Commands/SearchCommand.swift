import ArgumentParser
import Documents
import Reports
import TranscriptStore
import Transcripts

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find words in what was said, asked of tools, run, printed and found wrong.",
        discussion: """
            All words must occur in one text; "quoted words" next to each other; a word that ends in * may go on. Case and \
            accents do not count. Each text is told once, at its newest place. Exits 1 when nothing is found.

            Example: understudy search 'KeyError "line 3"' --scenario tutorial/primes
            """)

    @Argument(help: ArgumentHelp("What to look for.", valueName: "text"))
    var text: [String]

    @Option(help: ArgumentHelp("Only this scenario's attempts.", valueName: "name"))
    var scenario: String?

    @Option(help: ArgumentHelp("Only this run's attempts.", valueName: "run"))
    var run: String?

    @Option(name: [.short, .customLong("limit")], help: ArgumentHelp("How many at the most.", valueName: "count"))
    var limit = 20

    @Option(help: "How to print them: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes a number above 0, not \(limit)") }
    }

    func run() async throws {
        let query: SearchQuery
        do {
            query = try SearchQuery(text.joined(separator: " "))
        } catch {
            throw ValidationError("\(error)")
        }
        let store = try storage.open(for: .reading)
        if let scenario, try await !store.scenarios().contains(scenario) { throw try await store.hasNone(of: scenario) }
        let only = if let run { try await store.run(named: run) } else { Run?.none }
        let hits = try await store.search(query, scenario: scenario, run: only, limit: limit)
        let others =
            try await store.idsBeside(runs: hits.map(\.run)) + store.idsBeside(attempts: hits.map(\.attempt))
        format.print(text: Console.pages.search(hits, among: others), json: JSONReport.search(hits))
        if hits.isEmpty { throw ExitStatus.different }
    }
}

extension TranscriptStore {
    /// What to say to who named a scenario that no stored attempt is of: the names that are.
    func hasNone(of scenario: String) async throws -> ValidationError {
        let names = try await scenarios()
        let nearest = nearestWord(to: scenario, among: names).map { "\n  fix: did you mean '\($0)'?" } ?? ""
        return ValidationError(
            "no stored run has the scenario '\(scenario)'\n  expected: one of \(names.prefix(12).joined(separator: ", "))"
                + nearest)
    }
}
