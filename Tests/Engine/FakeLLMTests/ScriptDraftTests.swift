import Cassettes
import Conversations
import Documents
import Foundation
import HTTPMessages
import Responders
import ScenarioRunning
import Scripts
import Testing
import TextConditions

/// A recording as a script, and the script asked what the recording was asked.
@Suite struct ScriptDraftTests {
    @Test(arguments: ["real-model/ask", "tutorial/two-agent"])
    func theScriptAnswersTheRecordingsOwnRequestsAsItDid(name: String) async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let bytes = Array(try Data(contentsOf: root.appending(path: "cassettes/\(name).yaml")))
        try await checkAnswers(of: Cassette(bytes, file: "cassettes/\(name).yaml"), fewest: 1)
    }

    @Test func whatIsAskedAgainIsAnsweredInItsOrder() async throws {
        let cassette = try Self.cassette([
            Self.exchange("hello", status: 429, Self.error), Self.exchange("hello", Self.said("one")),
            Self.exchange("other", Self.said("two", ending: "length")), Self.exchange("hello", Self.said("three")),
        ])
        let draft = try ScriptDraft(cassette)
        #expect(draft.leftOut.isEmpty)
        #expect(
            draft.script.rules == [
                Script.Rule(
                    when: [.model(.equals("m")), .text(.equals("hello"))],
                    reply: .failure(
                        .init(
                            status: 429, message: "slow down", type: "requests", code: "rate_limit_exceeded",
                            headers: ["retry-after": "1"])),
                    then: [.text("one"), .text("three")]),
                Script.Rule(
                    when: [.model(.equals("m")), .text(.equals("other"))], reply: .text("two", ending: .length)),
            ])
        try await checkAnswers(of: cassette, fewest: 3)
    }

    /// Words that a script's file refuses must not get into one.
    @Test func whatIsEmptyOrGivenTwiceCanBeReadAgain() throws {
        var limited = Self.exchange("", status: 429, "")
        limited.response.headers = ["retry-after": "1", "Retry-After": "2", "x-ratelimit-limit": "5"]
        let nameless = #"""
            {"choices":[{"index":0,"finish_reason":"stop","message":{"content":"","tool_calls":[
            {"id":"","type":"function","function":{"name":"f","arguments":""}},{"function":{}}]}}]}
            """#
        let script = try ScriptDraft(
            Self.cassette([limited, Self.exchange("x", nameless), Self.exchange("y", Self.said(""))])
        ).script
        #expect(
            script.rules.map(\.reply) == [
                .failure(
                    .init(status: 429, message: "", headers: ["retry-after": "1", "x-ratelimit-limit": "5"])),
                .said(.init(saying: nil, calls: [.init(name: "f", arguments: .text(""))])),
                .text(""),
            ])
        var again = try ScriptReader.read(ScriptWriter.text(of: script), file: script.file)
        for index in again.rules.indices { again.rules[index].place = nil }
        #expect(again == script)
    }

    @Test func anAnswerThatStaysTheSameIsSaidOnce() throws {
        let cassette = try Self.cassette([Self.exchange("a", Self.said("x")), Self.exchange("a", Self.said("x"))])
        #expect(
            try ScriptDraft(cassette).script.rules == [
                Script.Rule(when: [.model(.equals("m")), .text(.equals("a"))], reply: .text("x"))
            ])
    }

    @Test func callsAndStructuredAnswersAreTrees() throws {
        let calls = #"""
            {"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
            {"id":"call_2","type":"function","function":{"name":"g","arguments":"{\"a\": 1}"}}]}}]}
            """#
        let cassette = try Self.cassette([
            Self.exchange("a", calls),
            Self.exchange("b", Self.said(#"{\"n\":1}"#), more: #","response_format":{"type":"json_object"}"#),
            Self.exchange("c", Self.said(#"{\"n\":1}"#)),
        ])
        let script = try ScriptDraft(cassette).script
        #expect(
            script.rules.map(\.reply) == [
                .said(
                    .init(
                        saying: nil,
                        calls: [
                            .init(name: "f", arguments: .json(["a": 1]), id: "call_1"),
                            // Spelled otherwise than a tree would be.
                            .init(name: "g", arguments: .text(#"{"a": 1}"#), id: "call_2"),
                        ])),
                .said(.init(saying: .json(["n": 1]))),
                .text(#"{"n":1}"#),
            ])
        var again = try ScriptReader.read(ScriptWriter.text(of: script), file: script.file)
        for index in again.rules.indices { again.rules[index].place = nil }
        #expect(again == script)
    }

    /// The last message and the model are found in every protocol, and so is what was said.
    @Test(arguments: [
        (
            Service.openai, "/v1/responses",
            #"{"model":"m","previous_response_id":"resp_1","input":[{"role":"user","content":"hello"}]}"#,
            #"{"object":"response","model":"m","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"hi"}]}]}"#
        ),
        (
            .openai, "/v1/completions", #"{"model":"m","prompt":"hello"}"#,
            #"{"choices":[{"index":0,"text":"hi","finish_reason":"stop"}]}"#
        ),
        (
            .anthropic, "/v1/messages",
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#,
            #"{"type":"message","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn"}"#
        ),
        (
            .gemini, "/v1beta/models/m:generateContent",
            #"{"contents":[{"role":"user","parts":[{"text":"hello"}]}]}"#,
            #"{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}]}"#
        ),
    ])
    func everyProtocolIsRead(service: Service, path: String, request: String, answer: String) throws {
        let cassette = try Self.cassette([Self.exchange(service, path, request, answer)])
        let draft = try ScriptDraft(cassette)
        #expect(draft.leftOut.isEmpty)
        #expect(
            draft.script.rules == [
                Script.Rule(when: [.model(.equals("m")), .text(.equals("hello"))], reply: .text("hi"))
            ])
    }

    @Test func whatCannotBeAnAnswerIsNamed() throws {
        var broken = Self.exchange("a", Self.said("x"))
        broken.response = RecordedResponse(status: nil, at: 1, content: .body(RecordedBody(bytes: [])), end: .reset)
        var unreadable = Self.exchange("b", Self.said("x"))
        unreadable.request = RecordedBody(bytes: Array("{}".utf8))
        unreadable.key = InteractionKey(
            service: .openai, operation: unreadable.operation, inputs: nil, body: unreadable.request.bytes,
            rules: MatchRules())
        let draft = try ScriptDraft(Self.cassette([broken, unreadable]))
        #expect(draft.script.rules.map(\.reply) == [.said(.init(saying: .text(""), delivery: .init(cutAfter: 0)))])
        #expect(draft.leftOut.map(\.interaction) == [2])
    }

    // MARK: Cassettes

    private static let error =
        #"{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#

    private static func said(_ text: String, ending: String = "stop") -> String {
        #"{"choices":[{"index":0,"finish_reason":"\#(ending)","message":{"role":"assistant","content":"\#(text)"}}]}"#
    }

    private static func exchange(
        _ text: String, status: Int = 200, _ answer: String, more: String = ""
    ) -> Interaction {
        exchange(
            .openai, "/v1/chat/completions",
            #"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#, status: status, answer)
    }

    private static func exchange(
        _ service: Service, _ path: String, _ request: String, status: Int = 200, _ answer: String
    ) -> Interaction {
        let request = Request(method: "POST", path: path, body: Array(request.utf8))
        return Interaction(
            number: 1, at: 0, service: service, operation: Operation(request),
            key: InteractionKey(
                service: service, operation: Operation(request), inputs: nil, body: request.body, rules: MatchRules()),
            request: RecordedBody(bytes: request.body),
            response: RecordedResponse(
                status: status,
                headers: status == 200
                    ? ["content-type": "application/json"] : ["retry-after": "1", "x-request-id": "r"],
                at: 1, content: .body(RecordedBody(bytes: Array(answer.utf8)))))
    }

    private static func cassette(_ interactions: [Interaction]) throws -> Cassette {
        var writer = CassetteWriter()
        let name = try #require(CassetteName("story"))
        var text = writer.document(
            for: CassetteHeader(
                name: name, recordedBy: "a test", recordedOn: "2026-11-23", origins: []))
        for (index, interaction) in interactions.enumerated() {
            var interaction = interaction
            interaction.number = index + 1
            interaction.at = Double(index)
            text += writer.document(for: interaction)
        }
        return try Cassette(Array(text.utf8), file: "story.yaml")
    }

    /// Asks the script, once written and read again, what the recording was asked.
    private func checkAnswers(of cassette: Cassette, fewest: Int) async throws {
        let script = try ScriptReader.read(ScriptWriter.text(of: ScriptDraft(cassette).script), file: "draft.yaml")
        let llm = FakeLLM(script: script, models: [], created: 0)
        var answers = 0
        for position in cassette.index.indices where cassette.index[position].service == .openai {
            let recorded = try cassette.interaction(at: position)
            let request = Request(
                method: recorded.operation.method, path: recorded.operation.path, body: recorded.request.bytes)
            let response = try await llm.responder(for: .openai).respond(to: request)
            #expect(response.status == recorded.response.status)
            guard response.status == 200 else { continue }
            let body = try await response.content.joined() ?? []
            #expect(Self.text(of: body) == Self.text(of: recorded.response.bytes))
            answers += 1
        }
        #expect(answers >= fewest)
    }

    /// Of a whole answer, or of all chunks of a streamed one.
    private static func text(of body: [UInt8]) -> String {
        let values =
            (try? JSONValue(parsing: body)).map { [$0] }
            ?? EventStream.split(body).events.compactMap(EventStream.parse).compactMap {
                try? JSONValue(parsing: $0.data)
            }
        return values.compactMap { value in
            let choice = value["choices"]?.arrayValue?.first
            return (choice?["message"] ?? choice?["delta"])?["content"]?.stringValue
        }.joined()
    }
}
