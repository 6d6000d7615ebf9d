import Documents
import Foundation
import Reports
import Scenarios
import Synchronization
import Transcripts

/// Tells of a run while it goes on, and sums it up.
final class RunReport: Sendable {
    private let format: OutputFormat
    private let isVerbose: Bool
    private let isQuiet: Bool
    private let reporters: [Reporter]
    private let pages = Console.pages
    private let start = SystemClock().now
    private let tally = Mutex(Tally())
    /// The run is not summed up, but kept for whoever goes on with it.
    private let keepsRecord: Bool

    private struct Tally {
        var passed = 0
        var failed = 0
        /// Among those that passed.
        var flaky = 0
        var scenarios: Set<String> = []
        /// Of this command's own attempts.
        var expected = 0
        var ended = 0
        var failures = 0
        var record: RunRecord?
        var isCutShort = false
    }

    init(
        format: OutputFormat, isVerbose: Bool, isQuiet: Bool, reporters: [Reporter] = [], keepsRecord: Bool = false,
        failsOnFlaky: Bool = false
    ) {
        self.failsOnFlaky = failsOnFlaky
        self.keepsRecord = keepsRecord
        self.reporters = reporters
        self.format = format
        self.isVerbose = isVerbose
        self.isQuiet = isQuiet
    }

    private let failsOnFlaky: Bool

    var hasPassed: Bool {
        tally.withLock { $0.failed == 0 && !(failsOnFlaky && $0.flaky > 0) && !$0.isCutShort }
    }

    /// The run as a whole is not as it should be, however its attempts came out.
    func failsBy(_ text: String) {
        tally.withLock { $0.isCutShort = true }
        Console.complain("error: " + text)
    }

    /// The run with all its transcripts, once it has ended, where it is kept.
    var record: RunRecord? { tally.withLock { $0.record } }

    func expects(_ count: Int) { tally.withLock { $0.expected = count } }

    /// Whether nothing else is to be begun.
    func hasEnoughFailures(_ limit: Int?) -> Bool { tally.withLock { $0.failures >= limit ?? .max } }

    /// Notes that an attempt has ended, before it is in turn to be told.
    func counted(_ tries: [Attempts.Judged]) {
        tally.withLock { tally in
            tally.ended += 1
            tally.failures += tries.last?.hasPassed == true ? 0 : 1
        }
    }

    /// Takes in what had ended before a run was taken up again.
    func hadEnded(_ tries: [AttemptSummary]) {
        guard let last = tries.last else { return }
        tally.withLock { tally in
            tally.passed += last.outcome.status == .passed ? 1 : 0
            tally.failed += last.outcome.status == .passed ? 0 : 1
            tally.flaky += last.outcome.status == .passed && tries.count > 1 ? 1 : 0
            tally.scenarios.insert(last.scenario)
        }
    }

    /// On a terminal, what is going on; the line is overwritten when it has ended.
    func started(_ key: String) {
        guard !isQuiet, isatty(STDERR_FILENO) == 1 else { return }
        let (ended, expected, failures) = tally.withLock { ($0.ended, $0.expected, $0.failures) }
        let width = 24
        let bar = String(repeating: "█", count: expected == 0 ? 0 : width * ended / expected)
        let failed = failures == 0 ? "" : " · \(failures) failed"
        let line =
            expected < 2
            ? "… \(key)"
            : bar.padding(toLength: width, withPad: "░", startingAt: 0) + " \(ended)/\(expected)\(failed) · \(key)"
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)\r".utf8))
    }

    /// - Parameters:
    ///   - name: With the repetition, where there are several.
    ///   - tries: Of one attempt; the last one counts.
    func ended(_ name: String, of key: String, _ scenario: Scenario, _ tries: [Attempts.Judged]) {
        guard let judged = tries.last else { return }
        // Of what is otherwise than accepted, the check tells.
        let hasPassed = judged.verdict.passed
        let isFlaky = hasPassed && tries.count > 1
        let seconds = tries.reduce(0) { $0 + $1.seconds }
        tally.withLock { tally in
            tally.passed += judged.hasPassed ? 1 : 0
            tally.failed += judged.hasPassed ? 0 : 1
            tally.flaky += isFlaky ? 1 : 0
            tally.scenarios.insert(key)
        }
        guard format == .text else { return }
        if !isQuiet, isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        if isVerbose || !hasPassed { Console.print(pages.transcript(judged.transcript)) }
        for card in cards(name, scenario, judged.verdict) { Console.print(pages.card(card)) }
        if !judged.reactions.isEmpty, !isQuiet || !hasPassed { Console.print(pages.reactions(judged.reactions)) }
        guard !isQuiet || !hasPassed || isFlaky else { return }
        Console.print(
            pages.outcome(
                of: name, hasPassed: hasPassed, turns: judged.transcript.turnCount, seconds: seconds,
                tries: tries.count))
    }

    /// Something to know about the run, beside its results.
    func note(_ text: String) { if !isQuiet { Console.complain("note: " + text) } }

    /// Tells of a result beside the scenarios: a cassette in its place.
    func tell(_ text: String) { if format == .text { Console.print(text) } else { Console.complain(text) } }

    /// The first miss is the headline; what follows from it is only counted.
    private func cards(_ key: String, _ scenario: Scenario, _ verdict: Verdict) -> [Card] {
        var cards: [Card] = []
        if let miss = verdict.misses.first {
            let more = verdict.misses.count - 1
            cards.append(
                Card(
                    title: "miss: \(miss.title)", place: scenario.file,
                    lines: miss.lines
                        + (more > 0
                            ? ["and \(more) more \(more == 1 ? "miss" : "misses"), which may follow from it"] : [])))
        }
        cards += verdict.findings.map { finding in
            Card(
                title: "not as expected: \(finding.expectation)",
                place: finding.expectation.place?.text(in: scenario.file) ?? scenario.file,
                lines: [finding.seen + (finding.turn.map { " (turn \($0))" } ?? "")])
        }
        return cards
    }

    /// One line for people, the run's attempts for programs.
    func summarize(_ attempts: Attempts) async throws {
        if keepsRecord {
            let record = try await attempts.record()
            return tally.withLock { $0.record = record }
        }
        if !reporters.isEmpty {
            let record = try await attempts.record()
            for reporter in reporters { try reporter.write(record) }
        }
        if format == .json {
            let (run, list) = try await attempts.stored()
            Console.print(JSONReport.run(run, attempts: list).text(in: .init(.indent2)))
            return
        }
        let sums = tally.withLock { $0 }
        Console.print(
            pages.summary(
                passed: sums.passed, failed: sums.failed, flaky: sums.flaky, scenarios: sums.scenarios.count,
                seconds: SystemClock().now - start))
    }
}
