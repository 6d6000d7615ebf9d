import Conversations
import Documents
import GRDB
import Testing
import TranscriptStore
import Transcripts

/// What people ask a store with `sqlite3`, as docs/transcripts.md tells them.
@Suite struct StoreViewsTests {
    let folder: TemporaryFolder
    let store: TranscriptStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TranscriptStore(path: folder.store, for: .writing)
    }

    private func rows(_ sql: String) async throws -> [[String]] {
        try await DatabaseQueue(path: folder.store).read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }
            }
        }
    }

    /// Two conversations, the second without an end.
    private func storeOne() async throws {
        let call = ToolCall(id: "c1", name: "plot", arguments: #"{"a": 1}"#)
        let kinds: [Entry.Kind] = [
            .message(MessageSent(speaker: "user", recipient: "bot", text: "Draw.")),
            .llmCall(
                LLMCall(
                    agent: "bot", model: "m", request: ["messages": ["Draw."]], status: 200, toolCalls: [call],
                    finishReason: "tool_calls", usage: Usage(promptTokens: 7, completionTokens: 2))),
            .message(MessageSent(speaker: "bot", recipient: "user", text: nil, toolCalls: [call])),
            .end(End(cause: .maxTurns, agent: "user")),
            .message(MessageSent(speaker: "user", recipient: "runner", text: "Run.")),
            .codeRun(CodeRun(agent: "runner", language: "python", code: "1/0", exitCode: 1, stderr: "ZeroDivision")),
        ]
        var attempt = Attempt(
            id: "a", run: "r", scenario: "tutorial/plot", startedAt: 1, transcript: Transcript(subject: "s"))
        attempt.scenarioDigest = String(repeating: "ab", count: 32)
        var outcome = Attempt.Outcome(status: .failed)
        outcome.assertions = [
            .init(expected: "exit_code: 0", passed: false, seen: "the last code run exited with 1", turn: 3),
            .init(expected: "turns: {at_most: 9}", passed: true),
        ]
        outcome.cost = 0.25
        try await store.start(Run.sample("r", label: "nightly"))
        try await store.start(attempt)
        for (index, kind) in kinds.enumerated() {
            let timing = Timing(start: Double(index), duration: 0.5)
            try await store.add(Entry(turn: index / 2 + 1, kind: kind, timing: timing), toAttempt: "a")
        }
        try await store.endAttempt("a", with: outcome, at: 2)
    }

    static let questions: [(sql: String, answer: [[String]])] = [
        (
            "SELECT attempt, run, label, scenario, substr(scenario_sha256, 1, 4), status, llm_calls, cost FROM attempts",
            [["a", "r", "nightly", "tutorial/plot", "abab", "failed", "1", "0.25"]]
        ),
        (
            "SELECT name, value FROM metrics ORDER BY name",
            [
                ["code_runs", "1"], ["completion_tokens", "2"], ["cost", "0.25"], ["latency", "5.5"],
                ["llm_calls", "1"], ["prompt_tokens", "7"], ["tool_calls", "1"], ["turns", "3"],
            ]
        ),
        (
            "SELECT passed, expected, seen, turn FROM assertions ORDER BY ord",
            [
                ["0", "exit_code: 0", "the last code run exited with 1", "3"], ["1", "turns: {at_most: 9}", "-", "-"],
            ]
        ),
        (
            "SELECT chat, turn, speaker, recipient, text FROM messages",
            [
                ["1", "1", "user", "bot", "Draw."], ["1", "2", "bot", "user", "-"],
                ["2", "3", "user", "runner", "Run."],
            ]
        ),
        (
            "SELECT chat, agent, model, status, text, finish_reason, prompt_tokens, failure, duration FROM llm_calls",
            [["1", "bot", "m", "200", "-", "tool_calls", "7", "-", "0.5"]]
        ),
        (
            "SELECT kind, chat, turn, agent, call_id, name, arguments FROM tool_calls ORDER BY seq",
            [
                ["llm_call", "1", "1", "bot", "c1", "plot", #"{"a": 1}"#],
                ["message", "1", "2", "bot", "c1", "plot", #"{"a": 1}"#],
            ]
        ),
        (
            "SELECT chat, agent, language, code, exit_code, stdout, stderr, failure FROM code_runs",
            [["2", "runner", "python", "1/0", "1", "", "ZeroDivision", "-"]]
        ),
        (
            """
            SELECT chat, first_seq, last_seq, first_turn, last_turn, messages, llm_calls, code_runs, latency, cause,
                noticed_by FROM conversations
            """,
            [
                ["1", "1", "4", "1", "2", "2", "1", "0", "3.5", "max_turns", "user"],
                ["2", "5", "6", "3", "3", "1", "0", "1", "1.5", "-", "-"],
            ]
        ),
    ]

    @Test(arguments: questions)
    func aQuestionHasItsAnswer(sql: String, answer: [[String]]) async throws {
        try await storeOne()
        #expect(try await rows(sql) == answer)
    }
}
