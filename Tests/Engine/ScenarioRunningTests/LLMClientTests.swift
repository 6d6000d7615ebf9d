import AgentChats
import Documents
import HTTPMessages
import ScenarioRunning
import Testing
import Transcripts

@Suite struct LLMClientTests {
    private let clock = StandClock()

    private func client(
        _ answers: [StandResponder.Answer], _ config: String = #"{"model":"gpt-4o","cache_seed":null}"#,
        cache: AnswerCache? = nil
    ) throws -> (client: LLMClient, responder: StandResponder, writer: TranscriptWriter) {
        let responder = StandResponder(answers, clock: clock)
        let writer = TranscriptWriter(subject: "s", clock: clock)
        let settings = LLMSettings(config: try #require(JSONValue(parsing: config).objectValue), key: "us-key")
        return (
            LLMClient(
                agent: "a", settings: settings, responder: responder, clock: clock, writer: writer, cache: cache),
            responder, writer
        )
    }

    private let messages = [Message(JSONObject([("content", "hé"), ("role", "user")]))]

    @Test func theBodyHasWhatTheSDKSends() async throws {
        let config = """
            {"temperature": 0, "top_p": 0.90, "timeout": 120, "cache_seed": null, "tags": ["x"], "config_list": [
              {"model": "m", "api_key": "k", "price": [1, 2], "temperature": 0.7, "base_url": "u", "max_retries": 1}]}
            """
        let (client, responder, _) = try client([.response(.saying("hi"))], config)
        #expect(try await client.answer(to: messages).text == "hi")
        let request = try #require(responder.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/v1/chat/completions")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"messages":[{"content":"hé","role":"user"}],"model":"m","stream":false,"#
                + #""temperature":0.7,"top_p":0.90}"#
        )
        #expect(request.headers["authorization"] == "Bearer k")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["x-stainless-retry-count"] == "0")
        #expect(request.headers["x-stainless-read-timeout"] == "120")
    }

    @Test(arguments: [
        ("408", [Response.refusing(408)], 1), ("409", [.refusing(409)], 1),
        ("429 twice", [.refusing(429), .refusing(429)], 2),
        ("500", [.refusing(500)], 1), ("503", [.refusing(503)], 1),
        ("400 to be retried", [.refusing(400, headers: ["x-should-retry": "true"])], 1),
    ])
    func theSameIsAskedAgain(label: String, failures: [Response], retries: Int) async throws {
        let (client, responder, writer) = try client(failures.map { .response($0) } + [.response(.saying("ok"))])
        #expect(try await client.answer(to: messages).text == "ok", "\(label)")
        #expect(
            responder.requests.map { $0.headers["x-stainless-retry-count"] ?? "" } == (0...retries).map(String.init))
        #expect(Set(responder.requests.map(\.body)).count == 1)
        let calls = writer.transcript.entries.compactMap { entry in
            if case .llmCall(let call) = entry.kind { call } else { nil }
        }
        #expect(calls.count == retries + 1)
        #expect(calls.first?.failure == "no")
        #expect(calls.last?.failure == nil)
        #expect(clock.waits == Array([0.5, 1, 2].prefix(retries)))
    }

    @Test(
        arguments: [
            (400, nil, "BadRequestError"), (401, "invalid_api_key", "AuthenticationError"),
            (403, nil, "PermissionDeniedError"),
            (404, nil, "NotFoundError"), (418, nil, "APIStatusError"),
            (422, "cassette_miss", "UnprocessableEntityError"),
        ] as [(Int, String?, String)])
    func aRefusalIsNotAskedAgain(status: Int, code: String?, name: String) async throws {
        let (client, responder, _) = try client([
            .response(.refusing(status, code: code.map(JSONValue.string) ?? .null))
        ])
        await #expect(throws: ChatError(name, "no", status: status, code: code)) {
            try await client.answer(to: messages)
        }
        #expect(responder.requests.count == 1)
    }

    @Test func aServiceCanForbidToAskAgain() async throws {
        let (client, responder, _) = try client([.response(.refusing(429, headers: ["x-should-retry": "false"]))])
        await #expect(throws: ChatError("RateLimitError", "no", status: 429)) { try await client.answer(to: messages) }
        #expect(responder.requests.count == 1)
    }

    @Test func retriesEnd() async throws {
        let (client, responder, _) = try client(Array(repeating: .response(.refusing(500)), count: 9))
        await #expect(throws: ChatError("InternalServerError", "no", status: 500)) {
            try await client.answer(to: messages)
        }
        #expect(responder.requests.count == 3)
    }

    @Test func anAnswerThatComesTooLateIsATimeout() async throws {
        let (client, responder, _) = try client(
            Array(repeating: .late(1.2, .saying("late")), count: 3),
            #"{"model":"m","timeout":0.4,"cache_seed":null}"#)
        let error = await #expect(throws: ChatError.self) { try await client.answer(to: messages) }
        #expect(error?.className == "TimeoutError")
        #expect(error?.message.hasPrefix("OpenAI API call timed out.") == true)
        #expect(responder.requests.count == 3)
    }

    @Test func aBrokenConnectionIsTriedAgain() async throws {
        let dropped = Response(status: 200, content: .stream(ContentStream([.chunk([0x7B]), .drop])))
        let (client, _, writer) = try client([.failure("refused"), .response(dropped), .response(.saying("ok"))])
        #expect(try await client.answer(to: messages).text == "ok")
        guard case .llmCall(let call)? = writer.transcript.entries.first?.kind else {
            Issue.record("no call was written")
            return
        }
        #expect(call.failure == "refused")
        #expect(call.status == nil)
    }

    @Test func aBodyInPartsIsReadWhole() async throws {
        let body = try #require({ if case .whole(let bytes) = Response.saying("ok").content { bytes } else { nil } }())
        let parts = Response(
            status: 200,
            content: .stream(
                ContentStream([.chunk(Array(body[..<9])), .pause(.seconds(2)), .chunk(Array(body[9...]))])))
        let (client, _, _) = try client([.response(parts)])
        #expect(try await client.answer(to: messages).text == "ok")
        #expect(clock.waits == [2])
    }

    private static let two = """
        {"cache_seed": null, "max_retries": 0, "config_list": [{"model": "m1"}, {"model": "m2", "api_key": "k2"}]}
        """

    @Test(arguments: [401, 404, 429, 500])
    func theNextModelIsAskedAfterAnError(status: Int) async throws {
        let (client, responder, _) = try client([.response(.refusing(status)), .response(.saying("ok"))], Self.two)
        #expect(try await client.answer(to: messages).text == "ok")
        #expect(responder.requests.map { $0.bearerToken ?? "" } == ["us-key", "k2"])
    }

    @Test func aContentFilterIsFinal() async throws {
        let (client, responder, _) = try client([.response(.refusing(400, code: "content_filter"))], Self.two)
        await #expect(throws: ChatError("BadRequestError", "no", status: 400, code: "content_filter")) {
            try await client.answer(to: messages)
        }
        #expect(responder.requests.count == 1)
    }

    @Test func cachedAnswersAreNotAskedForAgain() async throws {
        let cache = AnswerCache()
        let (client, responder, _) = try client([.response(.saying("ok"))], #"{"model":"gpt-4o"}"#, cache: cache)
        for _ in 0..<3 { #expect(try await client.answer(to: messages).text == "ok") }
        #expect(responder.requests.count == 1)
        let cost = await client.spending.json
        #expect(cost["usage_including_cached_inference"]?["gpt-4o"]?["total_tokens"] == 360)
        #expect(cost["usage_excluding_cached_inference"]?["gpt-4o"]?["total_tokens"] == 120)
    }

    @Test(arguments: ["{}", "not json", #"{"choices":[]}"#])
    func anAnswerWithoutChoicesIsNoAnswer(body: String) async throws {
        let (client, _, _) = try client([.response(Response(body: Array(body.utf8)))], Self.two)
        let error = await #expect(throws: ChatError.self) { try await client.answer(to: messages) }
        #expect(error?.className == "TypeError")
    }
}
