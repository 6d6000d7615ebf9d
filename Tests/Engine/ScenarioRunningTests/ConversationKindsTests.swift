import AgentChats
import Documents
import HTTPMessages
import ScenarioRunning
import Scenarios
import Testing
import Transcripts

/// Each kind of conversation, from a scenario file to its transcript.
@Suite struct ConversationKindsTests {
    private let clock = StandClock()

    private func rehearse(_ file: String, _ answers: [Response]) async throws -> (Transcript, StandResponder) {
        let scenario = try ScenarioReader.read(file, file: "s.yaml")
        let hopx = StandHopX()
        let responder = StandResponder(
            answers.map(StandResponder.Answer.response), clock: clock, fallback: { hopx.respond(to: $0) })
        let transcript = try await Rehearsal(
            scenario, responder: responder, keys: Rehearsal.Keys(llm: "k", hopx: "k"), clock: clock
        ).perform()
        return (transcript, responder)
    }

    private func calling(_ tool: String, _ arguments: String) -> Response {
        .json([
            "model": "gpt-4o",
            "choices": [
                [
                    "message": [
                        "role": "assistant", "content": nil,
                        "tool_calls": [
                            [
                                "id": "c1", "type": "function",
                                "function": ["name": .string(tool), "arguments": .string(arguments)],
                            ]
                        ],
                    ], "finish_reason": "tool_calls",
                ]
            ],
        ])
    }

    private func messages(_ transcript: Transcript) -> [String] {
        transcript.entries.compactMap { entry in
            if case .message(let message) = entry.kind {
                "\(message.speaker) to \(message.recipient): \(message.text ?? "-")"
            } else {
                nil
            }
        }
    }

    private static let agents = """
        understudy: scenario/1
        name: kinds
        agents: {a: {kind: assistant, model: m}, b: {kind: assistant, model: m}, u: {kind: user_proxy, max_auto_replies: 2}}

        """

    @Test func aGroupWithAToolInTheSandbox() async throws {
        let file =
            Self.agents + """
                tools:
                  add: {kind: code, caller: a, executor: u, description: Adds., parameters: {x: int}, code: "print({x}+{1})"}
                conversation:
                  group: {from: u, message: Go., members: [u, a, b], model: chooser, max_rounds: 4, allow_repeat: false}

                """
        let (transcript, responder) = try await rehearse(
            file, [.saying("a"), calling("add", #"{"x": 41}"#), .saying("It is b."), .saying("done")])
        #expect(
            messages(transcript) == [
                "u to chat_manager: Go.", "a to chat_manager: -", "u to chat_manager: ok\n", "b to chat_manager: done",
            ])
        let runs = transcript.entries.compactMap { if case .codeRun(let run) = $0.kind { run } else { nil } }
        #expect(runs.map(\.code) == ["print(41+{1})"])
        #expect(runs.map(\.agent) == ["u"])
        let calls = transcript.entries.compactMap { if case .llmCall(let call) = $0.kind { call } else { nil } }
        #expect(calls.map(\.agent) == ["speaker_selection_agent", "a", "speaker_selection_agent", "b"])
        #expect(calls.map(\.model) == ["chooser", "m", "chooser", "m"])
        #expect(calls[1].request["tools"]?.arrayValue?.count == 1)
        #expect(calls[3].request["tools"] == nil)
        #expect(transcript.entries.last?.kind == .end(End(cause: .maxRound, agent: "chat_manager")))
        #expect(responder.targets.last == "DELETE /v1/sandboxes/s1")
    }

    @Test func aPipelineCarriesSummariesOver() async throws {
        let file =
            Self.agents + """
                conversation:
                  pipeline:
                  - {from: u, to: a, message: one, max_turns: 1, summary: reflection}
                  - {from: u, to: b, message: two, max_turns: 1}

                """
        let (transcript, _) = try await rehearse(file, [.saying("first"), .saying("in short"), .saying("second")])
        #expect(
            messages(transcript) == [
                "u to a: one", "a to u: first", "u to b: two\nContext: \nin short", "b to u: second",
            ])
    }

    @Test func anErrorEndsAPipeline() async throws {
        let file =
            Self.agents + """
                conversation:
                  pipeline:
                  - {from: u, to: a, message: one}
                  - {from: u, to: b, message: two}

                """
        let (transcript, _) = try await rehearse(file, [.refusing(401)])
        #expect(messages(transcript) == ["u to a: one"])
        guard case .end(let end)? = transcript.entries.last?.kind else {
            Issue.record("no end")
            return
        }
        #expect(end.cause == .error)
    }

    @Test func anErrorOfASummaryEndsAPipelineToo() async throws {
        let file =
            Self.agents + """
                conversation:
                  pipeline:
                  - {from: u, to: a, message: one, max_turns: 1, summary: reflection}
                  - {from: u, to: b, message: two}

                """
        let (transcript, _) = try await rehearse(file, [.saying("first"), .refusing(401)])
        #expect(messages(transcript) == ["u to a: one", "a to u: first"])
        guard case .end(let end)? = transcript.entries.last?.kind else {
            Issue.record("no end")
            return
        }
        #expect(end.cause == .error)
        #expect(end.failure?.contains("AuthenticationError") == true)
    }

    @Test func aPersistentConversationRemembers() async throws {
        let file = Self.agents + "conversation: {persistent: {from: u, to: a, messages: [one, two]}}\n"
        let (transcript, responder) = try await rehearse(file, [.saying("TERMINATE"), .saying("TERMINATE")])
        #expect(
            messages(transcript) == ["u to a: one", "a to u: TERMINATE", "u to a: two", "a to u: TERMINATE"])
        let last = try JSONValue(parsing: try #require(responder.requests.last).body)
        #expect(last["messages"]?.arrayValue?.count == 4)
    }

    @Test func scriptedResultsAreGivenInTurn() async throws {
        let file =
            Self.agents + """
                tools:
                  look:
                    kind: scripted
                    caller: a
                    executor: u
                    description: Looks.
                    results: [{return: {a: 1}}, {raise: blind}]
                conversation: {two_agent: {from: u, to: a, message: Go.}}

                """
        let (transcript, _) = try await rehearse(
            file, [calling("look", "{}"), calling("look", "{}"), .saying("TERMINATE")])
        #expect(
            messages(transcript) == [
                "u to a: Go.", "a to u: -", "u to a: {\"a\": 1}", "a to u: -", "u to a: Error: blind",
                "a to u: TERMINATE",
            ])
    }
}
