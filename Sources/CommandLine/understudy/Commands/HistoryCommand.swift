import ArgumentParser
import Reports
import TranscriptStore
import Transcripts

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show how a scenario went over the stored runs, and how reliably it passes.",
        discussion: """
            A line for each attempt, with what differs from the one before; how turns, tokens and time have gone; the rate of \
            passes with its exact interval. With --min-pass-rate it judges: exits 0 when the rate is surely as high, 1 when it \
            surely is not, 3 when that cannot be told yet, and says how many more runs would tell.

            Example: understudy history tutorial/primes --run latest --min-pass-rate 0.95
            """)

    @Argument(help: ArgumentHelp("The scenario's name.", valueName: "scenario"), completion: .scenarios)
    var scenario: String

    @Option(
        name: [.short, .customLong("limit")],
        help: ArgumentHelp(
            "How many attempts, the newest. Without it 30 are listed, and all are judged; with --run all are both.",
            valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("Only the repeats in this run.", valueName: "run"))
    var run: String?

    @Option(help: ArgumentHelp("The rate of passes that is asked for, from 0 to 1.", valueName: "rate"))
    var minPassRate: Double?

    @Option(help: ArgumentHelp("How sure the interval is, above 0 and below 1.", valueName: "part"))
    var confidence = 0.95

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var ruleOptions: DiffRuleOptions

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        if let limit, limit <= 0 { throw ValidationError("--limit takes a number above 0, not \(limit)") }
        guard confidence > 0, confidence < 1 else {
            throw ValidationError("--confidence takes a number above 0 and below 1, not \(confidence)")
        }
        if let minPassRate, !(minPassRate >= 0 && minPassRate <= 1) {
            throw ValidationError("--min-pass-rate takes a number from 0 to 1, not \(minPassRate)")
        }
    }

    func run() async throws {
        let store = try storage.open(for: .reading)
        let named = if let run { try await store.run(named: run) } else { Run?.none }
        var past = try await StoredHistory(store: store, scenario: scenario).attempts(
            limit: named == nil ? limit ?? 30 : Int(Int32.max))
        if let run = named {
            past = past.filter { run.storedIDs.contains($0.run.id) }.suffix(limit ?? past.count)
            guard !past.isEmpty else { throw ValidationError("run \(run.id) has no attempt of '\(scenario)'") }
        }
        let rules = try ruleOptions.rules
        var rows: [ScenarioHistory.Row] = []
        var before: Transcript?
        for (run, attempt) in past {
            let transcript = attempt.endedAt == nil ? nil : try await store.attempt(attempt.id).transcript
            let divergence = transcript.flatMap { now in before.flatMap { diff($0, now, by: rules).firstDivergence } }
            rows.append(.init(run: run, attempt: attempt, divergence: divergence))
            before = transcript ?? before
        }
        let shown = Set(past.map(\.run.id))
        let reviews = try await store.reviews(ofScenario: scenario).filter { shown.contains($0.matter.run) }
        // A window that forgets would never have seen enough to judge by.
        let older =
            named == nil && limit == nil ? try await store.statuses(ofScenario: scenario).dropLast(rows.count) : []
        let history = ScenarioHistory(
            scenario: scenario, rows: rows, older: Array(older), reviews: reviews, confidence: confidence,
            minimum: minPassRate)
        let others = try await store.idsBeside(runs: rows.map(\.run.id))
        format.print(text: Console.pages.history(history, among: others), json: JSONReport.history(history))
        switch history.verdict {
        case .pass, nil: break
        case .fail: throw ExitStatus.different
        case .inconclusive: throw ExitStatus.inconclusive
        }
    }
}

/// A scenario's attempts in a store.
struct StoredHistory {
    let store: TranscriptStore
    let scenario: String

    /// The oldest first.
    ///
    /// - Throws: `ValidationError` when there is none.
    func attempts(limit: Int) async throws -> [(run: Run, attempt: AttemptSummary)] {
        let past = try await store.history(ofScenario: scenario, limit: limit)
        guard past.isEmpty else { return past }
        throw try await store.hasNone(of: scenario)
    }
}
