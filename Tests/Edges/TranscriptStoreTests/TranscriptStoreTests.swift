import Conversations
import Documents
import Foundation
import GRDB
import Testing
import TranscriptStore
import Transcripts

@Suite struct TranscriptStoreTests {
    let folder: TemporaryFolder
    let store: TranscriptStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TranscriptStore(path: folder.store, for: .writing)
    }

    @Test func aTranscriptComesBackExactly() async throws {
        let transcript = try Transcript.nasty()
        let reaction = FaultReaction(
            fault: "rate_limit", status: 429, service: "openai", operation: "POST /v1/chat/completions",
            model: "m\u{0}", turn: 1, reaction: .retried, retries: 1, retryAfter: 1, wait: 1.25,
            obeyedRetryAfter: true, recovered: true)
        var outcome = Attempt.Outcome(
            status: .failed, findings: ["a\u{0}b", ""], misses: ["miss", "miss"], reactions: [reaction, reaction])
        outcome.assertions = [
            .init(expected: "turns: {at_most: 6}", passed: true),
            .init(expected: "said: \u{0}", passed: false, seen: "", turn: 3),
        ]
        outcome.cost = 0.1 + 0.2
        try await store.start(Run.sample("r"))
        try await store.store(transcript, as: "a", run: "r", outcome: outcome)
        let attempt = try await TranscriptStore(path: folder.store, for: .reading).attempt("a")
        #expect(attempt.transcript == transcript)
        #expect(attempt.transcript.json.text() == transcript.json.text(), "timing, usage and requests too")
        #expect(attempt.outcome == outcome)
        #expect(attempt.startedAt == 10.5)
        #expect(attempt.endedAt == 12.25)
        #expect(attempt.scenario == "scenario/a")
        #expect(attempt.run == "r")
    }

    @Test func attemptsNameTheVersionOfTheirScenario() async throws {
        try await store.start(Run.sample("r"))
        let digests: [String?] = [nil, String(repeating: "0a", count: 32), String(repeating: "f1", count: 32)]
        for (number, digest) in (digests + digests).enumerated() {
            var attempt = Attempt(
                id: "a\(number)", run: "r", scenario: number < 3 ? "s" : "t", startedAt: Double(number),
                transcript: Transcript(subject: "s"))
            attempt.scenarioDigest = digest
            try await store.start(attempt)
            try await store.endAttempt(attempt.id, with: .init(status: .passed), at: 9)
        }
        let attempts = try await store.attempts(of: Run.sample("r"))
        #expect(attempts.map(\.scenarioDigest) == digests + digests)
        #expect(
            try await store.history(ofScenario: "t", limit: 2).map(\.attempt.scenarioDigest) == [
                digests[1], digests[2],
            ])
        #expect(try await store.attempt("a5").scenarioDigest == digests[2])
        let versions = try await DatabaseQueue(path: folder.store).read { db in
            try Int.fetchAll(db, sql: "SELECT count(*) FROM scenario_version GROUP BY scenario_id")
        }
        #expect(versions == [2, 2])
    }

    @Test func whatIsCountedIsThereWithoutTheTranscript() async throws {
        try await store.start(Run.sample("r"))
        let transcript = try Transcript.nasty()
        try await store.store(transcript, as: "a", run: "r")
        let metrics = try #require(try await store.attempts(of: Run.sample("r")).first?.metrics)
        #expect(metrics.llmCallCount == 7 && metrics.toolCallCount == 2 && metrics.codeRunCount == 2)
        #expect(metrics.latency == 16.1 && metrics == transcript.metrics)
    }

    @Test func anAttemptIsNamedByTheBeginningOfItsID() async throws {
        await #expect(throws: AttemptNameError.unknown("x", candidates: [])) { try await store.attempt(named: "x") }
        try await store.start(Run.sample("r"))
        for (number, id) in ["ab", "abc", "b1", "b2", "b3", "b4", "b5", "b6"].enumerated() {
            try await store.start(
                Attempt(
                    id: id, run: "r", scenario: "s", startedAt: Double(number), transcript: Transcript(subject: "s")))
        }
        #expect(try await store.attempt(named: "ab").id == "ab", "a whole id, though another one begins so")
        #expect(try await store.attempt(named: "ABC").id == "abc")
        let newest = ["b6", "b5", "b4", "b3", "b2", "b1"]
        for (name, error) in [
            ("b", AttemptNameError.ambiguous("b", candidates: newest)),
            ("a", .ambiguous("a", candidates: ["abc", "ab"])),
            ("", .unknown("", candidates: newest)), ("c", .unknown("c", candidates: newest)),
            ("%", .unknown("%", candidates: newest)),
        ] {
            await #expect(throws: error) { try await store.attempt(named: name) }
        }
    }

    @Test func aRunComesBackExactly() async throws {
        var run = Run.sample("019a", label: "l", branch: "b/c")
        try await store.start(run)
        #expect(try await store.run(named: "latest") == run)
        try await store.endRun("019a", as: .failed, at: 1_763_900_001.5)
        run.status = .failed
        run.endedAt = 1_763_900_001.5
        #expect(try await store.run(named: "01") == run)
    }

    @Test func aGrowingConversationCostsItsNewMessages() async throws {
        try await store.start(Run.sample("r"))
        let transcript = Transcript.growing(60)
        try await store.store(transcript, as: "a", run: "r")
        try await store.store(transcript, as: "b", run: "r")
        let queue = try DatabaseQueue(path: folder.store)
        let (bodies, nodes) = try await queue.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT sum(size) FROM body") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM prompt_node")
            )
        }
        #expect(nodes == 60)
        #expect(bodies < 60 * 1100, "a message is stored once, however often it was sent")
        #expect(try await store.attempt("b").transcript.json.text() == transcript.json.text())
    }

    @Test func attemptsAreListedInOrderWithTheirTotals() async throws {
        try await store.start(Run.sample("r"))
        try await store.store(.growing(3), as: "b", run: "r")
        try await store.store(Transcript.nasty(), as: "a", run: "r", outcome: .init(status: .error, findings: ["f"]))
        try await store.start(
            Attempt(id: "c", run: "r", scenario: "s", startedAt: 20, transcript: Transcript(subject: "c")))
        try await store.add(Entry(turn: 1, kind: .end(End(cause: .maxTurns, agent: nil))), toAttempt: "c")
        let attempts = try await store.attempts(of: Run.sample("r"))
        #expect(attempts.map(\.id) == ["a", "b", "c"], "those that began together by their ids")
        #expect(attempts.map(\.outcome.status) == [.error, .passed, .cutShort])
        #expect(attempts.map(\.turnCount) == [7, 3, 0])
        #expect(attempts.map(\.usage.promptTokens) == [1, 0, 0])
        #expect(attempts.map(\.outcome.findings) == [["f"], [], []])
        #expect(attempts[2].endedAt == nil)
        #expect(try await store.attempts(of: Run.sample("none")).isEmpty)
        let summary = try #require(try await store.runs().first)
        #expect(summary.attemptCount == 3)
        #expect(summary.passedCount == 1)
        #expect(summary.run.status == .unfinished)
    }

    @Test func runsAreListedTheNewestFirst() async throws {
        for (id, time) in [("019a-1", 5.0), ("019a-2", 7), ("019a-3", 6), ("019a-4", 7)] {
            try await store.start(Run.sample(id, at: time))
        }
        #expect(try await store.runs().map(\.run.id) == ["019a-4", "019a-2", "019a-3", "019a-1"])
        #expect(try await store.runs(limit: 2).map(\.run.id) == ["019a-4", "019a-2"])
    }

    @Test(arguments: [
        ("latest", "019c-3"), ("latest~1", "019b-2"), ("latest~2", "019b-1"), ("#nightly", "019b-2"),
        ("#nightly~1", "019b-1"), ("@main", "019b-1"), ("019c", "019c-3"), ("019B-1", "019b-1"),
    ])
    func aNameFindsItsRun(name: String, id: String) async throws {
        try await startThreeRuns()
        #expect(try await store.run(named: name).id == id)
    }

    static let unknown: [(String, RunNameError)] = [
        ("019b", .ambiguous("019b", candidates: ["019b-2", "019b-1"])),
        ("019d", .unknown("019d", candidates: all)), ("latest~3", .unknown("latest~3", candidates: all)),
        ("#none", .unknown("#none", candidates: all)), ("@nightly", .unknown("@nightly", candidates: all)),
        ("newest", .malformed("newest")),
    ]
    static let all = ["latest", "latest~1", "#nightly", "@dev", "@main", "019c-3", "019b-2", "019b-1"]

    @Test(arguments: unknown)
    func aNameThatFindsNoneOrManySaysWhatThereIs(name: String, error: RunNameError) async throws {
        try await startThreeRuns()
        await #expect(throws: error) { try await store.run(named: name) }
    }

    private func startThreeRuns() async throws {
        try await store.start(Run.sample("019b-1", at: 1, label: "nightly", branch: "main"))
        try await store.start(Run.sample("019b-2", at: 2, label: "nightly"))
        try await store.start(Run.sample("019c-3", at: 3, branch: "dev"))
    }

    @Test func whatWasNeverStartedCannotEnd() async throws {
        try await store.start(Run.sample("r"))
        func refused(_ id: String, _ operation: TranscriptStoreError.Operation) -> TranscriptStoreError {
            TranscriptStoreError(operation: operation, path: folder.store, cause: .unknownID(id))
        }
        let entry = Entry(turn: 1, kind: .end(End(cause: .error, agent: nil)))
        await #expect(throws: refused("a", .write)) { try await store.add(entry, toAttempt: "a") }
        await #expect(throws: refused("a", .write)) { try await store.endAttempt("a", with: .none, at: 1) }
        await #expect(throws: refused("x", .write)) { try await store.endRun("x", as: .passed, at: 1) }
        await #expect(throws: refused("a", .read)) { try await store.attempt("a") }
        let attempt = Attempt(id: "a", run: "x", scenario: "s", startedAt: 1, transcript: Transcript(subject: "s"))
        await #expect(throws: refused("x", .write)) { try await store.start(attempt) }
    }

    @Test func anAttemptThatCouldNotBeWrittenCanBeEndedAgain() async throws {
        let impatient = try TranscriptStore(path: folder.store, for: .writing, patience: .zero)
        try await impatient.start(Run.sample("r"))
        let transcript = Transcript.growing(2)
        try await impatient.start(Attempt(id: "a", run: "r", scenario: "s", startedAt: 1, transcript: transcript))
        let lock = try Lock(on: folder.store, "BEGIN IMMEDIATE")
        let locked = TranscriptStoreError(operation: .write, path: folder.store, cause: .locked)
        await #expect(throws: locked) { try await impatient.endAttempt("a", with: .init(status: .passed), at: 2) }
        try lock.release()
        try await impatient.endAttempt("a", with: .init(status: .passed), at: 2)
        #expect(try await impatient.attempt("a").transcript == transcript)
    }
}
