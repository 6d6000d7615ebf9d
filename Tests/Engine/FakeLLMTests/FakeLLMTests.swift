import Cassettes
import Conversations
import Documents
import HTTPMessages
import Responders
import Scripts
import Testing
import TextConditions

@Suite struct FakeLLMTests {
    static let script = Script(
        file: "s.yaml",
        rules: [
            Script.Rule(when: [.text(.contains("first"))], reply: .text("one"), times: 1),
            Script.Rule(
                when: [.text(.contains("fail"))],
                reply: .failure(
                    Script.Failure(status: 503, message: "overloaded", headers: ["retry-after-ms": "5"]))),
            Script.Rule(when: [.model(.equals("gpt-4o"))], reply: .text("any", ending: .length)),
        ])
    let llm = FakeLLM(script: script, models: ["gpt-4o", "org/m 1"], created: 1_700_000_000)

    @Test func theSessionsRequestsAreAnsweredByTheScript() async throws {
        let first = try await body(of: chat("the first"))
        #expect(first["choices"]?[0]?["message"]?["content"] == "one")
        #expect(first["created"] == 1_700_000_000)
        #expect(first["model"] == "gpt-4o")
        let second = try await body(of: chat("the first"))
        #expect(second["choices"]?[0]?["message"]?["content"] == "any")
        #expect(second["choices"]?[0]?["finish_reason"] == "length")
        #expect(second["id"] != first["id"])
        #expect(llm.requestCount == 2)
    }

    @Test func aNewSessionGivesTheSameBytes() async throws {
        let other = FakeLLM(script: Self.script, models: [], created: 1_700_000_000)
        for request in [chat("first"), chat("second"), chat("second", more: #","stream":true"#), chat("fail")] {
            let answer = try await llm.responder(for: .openai).respond(to: request)
            let again = try await other.responder(for: .openai).respond(to: request)
            #expect(answer.status == again.status)
            #expect(answer.headers == again.headers)
            #expect(try await answer.content.joined() == again.content.joined())
        }
    }

    @Test func theAnswerIsReadyAtOnceAndConsumesOnce() async throws {
        let response = try #require(llm.responder(for: .openai).answerNow(chat("the first")))
        #expect(
            try await JSONValue(parsing: response.content.joined() ?? [])["choices"]?[0]?["message"]?["content"]
                == "one")
        #expect(llm.requestCount == 1)
    }

    @Test func streamedPiecesJoinToTheWholeAnswer() async throws {
        let response = try await llm.responder(for: .openai).respond(
            to: chat("x", more: #","stream":true,"stream_options":{"include_usage":true}"#))
        let (events, _) = EventStream.split(try await response.content.joined() ?? [])
        let data = events.compactMap(EventStream.parse).map(\.data)
        #expect(data.last == "[DONE]")
        let chunks = try data.dropLast().map { try JSONValue(parsing: $0) }
        let text = chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.stringValue }.joined()
        #expect(text == "any")
        #expect(chunks.last?["usage"]?["completion_tokens"] == 1)
    }

    @Test func aScriptedErrorIsSentAsIs() async throws {
        let response = try await llm.responder(for: .openai).respond(to: chat("fail", more: #","stream":true"#))
        #expect(response.status == 503)
        #expect(response.headers["retry-after-ms"] == "5")
        #expect(
            try await JSONValue(parsing: response.content.joined() ?? [])
                == ["error": ["message": "overloaded", "type": "server_error", "param": nil, "code": nil]])
    }

    @Test func aRequestWithoutRuleIsAnErrorThatClientsDoNotRetry() async throws {
        let response = try await llm.responder(for: .openai).respond(to: chat("x", model: "o1"))
        #expect(response.status == 422)
        #expect(response.headers["x-should-retry"] == "false")
        let error = try await JSONValue(parsing: response.content.joined() ?? [])["error"]
        #expect(error?["code"] == "script_no_match")
        #expect(error?["message"]?.stringValue?.contains(#"it answers the model "gpt-4o", this is "o1""#) == true)
    }

    @Test func modelsAreListedAndNamed() async throws {
        let list = try await body(of: Request(method: "GET", path: "/v1/models"))
        #expect(list["object"] == "list")
        #expect(list["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["gpt-4o", "org/m 1"])
        let one = try await body(of: Request(method: "GET", path: "/v1/models/org/m%201"))
        #expect(one == ["id": "org/m 1", "object": "model", "created": 1_700_000_000, "owned_by": "understudy"])
    }

    @Test(
        arguments: [
            (Request(method: "GET", path: "/v1/chat/completions"), 405, "method_not_supported"),
            (Request(method: "POST", path: "/v1/models"), 405, "method_not_supported"),
            (Request(method: "GET", path: "/v1/models/none"), 404, "model_not_found"),
            (Request(method: "POST", path: "/v1/files"), 404, "unknown_url"),
            (Request(method: "GET", path: "/"), 404, "unknown_url"),
            (Request(method: "POST", path: "/v1/chat/completions", body: Array("{".utf8)), 400, nil),
        ] as [(Request, Int, String?)])
    func whatIsNoChatRequestIsRefusedAndNotCounted(request: Request, status: Int, code: String?) async throws {
        let response = try await llm.responder(for: .openai).respond(to: request)
        #expect(response.status == status)
        let error = try await JSONValue(parsing: response.content.joined() ?? [])["error"]
        #expect(error?["code"]?.stringValue == code)
        #expect(error?["type"] == "invalid_request_error")
        #expect(llm.requestCount == 0)
    }

    private func chat(_ text: String, model: String = "gpt-4o", more: String = "") -> Request {
        let body = #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
        return Request(method: "POST", path: "/v1/chat/completions", body: Array(body.utf8))
    }

    private func body(of request: Request) async throws -> JSONValue {
        try JSONValue(parsing: try await llm.responder(for: .openai).respond(to: request).content.joined() ?? [])
    }
}

extension JSONValue {
    /// An item of a list; nil for anything else.
    fileprivate subscript(index: Int) -> JSONValue? { self[JSONPointer(["\(index)"])] }
}
