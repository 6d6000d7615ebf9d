import Cassettes
import Documents
import Foundation
import HTTPMessages
import ProjectFiles
import Reports
import Responders
import ScenarioRunning
import Scenarios
import Synchronization
import TranscriptStore
import Transcripts

/// A run under way: performs scenarios, judges them, and stores what happened.
struct Attempts {
    /// A performed and judged scenario.
    struct Judged {
        let transcript: Transcript
        var verdict: Verdict
        let reactions: [FaultReaction]
        let seconds: Double
        /// It was ended, as its time was up.
        var isOver = false
    }

    private let store: TranscriptStore
    let run: Run
    private let clock = SystemClock()
    private let discretion = Discretion()

    /// Starts a run.
    init(
        store: TranscriptStore, project: Project, label: String?, shard: Run.Shard? = nil, plan: String? = nil
    ) async throws {
        self.store = store
        let head = project.gitHead()
        var run = Run(
            id: Identifiers.next(), label: label, startedAt: clock.now, toolVersion: Understudy.version,
            gitSHA: head?.sha,
            branch: head?.branch, arguments: CommandLine.arguments.dropFirst().map(discretion.redact))
        run.shard = shard
        run.plan = plan
        self.run = run
        try await store.start(run)
    }

    /// Goes on with a run that has been cut short.
    init(store: TranscriptStore, resuming run: Run) async throws {
        self.store = store
        self.run = run
        try await store.resume(run.id)
    }

    /// Which of a plan's attempts one is, and what bounds it.
    struct Terms {
        var number = Attempt.Number()
        /// Seconds; nil for no bound.
        var timeout: Double?
        /// Of the waits before retries; nil leaves nothing to chance.
        var seed: Int?
        /// Every attempt is performed once more, and must come out the same.
        var isRepeatable = false
    }

    /// What an attempt is performed against.
    struct Setting {
        let session: Session
        let keys: Rehearsal.Keys
        let clock: any HTTPMessages.Clock
        /// Asked when it has ended: recordings that should have been played, a line each.
        var leftovers: () -> [String] = { [] }
    }

    /// Performs a scenario, and stores what happened.
    ///
    /// - Parameters:
    ///   - key: The scenario's name in every run.
    ///   - setting: Makes a session of its own for each performance.
    func perform(
        _ scenario: Scenario, key: String, terms: Terms, in setting: () throws -> Setting
    ) async throws -> Judged {
        let id = Identifiers.next()
        let start = clock.now
        let place = try setting()
        var attempt = Attempt(
            id: id, run: run.id, scenario: key, startedAt: start, transcript: Transcript(subject: scenario.name))
        attempt.number = terms.number
        attempt.seed = terms.seed
        try await store.start(attempt)
        let (transcript, isOver) = try await rehearse(scenario, terms, in: place)
        for entry in transcript.entries { try await store.add(entry, toAttempt: id) }
        let session = place.session
        var misses =
            session.notes.misses.map { miss in
                Verdict.Miss(title: discretion.redact(miss.headline), lines: miss.details.map(discretion.redact))
            }
            + session.notes.broken.map { Verdict.Miss(title: $0) }
        let left = place.leftovers()
        if !left.isEmpty { misses.append(Verdict.Miss(title: "not all recordings were played", lines: left)) }
        if isOver { misses.append(Verdict.Miss(title: Attempts.words(ofTimeout: terms.timeout ?? 0))) }
        if terms.isRepeatable, !isOver, let difference = try await difference(scenario, terms, transcript, setting) {
            misses.append(difference)
        }
        let verdict =
            isOver ? Verdict(misses: misses) : Verdict(judging: transcript, by: scenario.expectations, misses: misses)
        let reactions = session.faultLog.reactions()
        try await store.endAttempt(
            id,
            with: Attempt.Outcome(
                status: isOver ? .timedOut : verdict.passed ? .passed : .failed,
                findings: verdict.findings.map { $0.text(file: scenario.file) },
                misses: verdict.misses.map { ([$0.title] + $0.lines).joined(separator: "\n") },
                reactions: reactions), at: clock.now)
        return Judged(
            transcript: transcript, verdict: verdict, reactions: reactions, seconds: clock.now - start, isOver: isOver)
    }

    private static func words(ofTimeout seconds: Double) -> String {
        "ended after \(seconds.formatted(.number.grouping(.never))) s: it took longer than --timeout allows"
    }

    /// - Returns: What was said, and whether the time was up before all of it was.
    private func rehearse(
        _ scenario: Scenario, _ terms: Terms, in setting: Setting
    ) async throws -> (transcript: Transcript, isOver: Bool) {
        let soFar = Mutex<[Entry]>([])
        let rehearsal = Rehearsal(
            scenario, responder: Stage.inMemory(setting.session), keys: setting.keys, clock: setting.clock,
            jitter: Attempts.jitter(terms), onEntry: { entry in soFar.withLock { $0.append(entry) } })
        guard let timeout = terms.timeout else {
            return (try await rehearsal.perform().redacted(by: discretion.redact), false)
        }
        return try await withThrowingTaskGroup(of: Transcript?.self) { tasks in
            tasks.addTask { try await rehearsal.perform() }
            tasks.addTask {
                try await Task.sleep(for: .seconds(timeout))
                return nil
            }
            let first = try await tasks.next() ?? nil
            tasks.cancelAll()
            if let first { return (first.redacted(by: discretion.redact), false) }
            // It ends its sandboxes first.
            while (try? await tasks.next()) != nil {}
            let entries = soFar.withLock { $0 }
            return (Transcript(subject: scenario.name, entries: entries).redacted(by: discretion.redact), true)
        }
    }

    /// Another performance, and where it went otherwise; nil where it did not.
    private func difference(
        _ scenario: Scenario, _ terms: Terms, _ transcript: Transcript, _ setting: () throws -> Setting
    ) async throws -> Verdict.Miss? {
        let again = try await rehearse(scenario, terms, in: try setting()).transcript
        guard transcript.json.bytes() != again.json.bytes() else { return nil }
        let told = diff(transcript, again)
        let text = Console.plainPages.diff(told, title: "a second performance", .changes)
        return Verdict.Miss(
            title: "performed twice, it did not come out the same",
            lines: told.isIdentical
                ? ["only in its times"] : text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init))
    }

    /// Factors in (0.75, 1], as the SDK draws them.
    private static func jitter(_ terms: Terms) -> @Sendable () -> Double {
        guard let seed = terms.seed else { return { 1 } }
        let draws = Mutex(
            SplitMix(
                seed: UInt64(bitPattern: Int64(seed)) &+ UInt64(terms.number.place) << 32
                    &+ UInt64(terms.number.repetition)))
        return { draws.withLock { 1 - Double.random(in: 0..<0.25, using: &$0) } }
    }

    func end(_ status: Run.Status) async throws { try await store.endRun(run.id, as: status, at: clock.now) }

    /// The run and its attempts as the store has them.
    func stored() async throws -> (Run, [AttemptSummary]) {
        (try await store.run(named: run.id), try await store.attempts(of: run))
    }

    /// The same with all transcripts, for reports.
    func record() async throws -> RunRecord { try await store.record(ofRun: run.id) }
}

extension Finding {
    /// The finding as a message: its place, what was expected, what was seen.
    func text(file: String) -> String {
        let place = expectation.place.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): expected \(expectation), but \(seen)" + (turn.map { " (turn \($0))" } ?? "")
    }
}
