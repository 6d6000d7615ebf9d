import ArgumentParser
import Documents
import Reports
import TranscriptStore
import Transcripts

struct BisectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bisect", abstract: "Find the stored run in which a scenario first went otherwise.",
        discussion: """
            Compares transcripts of stored runs between one that is good and a later one that is not, by halves, and tells the \
            first that differs, with the commits of both. Without --good the oldest that passed is good; without --bad the \
            newest is bad. Exits 1 when a run was found, 0 when both go alike, 2 for a run that is not there.

            Example: understudy bisect tutorial/primes --good '#release' --bad latest
            """)

    @Argument(help: ArgumentHelp("The scenario's name.", valueName: "scenario"), completion: .scenarios)
    var scenario: String

    @Option(help: ArgumentHelp("A run in which it went as it should.", valueName: "run"))
    var good: String?

    @Option(help: ArgumentHelp("A later run in which it did not.", valueName: "run"))
    var bad: String?

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var ruleOptions: DiffRuleOptions

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let store = try storage.open(for: .reading)
        let rules = try ruleOptions.rules
        let past = try await StoredHistory(store: store, scenario: scenario).attempts(limit: Int(Int32.max))
            .filter { $0.attempt.endedAt != nil }
        let ends = try await ends(of: past, store)
        let reference = try await store.attempt(past[ends.good].attempt.id).transcript
        func difference(at index: Int) async throws -> TranscriptDiff {
            diff(reference, try await store.attempt(past[index].attempt.id).transcript, by: rules)
        }
        func place(_ index: Int) -> BisectRecord.Place { .init(run: past[index].run, attempt: past[index].attempt) }
        var found = BisectRecord(
            scenario: scenario, good: place(ends.good), attemptCount: ends.bad - ends.good + 1)
        let last = try await difference(at: ends.bad)
        if !last.isIdentical {
            var search = Bisection(good: ends.good, bad: ends.bad)
            var first = last
            while let index = search.next {
                let difference = try await difference(at: index)
                found.comparedCount += 1
                search.looked(at: index, isGood: difference.isIdentical)
                if !difference.isIdentical { first = difference }
            }
            (found.good, found.bad, found.diff) = (place(search.good), place(search.bad), first)
        }
        format.print(text: Console.pages.bisect(found), json: JSONReport.bisect(found))
        if found.diff != nil { throw ExitStatus.different }
    }

    private func ends(
        of past: [(run: Run, attempt: AttemptSummary)], _ store: TranscriptStore
    ) async throws -> (good: Int, bad: Int) {
        func place(of name: String, isLast: Bool) async throws -> Int {
            let run = try await store.run(named: name)
            let places = past.indices.filter { past[$0].run.id == run.id }
            guard let place = isLast ? places.last : places.first else {
                throw ValidationError("run \(name) has no attempt of '\(scenario)' that came to an end")
            }
            return place
        }
        guard past.count > 1 else {
            throw ValidationError("'\(scenario)' has one stored attempt\n  expected: two or more, to search between")
        }
        let badPlace = if let bad { try await place(of: bad, isLast: true) } else { past.count - 1 }
        let goodPlace: Int
        if let good {
            goodPlace = try await place(of: good, isLast: false)
        } else if let passed = past[..<badPlace].firstIndex(where: { $0.attempt.outcome.status == .passed }) {
            goodPlace = passed
        } else {
            throw ValidationError(
                "no attempt of '\(scenario)' before that one has passed\n  fix: name a run with --good")
        }
        guard goodPlace < badPlace else {
            throw ValidationError(
                "--good names a run that is not before the bad one\n  expected: an older run as --good, a newer as --bad"
            )
        }
        return (goodPlace, badPlace)
    }
}
