import Cassettes
import Documents
import HTTPMessages
import Testing

@Suite struct DriftTests {
    private static func answer(
        _ text: String, status: Int? = 200, type: String = "application/json", end: RecordedResponse.Break? = nil
    ) -> RecordedResponse {
        RecordedResponse(
            status: status, headers: ["content-type": type], at: 0,
            content: .body(RecordedBody(bytes: Array(text.utf8))),
            end: end)
    }

    private static func completion(
        id: String = "c1", said: String = #""hello""#, finish: String = "stop", calls: String = "", usage: String = ""
    ) -> String {
        #"{"id":"\#(id)","created":17,"system_fingerprint":"fp_\#(id)","choices":[{"index":0,"finish_reason":"\#(finish)","#
            + #""message":{"role":"assistant","content":\#(said)\#(calls)}}]\#(usage)}"#
    }

    private static func call(_ name: String, _ arguments: String = "{}", index: Int = 0) -> String {
        #",{"index":\#(index),"id":"call_\#(arguments.count)","type":"function","#
            + #""function":{"name":"\#(name)","arguments":"\#(arguments)"}}"#
    }

    private static func calls(_ calls: String...) -> String { #","tool_calls":[\#(calls.joined().dropFirst())]"# }

    @Test(arguments: [
        ("other ids", completion(), completion(id: "c2"), Drift.Kind.identical),
        ("other layout", completion(), completion().replacing(",", with: " ,\n"), .identical),
        ("other words", completion(), completion(said: #""good day""#), .wording),
        ("é is not e with an accent", completion(said: "\"\u{E9}\""), completion(said: "\"e\u{301}\""), .wording),
        (
            "other counts", completion(usage: #","usage":{"total_tokens":3}"#),
            completion(usage: #","usage":{"total_tokens":4}"#), .wording
        ),
        ("other end", completion(), completion(finish: "length"), .shape),
        ("no text", completion(), completion(said: "null"), .shape),
        ("a new member", completion(), completion(usage: #","usage":{"total_tokens":4}"#), .shape),
        ("a call", completion(said: "null"), completion(said: "null", calls: calls(call("add"))), .shape),
        ("another function", completion(calls: calls(call("add"))), completion(calls: calls(call("sub"))), .shape),
        (
            "one call more", completion(calls: calls(call("add"))),
            completion(calls: calls(call("add"), call("add", index: 1))), .shape
        ),
        (
            "other arguments", completion(calls: calls(call("add"))), completion(calls: calls(call("add", "{ }"))),
            .wording
        ),
        (
            "other input", #"{"content":[{"type":"tool_use","name":"add","input":{"a":1}}]}"#,
            #"{"content":[{"type":"tool_use","name":"add","input":{"b":[2]}}]}"#, .wording
        ),
        ("no JSON any more", completion(), "<html>", .shape),
        ("other bytes", "plain", "other", .wording),
        ("same bytes", "plain", "plain", .identical),
    ])
    func twoAnswersDrift(name: String, recorded: String, now: String, kind: Drift.Kind) {
        let drift = Drift(from: Self.answer(recorded), to: Self.answer(now))
        #expect(drift.kind == kind, "\(name): \(drift)")
        #expect(drift.details.isEmpty == (kind == .identical), "\(name): \(drift)")
    }

    @Test(arguments: [
        (200, 400, Drift.Kind.shape), (200, 404, .shape), (200, 401, .failed), (200, 429, .failed), (200, 500, .failed),
        (429, 200, .shape), (429, 429, .identical),
    ])
    func anotherStatusIsDriftOrAFailure(recorded: Int, now: Int, kind: Drift.Kind) {
        let error = #"{"error":{"message":"no","code":"c"}}"#
        let drift = Drift(from: Self.answer(error, status: recorded), to: Self.answer(error, status: now))
        #expect(drift.kind == kind)
        if recorded != now { #expect(drift.details == ["status \(recorded), now \(now)", "no"]) }
    }

    @Test func anAnswerThatBreaksOffHasFailed() {
        let drift = Drift(from: Self.answer("{}"), to: Self.answer("{}", end: .reset))
        #expect(drift.kind == .failed && drift.details == ["the answer broke off (reset)"])
    }

    @Test func detailsNameThePlaceAndBothSides() {
        let shape = Drift(from: Self.answer(Self.completion()), to: Self.answer(Self.completion(finish: "length")))
        #expect(shape.details == ["$.choices[0].finish_reason: 'stop', now 'length'"])
        let long = String(repeating: "so it goes ", count: 10)
        let wording = Drift(
            from: Self.answer(Self.completion(said: "\"\(long)on\"")),
            to: Self.answer(Self.completion(said: "\"\(long)off\"")))
        #expect(wording.details == ["$.choices[0].message.content: '… it goes on', now '… it goes off'"])
    }

    @Test func tokensAreCountedAsTheAnswerSays() {
        func tokens(_ text: String) -> Int { Drift(from: Self.answer("{}"), to: Self.answer(text)).tokens }
        #expect(tokens(#"{"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#) == 7)
        #expect(tokens(#"{"usage":{"input_tokens":3,"output_tokens":5}}"#) == 8)
        #expect(tokens(#"{"usageMetadata":{"totalTokenCount":9}}"#) == 9)
        #expect(tokens("{}") == 0)
    }

    // MARK: Streams

    private static func stream(_ pieces: [String], finish: String = "stop") -> RecordedResponse {
        let events =
            pieces.map { #"{"id":"x\#(pieces.count)","choices":[{"index":0,"delta":{"content":"\#($0)"}}]}"# }
            + [#"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(finish)"}]}"#]
        return answer(
            events.map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n", type: "text/event-stream; charset=utf-8")
    }

    @Test func aStreamCountsAsWhatItAddsUpTo() {
        func kind(_ recorded: RecordedResponse, _ now: RecordedResponse) -> Drift.Kind {
            Drift(from: recorded, to: now).kind
        }
        #expect(kind(Self.stream(["hel", "lo"]), Self.stream(["h", "el", "lo"])) == .identical)
        #expect(kind(Self.stream(["hel", "lo"]), Self.stream(["good day"])) == .wording)
        #expect(kind(Self.stream(["hel"]), Self.stream(["hel"], finish: "length")) == .shape)
        #expect(kind(Self.stream(["hel"]), Self.answer(Self.completion())) == .shape)
    }

    @Test func pingsAreNoDriftAndBlocksAreKeptApart() {
        func events(_ data: String...) -> RecordedResponse {
            Self.answer(data.map { "data: \($0)\n\n" }.joined(), type: "text/event-stream")
        }
        let text = #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
        let call =
            #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":"add","input":{}}}"#
        let ping = #"{"type":"ping"}"#
        #expect(Drift(from: events(text), to: events(text, ping)).kind == .identical)
        #expect(Drift(from: events(text), to: events(text, call)).kind == .shape)
    }

    // MARK: Asking again

    private static func interaction(
        _ service: Service, _ operation: String, body: String = "{}", end: RecordedResponse.Break? = nil
    ) throws -> Interaction {
        let operation = try #require(Operation(parsing: operation))
        let bytes = Array(body.utf8)
        return Interaction(
            number: 1, at: 0, service: service, operation: operation,
            key: InteractionKey(
                service: service, operation: operation, inputs: nil, body: bytes, rules: MatchRules()),
            request: RecordedBody(bytes: bytes),
            response: answer("{}", end: end))
    }

    @Test(arguments: [
        (Service.openai, "POST /v1/chat/completions", true), (.openai, "POST /v1/responses", true),
        (.anthropic, "POST /v1/messages", true), (.gemini, "POST /v1beta/models/g:streamGenerateContent", true),
        (.azure, "POST /openai/deployments/d/chat/completions", true),
        (.openai, "GET /v1/models", false), (.openai, "POST /v1/fine_tuning/jobs", false),
        (.openai, "POST /v1/files", false), (.hopx, "POST /execute", false), (.http, "POST /chat/completions", false),
    ])
    func onlyQuestionsToModelsAreAskedAgain(service: Service, operation: String, isAsked: Bool) throws {
        #expect(try Self.interaction(service, operation).canBeAskedAgain == isAsked)
    }

    @Test func whatBrokeOffOrIsNoJSONIsNotAskedAgain() throws {
        #expect(try !Self.interaction(.openai, "POST /v1/responses", end: .reset).canBeAskedAgain)
        #expect(try !Self.interaction(.openai, "POST /v1/responses", body: "text").canBeAskedAgain)
    }

    @Test func theKeyStandsWhereTheServiceLooksForIt() throws {
        let gemini = try Self.interaction(.gemini, "POST /v1beta/models/g:generateContent?alt=sse&key=redacted")
            .askedAgain(key: "us-x")
        #expect(gemini.query == "alt=sse" && gemini.headers["x-goog-api-key"] == "us-x")
        let anthropic = try Self.interaction(.anthropic, "POST /v1/messages").askedAgain(key: "us-x")
        #expect(anthropic.apiKey == "us-x" && anthropic.headers["anthropic-version"] == "2023-06-01")
        #expect(anthropic.query == nil && anthropic.body == Array("{}".utf8))
    }
}
