import Cassettes
import Conversations
import Documents
import HTTPMessages
import Responders
import Scripts
import Testing
import TextConditions

/// One script behind every provider's paths.
@Suite struct EveryProviderTests {
    /// How one provider's requests are written, and what of its answers is looked at.
    struct Provider: Sendable, CustomTestStringConvertible {
        let service: Service
        let path: String
        let body: @Sendable (String) -> String
        /// Where the text stands in a whole answer.
        let text: [String]
        var testDescription: String { "\(service.rawValue) \(path)" }
    }

    static let providers = [
        Provider(
            service: .openai, path: "/v1/chat/completions",
            body: { #"{"model": "m", "messages": [{"role": "user", "content": "\#($0)"}]}"# },
            text: ["choices", "0", "message", "content"]),
        Provider(
            service: .azure, path: "/openai/deployments/m/chat/completions",
            body: { #"{"model": null, "messages": [{"role": "user", "content": "\#($0)"}]}"# },
            text: ["choices", "0", "message", "content"]),
        Provider(
            service: .openai, path: "/v1/responses", body: { #"{"model": "m", "input": "\#($0)"}"# },
            text: ["output", "0", "content", "0", "text"]),
        Provider(
            service: .openai, path: "/v1/completions", body: { #"{"model": "m", "prompt": "\#($0)"}"# },
            text: ["choices", "0", "text"]),
        Provider(
            service: .anthropic, path: "/v1/messages",
            body: { #"{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "\#($0)"}]}"# },
            text: ["content", "0", "text"]),
        Provider(
            service: .gemini, path: "/v1beta/models/m:generateContent",
            body: { #"{"contents": [{"parts": [{"text": "\#($0)"}]}]}"# },
            text: ["candidates", "0", "content", "parts", "0", "text"]),
    ]

    static let script = Script(
        file: "s.yaml",
        rules: [
            Script.Rule(
                when: [.text(.equals("fail"))],
                reply: .failure(Script.Failure(status: 503, message: "overloaded"))),
            Script.Rule(
                when: [.text(.equals("slow"))],
                reply: .said(
                    Script.Speech(saying: .text("late"), delivery: .init(pace: .init(timeToFirst: 2))))),
            Script.Rule(
                when: [.text(.equals("cut"))],
                reply: .said(Script.Speech(saying: .text("never"), delivery: .init(cutAfter: 1)))),
            Script.Rule(when: [.model(.equals("m")), .text(.contains("hi"))], reply: .text("hello")),
        ])
    let llm = FakeLLM(script: script, models: ["m"], created: 1_700_000_000)

    private func ask(_ provider: Provider, _ body: String) async throws -> Response {
        try await llm.responder(for: provider.service)
            .respond(to: Request(method: "POST", path: provider.path, body: Array(body.utf8)))
    }

    private func json(_ response: Response) async throws -> JSONValue {
        try JSONValue(parsing: try await response.content.joined() ?? [])
    }

    @Test(arguments: providers) func theScriptAnswers(provider: Provider) async throws {
        let answer = try await json(ask(provider, provider.body("hi")))
        #expect(answer[JSONPointer(provider.text)]?.stringValue == "hello", "\(answer)")
    }

    @Test(arguments: providers) func aScriptedErrorHasTheProvidersShape(provider: Provider) async throws {
        let response = try await ask(provider, provider.body("fail"))
        #expect(response.status == 503)
        #expect(try await json(response)["error"]?["message"]?.stringValue == "overloaded")
    }

    @Test(arguments: providers) func whatNoRuleAnswersIsSaidInTheProvidersShape(provider: Provider) async throws {
        let response = try await ask(provider, provider.body("bye"))
        #expect(response.status == 422)
        #expect(response.headers["x-should-retry"] == "false")
        #expect(try await json(response)["error"]?["message"]?.stringValue?.contains("no rule of the script") == true)
    }

    @Test(arguments: providers) func badBodiesAreRefusedInTheProvidersShape(provider: Provider) async throws {
        let deep = String(repeating: "[", count: 100_000)
        let bodies = [
            "", "{", "[]", "null", #""text""#, "{}", #"{"model": 1}"#, #"{"messages": 7, "input": {}, "contents": 7}"#,
            deep, #"{"model": "m", "prompt": {}, "messages": [[]], "input": [7], "contents": [7]}"#, "\u{0}",
        ]
        for body in bodies {
            let response = try await ask(provider, body)
            #expect((400..<500).contains(response.status), "\(body.prefix(60))")
            #expect(try await json(response)["error"]?["message"]?.stringValue?.isEmpty == false, "\(body.prefix(60))")
        }
        #expect(llm.requestCount == 0)
    }

    @Test(arguments: providers) func unknownFieldsDoNotMatter(provider: Provider) async throws {
        let body = provider.body("hi").replacing(
            "{", with: #"{"no_such_field": {"a": [1, null]}, "#, maxReplacements: 1)
        #expect(try await json(ask(provider, body))[JSONPointer(provider.text)]?.stringValue == "hello")
    }

    @Test(arguments: providers) func aSlowAnswerIsNotReadyAndConsumesNothing(provider: Provider) async throws {
        let responder = llm.responder(for: provider.service)
        let request = Request(method: "POST", path: provider.path, body: Array(provider.body("slow").utf8))
        #expect(responder.answerNow(request) == nil)
        #expect(llm.requestCount == 0)
        guard case .stream(let stream) = try await responder.respond(to: request).content else {
            Issue.record("a slow answer is no stream")
            return
        }
        #expect(stream.readyParts?.first == .pause(.seconds(2)))
        #expect(llm.requestCount == 1)
    }

    @Test(arguments: providers) func aCutAnswerEndsInADrop(provider: Provider) async throws {
        guard case .stream(let stream) = try await ask(provider, provider.body("cut")).content else {
            Issue.record("a cut answer is no stream")
            return
        }
        #expect(stream.readyParts == [.drop])
    }

    @Test(arguments: [
        (Service.openai, "/v1/chat/completions"), (.openai, "/v1/responses"), (.openai, "/v1/completions"),
        (.anthropic, "/v1/messages"), (.gemini, "/v1beta/models/m:streamGenerateContent"),
    ])
    func aStreamsEventsAreTheSameWhereverTheirBytesAreCut(service: Service, path: String) async throws {
        let body = #"""
            {"model": "m", "stream": true, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], "input": "hi",
             "prompt": "hi", "contents": [{"parts": [{"text": "hi"}]}]}
            """#
        let query = service == .gemini ? "alt=sse" : nil
        let response = try await llm.responder(for: service)
            .respond(to: Request(method: "POST", path: path, query: query, body: Array(body.utf8)))
        let chunks = try #require(response.content.readyChunks)
        let bytes = chunks.flatMap { $0 }
        let whole = EventStream.split(bytes)
        // Each event is a chunk of its own, and none has more than its event.
        #expect(whole.events.map(Array.init) == chunks)
        #expect(whole.events.allSatisfy { EventStream.parse($0) != nil })
        for end in bytes.indices where bytes[..<end].last != 0x0D {
            let first = EventStream.split(Array(bytes[..<end]))
            let second = EventStream.split(Array(first.rest) + bytes[end...])
            #expect((first.events + second.events).map(Array.init) == chunks)
        }
    }

    @Test func requestsOfAllProvidersAreOneSeries() async throws {
        for provider in Self.providers { _ = try await ask(provider, provider.body("hi")) }
        #expect(llm.requestCount == Self.providers.count)
    }

    @Test func aResponseCanBeReadAndFollowedAndDeleted() async throws {
        let openAI = llm.responder(for: .openai)
        func ask(_ method: String, _ path: String, _ body: String = "") async throws -> (Int, JSONValue) {
            let response = try await openAI.respond(
                to: Request(method: method, path: "/v1/responses\(path)", body: Array(body.utf8)))
            return (response.status, try await json(response))
        }
        let first = try await ask("POST", "", #"{"model": "m", "input": "hi"}"#)
        let id = try #require(first.1["id"]?.stringValue)
        #expect(try await ask("GET", "/\(id)").1 == first.1)
        #expect(try await ask("GET", "/\(id)/input_items").1["data"]?.arrayValue?.count == 1)
        let second = try await ask(
            "POST", "", #"{"model": "m", "input": "hi again", "previous_response_id": "\#(id)"}"#)
        #expect(second.1["previous_response_id"]?.stringValue == id)
        #expect(second.1["id"] != first.1["id"])
        let items = try await ask("GET", "/\(second.1["id"]?.stringValue ?? "")/input_items")
        #expect(items.1["data"]?.arrayValue?.count == 3)
        #expect(try await ask("DELETE", "/\(id)").1["deleted"] == true)
        #expect(try await ask("GET", "/\(id)").0 == 404)
        let third = try await ask("POST", "", #"{"model": "m", "input": "hi", "previous_response_id": "\#(id)"}"#)
        #expect(third.0 == 400)
        #expect(third.1["error"]?["code"] == "previous_response_not_found")
    }

    @Test func aMovedClockMovesWhenAnswersWereMade() async throws {
        let clock = ShiftedClock(VirtualClock(start: 5))
        let llm = FakeLLM(script: Self.script, models: [], created: 1_000, clock: clock)
        clock.advance(by: 60)
        let body = Array(Self.providers[0].body("hi").utf8)
        let request = Request(method: "POST", path: "/v1/chat/completions", body: body)
        #expect(try await json(llm.responder(for: .openai).respond(to: request))["created"] == 1_060)
    }

    @Test(arguments: [
        (Service.anthropic, "/v1/messages/count_tokens"), (.gemini, "/v1beta/models/m:countTokens"),
        (.openai, "/v1/embeddings"), (.gemini, "/v1beta/models/m:embedContent"),
    ])
    func whatNeedsNoScriptIsAnsweredWithoutIt(service: Service, path: String) async throws {
        let body = #"""
            {"model": "m", "messages": [{"role": "user", "content": "x"}], "input": "x",
             "contents": [{"parts": [{"text": "x"}]}], "content": {"parts": [{"text": "x"}]}}
            """#
        let response = try await llm.responder(for: service)
            .respond(to: Request(method: "POST", path: path, body: Array(body.utf8)))
        #expect(response.status == 200)
        #expect(llm.requestCount == 0)
    }
}
