import Conversations
import Documents
import TranscriptStore
import Transcripts

extension Run {
    static func sample(_ id: String, at time: Double = 1_763_900_000.125, label: String? = nil, branch: String? = nil)
        -> Run
    {
        Run(
            id: id, label: label, startedAt: time, toolVersion: "0.1.0", gitSHA: "1a2b", branch: branch,
            arguments: ["run", "sce\"narios", ""])
    }
}

extension Transcript {
    /// Every kind of entry, every field once set and once not, and texts that are hard to keep.
    static func nasty() throws -> Transcript {
        let first: JSONValue = ["role": "user", "content": "e\u{301}\u{0}\u{1F600}"]
        let number = try JSONValue(parsing: #"{"z":1.50,"messages":null,"n":1e2,"a":[]}"#)
        func request(_ messages: [JSONValue]) -> JSONValue {
            var request = number
            request.set(.array(messages), at: JSONPointer(["messages"]))
            return request
        }
        let calls = [
            ToolCall(id: "call_1", name: "plot", arguments: #"{"a": 1.0}"#),
            ToolCall(id: nil, name: "", arguments: "{not json"),
        ]
        let kinds: [Entry.Kind] = [
            .message(MessageSent(speaker: "a\u{0}b", recipient: "", text: nil, toolCalls: calls)),
            .message(MessageSent(speaker: "caf\u{E9}", recipient: "cafe\u{301}", text: "\r\n\u{0}\u{FEFF}tail ")),
            .llmCall(
                LLMCall(
                    agent: "a", model: "m", request: request([first]), status: 200, text: "", toolCalls: calls,
                    finishReason: "stop", usage: Usage(promptTokens: 1, completionTokens: 0))),
            .llmCall(
                LLMCall(agent: "a", model: "m", request: request([first, ["x": "1"]]), status: nil, failure: "reset")),
            .llmCall(LLMCall(agent: "a", model: "m", request: request([first, ["x": "2"]]), status: 500)),
            .llmCall(LLMCall(agent: "a", model: "m", request: request([["x": "2"], first, first]), status: 500)),
            .llmCall(LLMCall(agent: "a", model: "m", request: ["input": [[1], 2], "messages": "text"], status: 200)),
            .llmCall(LLMCall(agent: "a", model: "m", request: request([]), status: 200)),
            .llmCall(LLMCall(agent: "a", model: "m", request: .null, status: 200)),
            .codeRun(
                CodeRun(
                    agent: "a", language: "python", code: "x = 1\n", exitCode: 0, stdout: "1\n", stderr: "w",
                    shown: [ShownOutput("png", "AAAA"), ShownOutput("dataframe", ["rows": [[1, "a"]]])])),
            .codeRun(CodeRun(agent: "a", language: "", code: "", exitCode: nil, failure: "timed out")),
            .end(End(cause: .error, agent: nil, failure: "boom")),
            .end(End(cause: .maxTurns, agent: "a")),
        ]
        return Transcript(
            subject: "nas\u{0}ty",
            entries: kinds.enumerated().map { index, kind in
                Entry(
                    turn: index / 2 + 1, kind: kind,
                    timing: Timing(start: Double(index) / 3, duration: 0.1 + Double(index)))
            })
    }

    /// A conversation of n calls, each of which repeats all that was said before.
    static func growing(_ count: Int) -> Transcript {
        let message = String(repeating: "What was said, again and again. ", count: 30)
        return Transcript(
            subject: "growing",
            entries: (1...count).map { n in
                let messages = (1...n).map {
                    JSONValue.object(JSONObject([("content", .string(message + String($0)))]))
                }
                return Entry(
                    turn: n,
                    kind: .llmCall(
                        LLMCall(agent: "a", model: "m", request: ["messages": .array(messages)], status: 200)))
            })
    }
}

extension TranscriptStore {
    /// Stores an attempt from start to end.
    func store(_ transcript: Transcript, as id: String, run: String, outcome: Attempt.Outcome = .init(status: .passed))
        async throws
    {
        let empty = Transcript(subject: transcript.subject)
        try await start(Attempt(id: id, run: run, scenario: "scenario/" + id, startedAt: 10.5, transcript: empty))
        for entry in transcript.entries { try await add(entry, toAttempt: id) }
        try await endAttempt(id, with: outcome, at: 12.25)
    }
}
