import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct OpenAIChatReplyTests {
    private static func request(_ more: String = "", content: String = "Hello") throws -> OpenAIChatRequest {
        try OpenAIChatRequest(
            body: Array(#"{"model":"gpt-4o","messages":[{"role":"user","content":"\#(content)"}]\#(more)}"#.utf8))
    }

    @Test func theEnvelopeIsWhole() throws {
        let reply = OpenAIChatReply(to: try Self.request(), text: "Hi there.", created: 1_700_000_000)
        let expected = """
            {"id":"\(reply.id)","object":"chat.completion","created":1700000000,"model":"gpt-4o",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"Hi there.","refusal":null,"annotations":[]},\
            "logprobs":null,"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":6,"completion_tokens":3,"total_tokens":9,\
            "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
            "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,\
            "rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":null}
            """
        #expect(reply.json.text() == expected)
        #expect(reply.id.wholeMatch(of: /chatcmpl-[0-9a-f]{29}/) != nil)
        #expect(reply.response.headers["content-type"] == "application/json")
    }

    @Test func theIdDependsOnWhatTheRequestMeansAndHowOftenItWasAsked() throws {
        let reply = OpenAIChatReply(to: try Self.request(#","temperature":0"#), text: "a", created: 1)
        let respelt = try OpenAIChatRequest(
            body: Array(
                #"{ "temperature": 0.0, "messages": [{"content":"Hello","role":"user"}], "model":"gpt-4o" }"#.utf8))
        #expect(OpenAIChatReply(to: respelt, text: "b", created: 2).id == reply.id)
        #expect(OpenAIChatReply(to: respelt, text: "b", repetition: 1, created: 2).id != reply.id)
        #expect(OpenAIChatReply(to: try Self.request(), text: "a", created: 1).id != reply.id)
    }

    @Test func eachChoiceHasTheText() throws {
        let reply = OpenAIChatReply(to: try Self.request(#","n":2"#), text: "four", created: 1)
        #expect(reply.json["choices"]?.arrayValue?.compactMap { $0["index"]?.intValue } == [0, 1])
        #expect(reply.usage.completionTokens == 2)
    }

    @Test func aStreamIsRolePiecesFinishUsageDone() async throws {
        let reply = OpenAIChatReply(to: try Self.request(), text: "Hi there", finishReason: "length", created: 5)
        let events = try await Self.events(OpenAIChatStream(reply, includesUsage: true).response)
        let head =
            #"{"id":"\#(reply.id)","object":"chat.completion.chunk","created":5,"model":"gpt-4o","#
            + #""service_tier":"default","system_fingerprint":null,"choices":"#
        func choice(_ delta: String, _ finish: String = "null") -> String {
            head + #"[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}],"usage":null}"#
        }
        let usage = try #require(reply.json["usage"]).text()
        #expect(
            events == [
                choice(#"{"role":"assistant","content":"","refusal":null}"#), choice(#"{"content":"Hi"}"#),
                choice(#"{"content":" there"}"#), choice("{}", #""length""#), head + #"[],"usage":\#(usage)}"#,
                "[DONE]",
            ])
    }

    @Test func withoutUsageNoChunkSpeaksOfIt() async throws {
        let reply = OpenAIChatReply(to: try Self.request(), text: "Hi", created: 5)
        let response = OpenAIChatStream(reply, includesUsage: false).response
        #expect(response.headers["content-type"] == "text/event-stream; charset=utf-8")
        let events = try await Self.events(response)
        #expect(events.count == 4)
        #expect(!events.contains { $0.contains("usage") })
    }

    @Test(arguments: [
        "", " ", "word", "a  b\n\n c\t", "line\r\nline", "cafe\u{301} 👩‍👩‍👧 e",
        String(repeating: "x", count: 100),
        "a\u{2028}b\u{2029}c\u{85}d", "```python\nprint(1)\n```", "\u{1F1E9}\u{1F1EA}\u{1F1EB}",
    ])
    func aStreamJoinedIsTheText(text: String) async throws {
        let reply = OpenAIChatReply(to: try Self.request(#","n":2"#), text: text, created: 5)
        let events = try await Self.events(OpenAIChatStream(reply, includesUsage: false).response)
        #expect(events.last == "[DONE]")
        var joined: [Int: String] = [:]
        for event in events.dropLast() {
            #expect(!event.unicodeScalars.contains { ["\u{85}", "\u{2028}", "\u{2029}", "\n", "\r"].contains($0) })
            let choice = try #require(try JSONValue(parsing: event)["choices"]?.arrayValue?.first)
            joined[choice["index"]?.intValue ?? -1, default: ""] += choice["delta"]?["content"]?.stringValue ?? ""
        }
        #expect(joined.count == 2)
        for index in 0..<2 { #expect(joined[index].map { Array($0.utf8) } == Array(text.utf8)) }
    }

    /// The data of each event; every event must be an HTTP chunk of its own.
    private static func events(_ response: Response) async throws -> [String] {
        guard case .stream(let stream) = response.content else {
            Issue.record("expected a stream")
            return []
        }
        var events: [String] = []
        for try await part in stream {
            guard case .chunk(let bytes) = part else {
                Issue.record("expected only chunks")
                continue
            }
            let (found, rest) = EventStream.split(bytes)
            #expect(found.count == 1)
            #expect(rest.isEmpty)
            events += found.compactMap(EventStream.parse).map(\.data)
        }
        return events
    }
}
