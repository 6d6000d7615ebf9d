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
struct Attempts: Sendable {
    /// A performed and judged scenario.
    struct Judged {
        let transcript: Transcript
        var verdict: Verdict
        let reactions: [FaultReaction]
        let seconds: Double
        /// Why it was ended before its end; nil when it was not.
        var breach: Breach?
        /// It is not what was accepted.
        var isOtherwise = false

        var hasPassed: Bool { verdict.passed && !isOtherwise }
    }

    /// What ended an attempt before its end.
    struct Breach: Sendable {
        let status: Attempt.Status
        let text: String
    }

    private let store: TranscriptStore
    let run: Run
    /// What attempts are judged by beside their scenarios; nil when they are not checked.
    let standard: Standard?
    private let clock = SystemClock()
    private let discretion = Discretion()

    /// Starts a run.
    init(
        store: TranscriptStore, project: Project, label: String?, shard: Run.Shard? = nil, plan: String? = nil,
        standard: Standard? = nil
    ) async throws {
        self.store = store
        self.standard = standard
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
        standard = nil
        try await store.resume(run.id)
    }

    /// Which of a plan's attempts one is, and what bounds it.
    struct Terms: Sendable {
        var number = Attempt.Number()
        /// Seconds; nil for no bound.
        var timeout: Double?
        /// Of the waits before retries; nil leaves nothing to chance.
        var seed: Int?
        /// Every attempt is performed once more, and must come out the same.
        var isRepeatable = false
        /// Recordings that were not played fail it.
        var requiresAllPlayed = false
        /// Of all attempts together; nil for no bound.
        var budget: Budget?
    }

    /// What an attempt is performed against.
    struct Setting: Sendable {
        let session: Session
        let keys: Rehearsal.Keys
        let clock: any HTTPMessages.Clock
        /// Asked when it has ended: recordings that should have been played, a line each.
        var leftovers: @Sendable () -> [String] = { [] }
        /// What is performed where that is no conversation.
        var program: WatchedProgram?

        /// All sessions that were opened, the attempt's own among them.
        var sessions: [Session] {
            let others = program?.sessions.all ?? []
            return others.isEmpty ? [session] : others
        }
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
        attempt.scenarioDigest = scenario.digest
        try await store.start(attempt)
        let (transcript, files, breach) = try await rehearse(scenario, terms, in: place)
        for entry in transcript.entries { try await store.add(entry, toAttempt: id) }
        var misses = place.sessions.flatMap { session in
            session.notes.misses.map { miss in
                Verdict.Miss(title: discretion.redact(miss.headline), lines: miss.details.map(discretion.redact))
            } + session.notes.broken.map { Verdict.Miss(title: $0) }
        }
        if let breach { misses.append(Verdict.Miss(title: breach.text)) }
        let left = place.leftovers()
        if terms.requiresAllPlayed, !left.isEmpty {
            misses.append(Verdict.Miss(title: "not all recordings were played", lines: left))
        }
        let isCompared = terms.isRepeatable || scenario.expectsTheSameTwice
        let difference =
            isCompared && breach == nil ? try await difference(scenario, terms, transcript, setting) : nil
        if terms.isRepeatable, let difference {
            misses.append(Verdict.Miss(title: "performed twice, it did not come out the same", lines: difference))
        }
        let circumstances = Circumstances(
            leftovers: left, difference: difference, prices: scenario.prices, files: files)
        let verdict =
            breach != nil
            ? Verdict(misses: misses)
            : Verdict(judging: transcript, by: scenario.expectations, circumstances, misses: misses)
        let reactions = place.sessions.flatMap { $0.faultLog.reactions() }
        var outcome = Attempt.Outcome(
            status: breach?.status ?? (verdict.passed ? .passed : .failed),
            findings: verdict.findings.map { $0.text(file: scenario.file) },
            misses: verdict.misses.map { ([$0.title] + $0.lines).joined(separator: "\n") }, reactions: reactions)
        outcome.assertions = verdict.assertions.map { assertion in
            var assertion = assertion
            assertion.expected = discretion.redact(assertion.expected)
            assertion.seen = assertion.seen.map(discretion.redact)
            return assertion
        }
        outcome.cost = transcript.cost(scenario.prices)
        var judged = Judged(
            transcript: transcript, verdict: verdict, reactions: reactions, seconds: clock.now - start, breach: breach)
        if let (standing, version) = try standard?.standing(transcript, of: key) {
            await store.learn([version])
            outcome.comparison = standing.comparison
            if let discrepancy = standing.discrepancy {
                outcome.findings.append(discrepancy)
                if outcome.status == .passed { outcome.status = .failed }
                judged.isOtherwise = true
            }
        }
        try await store.endAttempt(id, with: outcome, at: clock.now)
        return judged
    }

    private static func words(ofTimeout seconds: Double, _ limit: String) -> String {
        "ended after \(seconds.formatted(.number.grouping(.never))) s: it took longer than \(limit)"
    }

    /// What happened so far, and what has become too much of it.
    private final class Progress: Sendable {
        private struct State {
            var entries: [Entry] = []
            var files: [FileSighting] = []
            var watch: LimitWatch
            var breach: Breach?
        }

        private let state: Mutex<State>

        init(_ watch: LimitWatch) { state = Mutex(State(watch: watch)) }

        var all: (entries: [Entry], files: [FileSighting], breach: Breach?) {
            state.withLock { ($0.entries, $0.files, $0.breach) }
        }

        func add(_ file: FileSighting) { state.withLock { $0.files.append(file) } }

        /// - Returns: Whether this was too much.
        func add(_ entry: Entry, _ budget: Budget?) -> Bool {
            state.withLock { state in
                guard state.breach == nil else { return false }
                state.entries.append(entry)
                guard let text = state.watch.add(entry) ?? budget?.add(entry) else { return false }
                state.breach = Breach(status: .limit, text: "ended: \(text)")
                return true
            }
        }

        func end(by breach: Breach) { state.withLock { $0.breach = $0.breach ?? breach } }
    }

    /// - Returns: What was said, and what ended it before all of it was.
    private func rehearse(
        _ scenario: Scenario, _ terms: Terms, in setting: Setting
    ) async throws -> (transcript: Transcript, files: [FileSighting], breach: Breach?) {
        let progress = Progress(LimitWatch(scenario.limits, prices: scenario.prices))
        let (stops, stop) = AsyncStream<Void>.makeStream()
        let budget = terms.budget
        let onEntry: @Sendable (Entry) -> Void = { if progress.add($0, budget) { stop.yield() } }
        let seconds = [terms.timeout, scenario.limits.seconds].compactMap(\.self).min()
        let limit = seconds == terms.timeout ? "--timeout allows" : "limits: {seconds: …} allows"
        let transcript = try await withThrowingTaskGroup(of: Transcript?.self) { tasks in
            tasks.addTask { [self] in try await perform(scenario, terms, in: setting, onEntry, progress.add) }
            tasks.addTask {
                for await _ in stops { return nil }
                // Nobody ends the stream: without an element it ends by cancellation only.
                throw CancellationError()
            }
            if let seconds {
                tasks.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    progress.end(
                        by: Breach(status: .timedOut, text: Attempts.words(ofTimeout: seconds, limit)))
                    return nil
                }
            }
            let first = try await tasks.next() ?? nil
            tasks.cancelAll()
            // It ends its sandboxes first.
            while true {
                do {
                    guard try await tasks.next() != nil else { break }
                } catch {
                    // Cancelled, as it was asked to be.
                }
            }
            return first
        }
        var (entries, files, breach) = progress.all
        for index in files.indices { files[index].text = files[index].text.map(discretion.redact) }
        if let transcript, breach == nil { return (transcript.redacted(by: discretion.redact), files, nil) }
        try Task.checkCancellation()
        return (
            Transcript(subject: scenario.name, entries: entries).redacted(by: discretion.redact), files, breach
        )
    }

    private func perform(
        _ scenario: Scenario, _ terms: Terms, in setting: Setting, _ onEntry: @escaping @Sendable (Entry) -> Void,
        _ onFile: @escaping @Sendable (FileSighting) -> Void
    ) async throws -> Transcript {
        if let program = setting.program {
            let (signals, end) = AsyncStream<Int32>.makeStream()
            defer { end.finish() }
            let performed = try await program.perform(forwarding: signals, onEntry: onEntry, onFile: onFile)
            if let warning = performed.warning(of: "the program of \(scenario.file)") { Console.complain(warning) }
            return performed.transcript
        }
        let rehearsal = Rehearsal(
            scenario, responder: Stage.inMemory(setting.session), keys: setting.keys, clock: setting.clock,
            jitter: Attempts.jitter(terms), onEntry: onEntry, onFile: onFile)
        return try await rehearsal.perform()
    }

    /// Another performance, and where it went otherwise, a line each; nil where it did not.
    private func difference(
        _ scenario: Scenario, _ terms: Terms, _ transcript: Transcript, _ setting: () throws -> Setting
    ) async throws -> [String]? {
        let again = try await rehearse(scenario, terms, in: try setting()).transcript
        guard transcript.json.bytes() != again.json.bytes() else { return nil }
        let told = diff(transcript, again)
        let text = Console.plainPages.diff(told, title: "a second performance", .changes)
        return told.isIdentical
            ? ["only in its times"] : text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
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
        let place = expectation.place?.text(in: file) ?? file
        return "\(place): expected \(expectation), but \(seen)" + (turn.map { " (turn \($0))" } ?? "")
    }
}

extension Scenario {
    fileprivate var expectsTheSameTwice: Bool { expectations.contains { $0.claim == .byteIdentical } }
}
