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
    private let tally = Mutex(Tally())
    /// The run is not summed up, but kept for whoever goes on with it.
    private let keepsRecord: Bool

    private struct Tally {
        var passed = 0
        var failed = 0
        var seconds = 0.0
        var record: RunRecord?
    }

    init(
        format: OutputFormat, isVerbose: Bool, isQuiet: Bool, reporters: [Reporter] = [], keepsRecord: Bool = false
    ) {
        self.keepsRecord = keepsRecord
        self.reporters = reporters
        self.format = format
        self.isVerbose = isVerbose
        self.isQuiet = isQuiet
    }

    var hasPassed: Bool { tally.withLock { $0.failed == 0 } }

    /// The run with all its transcripts, once it has ended, where it is kept.
    var record: RunRecord? { tally.withLock { $0.record } }

    /// On a terminal, what is going on; the line is overwritten when it has ended.
    func started(_ key: String) {
        guard !isQuiet, isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("… \(key)\r".utf8))
    }

    func ended(_ key: String, _ scenario: Scenario, _ judged: Attempts.Judged) {
        let hasPassed = judged.verdict.passed
        tally.withLock { tally in
            tally.passed += hasPassed ? 1 : 0
            tally.failed += hasPassed ? 0 : 1
            tally.seconds += judged.seconds
        }
        guard format == .text else { return }
        if isVerbose || !hasPassed { Console.print(pages.transcript(judged.transcript)) }
        for card in cards(key, scenario, judged.verdict) { Console.print(pages.card(card)) }
        if !judged.reactions.isEmpty, !isQuiet || !hasPassed { Console.print(pages.reactions(judged.reactions)) }
        guard !isQuiet || !hasPassed else { return }
        Console.print(
            pages.outcome(of: key, hasPassed: hasPassed, turns: judged.transcript.turnCount, seconds: judged.seconds))
    }

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
                place: finding.expectation.place.map { "\(scenario.file):\($0.line):\($0.column)" } ?? scenario.file,
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
        Console.print(pages.summary(passed: sums.passed, failed: sums.failed, seconds: sums.seconds))
    }
}
