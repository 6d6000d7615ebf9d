import Cassettes
import Documents
import Foundation
import HTTPMessages
import ProjectFiles
import Reports
import Responders
import ScenarioRunning
import Scenarios
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
    }

    private let store: TranscriptStore
    let run: Run
    private let clock = SystemClock()
    private let discretion = Discretion()

    /// Starts a run.
    init(store: TranscriptStore, project: Project, label: String?) async throws {
        self.store = store
        let head = project.gitHead()
        run = Run(
            id: Identifiers.next(), label: label, startedAt: clock.now, toolVersion: Understudy.version,
            gitSHA: head?.sha,
            branch: head?.branch, arguments: CommandLine.arguments.dropFirst().map(discretion.redact))
        try await store.start(run)
    }

    /// Performs a scenario against a session.
    ///
    /// - Parameters:
    ///   - key: The scenario's name in every run.
    ///   - leftovers: Asked when it has ended: recordings that should have been played, a line each.
    ///   - onEntry: Called for each entry as it happens.
    func perform(
        _ scenario: Scenario, key: String, session: Session, keys: Rehearsal.Keys,
        clock sessionClock: any HTTPMessages.Clock, leftovers: () -> [String],
        onEntry: @escaping @Sendable (Entry) -> Void
    ) async throws -> Judged {
        let id = Identifiers.next()
        let start = clock.now
        try await store.start(
            Attempt(
                id: id, run: run.id, scenario: key, startedAt: start, transcript: Transcript(subject: scenario.name)))
        let rehearsal = Rehearsal(
            scenario, responder: Stage.inMemory(session), keys: keys, clock: sessionClock, onEntry: onEntry)
        let transcript = try await rehearsal.perform().redacted(by: discretion.redact)
        for entry in transcript.entries { try await store.add(entry, toAttempt: id) }
        var misses =
            session.notes.misses.map { miss in
                Verdict.Miss(title: discretion.redact(miss.headline), lines: miss.details.map(discretion.redact))
            }
            + session.notes.broken.map { Verdict.Miss(title: $0) }
        let left = leftovers()
        if !left.isEmpty { misses.append(Verdict.Miss(title: "not all recordings were played", lines: left)) }
        let verdict = Verdict(judging: transcript, by: scenario.expectations, misses: misses)
        let reactions = session.faultLog.reactions()
        try await store.endAttempt(
            id,
            with: Attempt.Outcome(
                status: verdict.passed ? .passed : .failed,
                findings: verdict.findings.map { $0.text(file: scenario.file) },
                misses: verdict.misses.map { ([$0.title] + $0.lines).joined(separator: "\n") },
                reactions: reactions), at: clock.now)
        return Judged(
            transcript: transcript, verdict: verdict, reactions: reactions, seconds: clock.now - start)
    }

    func end(_ status: Run.Status) async throws { try await store.endRun(run.id, as: status, at: clock.now) }

    /// The run and its attempts as the store has them.
    func stored() async throws -> (Run, [AttemptSummary]) {
        (try await store.run(named: run.id), try await store.attempts(ofRun: run.id))
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
