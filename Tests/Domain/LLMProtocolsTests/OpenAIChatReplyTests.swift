import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct OpenAIChatReplyTests {
    private static let twoCalls = Answer([
        .toolCall(ToolCall(id: nil, name: "add", arguments: #"{"a": 1, "b": 2}"#)),
        .toolCall(ToolCall(id: "call_own", name: "stop", arguments: "{}")),
    ])
    private static let addTool =
        #","tools":[{"type":"function","function":{"name":"add"}},{"type":"custom","custom":{"name":"say"}}]"#

    private static func request(
        _ more: String = "", content: String = "Hello", isAzure: Bool = false
    ) throws -> OpenAIChatRequest {
        try OpenAIChatRequest(
            body: Array(#"{"model":"gpt-4o","messages":[{"role":"user","content":"\#(content)"}]\#(more)}"#.utf8),
            isAzure: isAzure)
    }

    private static func seed(_ request: OpenAIChatRequest, repetition: Int = 0, created: Int = 5) -> ReplySeed {
        ReplySeed(request: request.json, repetition: repetition, created: created)
    }

    private static func reply(
        _ answer: Answer, _ more: String = "", isAzure: Bool = false, created: Int = 5
    ) throws -> OpenAIChatReply {
        let request = try request(more, isAzure: isAzure)
        return OpenAIChatReply(answer, to: request, seed: seed(request, created: created))
    }

    @Test func theEnvelopeIsWhole() throws {
        let reply = try Self.reply(Answer(text: "Hi there."), created: 1_700_000_000)
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
        #expect(reply.response.headers["x-request-id"] == "req_" + reply.id.dropFirst("chatcmpl-".count))
    }

    @Test func theIdDependsOnWhatTheRequestMeansAndHowOftenItWasAsked() throws {
        let request = try Self.request(#","temperature":0"#)
        let respelt = try OpenAIChatRequest(
            body: Array(
                #"{ "temperature": 0.0, "messages": [{"content":"Hello","role":"user"}], "model":"gpt-4o" }"#.utf8))
        func id(_ request: OpenAIChatRequest, _ text: String, repetition: Int = 0) -> String {
            OpenAIChatReply(Answer(text: text), to: request, seed: Self.seed(request, repetition: repetition)).id
        }
        #expect(id(respelt, "b") == id(request, "a"))
        #expect(id(respelt, "b", repetition: 1) != id(request, "b"))
        #expect(id(try Self.request(), "a") != id(request, "a"))
    }

    @Test func eachChoiceHasTheText() throws {
        let reply = try Self.reply(Answer(text: "four"), #","n":2"#)
        #expect(reply.json["choices"]?.arrayValue?.compactMap { $0["index"]?.intValue } == [0, 1])
        #expect(reply.usage.completionTokens == 2)
    }

    @Test func callsHaveIdsAndNoContent() throws {
        let reply = try Self.reply(Self.twoCalls, Self.addTool)
        let message = try #require(reply.json["choices"]?.arrayValue?.first?["message"])
        let id = try #require(message["tool_calls"]?.arrayValue?.first?["id"]?.stringValue)
        #expect(id.wholeMatch(of: /call_[0-9a-f]{24}/) != nil)
        #expect(
            message.text() == """
                {"role":"assistant","content":null,"tool_calls":[\
                {"id":"\(id)","type":"function","function":{"name":"add","arguments":"{\\"a\\": 1, \\"b\\": 2}"}},\
                {"id":"call_own","type":"function","function":{"name":"stop","arguments":"{}"}}],\
                "refusal":null,"annotations":[]}
                """)
        #expect(reply.finishReason == "tool_calls")
    }

    @Test(arguments: [
        ("", Answer(text: "a"), "stop"), ("", Answer(text: "a", ending: .length), "length"),
        ("", Answer(text: "a", ending: .contentFilter), "content_filter"),
        ("", Answer([.refusal("no")]), "stop"), (addTool, twoCalls, "tool_calls"),
        (addTool + #","tool_choice":"required""#, twoCalls, "tool_calls"),
        (addTool + #","tool_choice":{"type":"function","function":{"name":"add"}}"#, twoCalls, "stop"),
        (#","functions":[{"name":"add"}]"#, twoCalls, "function_call"),
        (#","functions":[{"name":"add"}],"function_call":{"name":"add"}"#, twoCalls, "stop"),
        (addTool, Answer(twoCalls.parts, ending: .length), "length"),
    ])
    func theFinishReasonSaysHowItEnded(more: String, answer: Answer, reason: String) throws {
        let reply = try Self.reply(answer, more)
        #expect(reply.json["choices"]?.arrayValue?.first?["finish_reason"]?.stringValue == reason)
        let last = OpenAIChatStream(reply).chunks.last?["choices"]?.arrayValue?.first
        #expect(last?["finish_reason"]?.stringValue == reason)
        #expect(last?["delta"]?.text() == "{}")
    }

    @Test func requestsWithFunctionsGetOneFunctionCall() throws {
        let reply = try Self.reply(Self.twoCalls, #","functions":[{"name":"add"}]"#)
        let message = try #require(reply.json["choices"]?.arrayValue?.first?["message"])
        #expect(message["function_call"] == ["name": "add", "arguments": #"{"a": 1, "b": 2}"#])
        #expect(message["tool_calls"] == nil)
    }

    @Test func callsOfCustomToolsHaveInput() throws {
        let answer = Answer([.toolCall(ToolCall(id: "c", name: "say", arguments: "not JSON"))])
        let reply = try Self.reply(answer, Self.addTool)
        #expect(
            reply.json["choices"]?.arrayValue?.first?["message"]?["tool_calls"]
                == [["id": "c", "type": "custom", "custom": ["name": "say", "input": "not JSON"]]])
    }

    @Test func refusalsStandApart() throws {
        let reply = try Self.reply(Answer([.refusal("I can't.")]))
        let message = try #require(reply.json["choices"]?.arrayValue?.first?["message"])
        #expect(message["content"] == .null)
        #expect(message["refusal"] == "I can't.")
    }

    @Test func thinkingIsCountedAndNotShown() throws {
        let reply = try Self.reply(Answer([.thinking("12345678"), .text("four")]))
        #expect(!reply.json.text().contains("12345678"))
        #expect(reply.json["usage"]?["completion_tokens"] == 3)
        #expect(reply.json["usage"]?["completion_tokens_details"]?["reasoning_tokens"] == 2)
    }

    @Test func probabilitiesAreListedWhenAsked() throws {
        let reply = try Self.reply(Answer(text: "é a"), #","logprobs":true,"top_logprobs":2"#)
        let tokens = try #require(reply.json["choices"]?.arrayValue?.first?["logprobs"]?["content"]?.arrayValue)
        #expect(tokens.map { $0["token"]?.stringValue } == ["é", " a"])
        #expect(tokens.first?["bytes"] == [0xC3, 0xA9])
        for token in tokens {
            let top = try #require(token["top_logprobs"]?.arrayValue)
            #expect(top.count == 2)
            #expect(top.first?["token"] == token["token"])
            let logprobs = top.compactMap { $0["logprob"]?.doubleValue }
            #expect(logprobs == logprobs.sorted(by: >))
            #expect(logprobs.allSatisfy { $0 <= 0 })
        }
        // The stream's pieces are the tokens.
        let streamed = OpenAIChatStream(reply).chunks.flatMap {
            $0["choices"]?.arrayValue?.first?["logprobs"]?["content"]?.arrayValue ?? []
        }
        #expect(streamed == tokens)
        #expect(try Self.reply(Answer(text: "a")).json["choices"]?.arrayValue?.first?["logprobs"] == .null)
    }

    @Test func aStreamIsRolePiecesFinishUsageDone() throws {
        let reply = try Self.reply(
            Answer(text: "Hi there", ending: .length), #","stream_options":{"include_usage":true}"#)
        let events = Self.events(OpenAIChatStream(reply).replyStream)
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

    @Test func callsAreStreamedOneAfterAnother() throws {
        let reply = try Self.reply(Self.twoCalls, Self.addTool)
        let id = try #require(
            reply.json["choices"]?.arrayValue?.first?["message"]?["tool_calls"]?.arrayValue?.first?["id"]?.stringValue)
        let deltas = OpenAIChatStream(reply).chunks.compactMap { $0["choices"]?.arrayValue?.first?["delta"]?.text() }
        #expect(
            deltas == [
                #"{"role":"assistant","content":null,"refusal":null}"#,
                #"{"tool_calls":[{"index":0,"id":"\#(id)","type":"function","#
                    + #""function":{"name":"add","arguments":""}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":" 1,"}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":" \"b\":"}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":" 2}"}}]}"#,
                #"{"tool_calls":[{"index":1,"id":"call_own","type":"function","#
                    + #""function":{"name":"stop","arguments":""}}]}"#,
                #"{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}"#, "{}",
            ])
    }

    @Test func withoutUsageNoChunkSpeaksOfIt() throws {
        let stream = OpenAIChatStream(try Self.reply(Answer(text: "Hi"))).replyStream
        #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
        let events = Self.events(stream)
        #expect(events.count == 4)
        #expect(!events.contains { $0.contains("usage") })
    }

    @Test func azureAddsItsFilters() throws {
        let reply = try Self.reply(Answer(text: "Hi"), isAzure: true)
        #expect(reply.json["choices"]?.arrayValue?.first?["content_filter_results"]?["hate"]?["filtered"] == false)
        #expect(reply.json["prompt_filter_results"]?.arrayValue?.first?["prompt_index"] == 0)
        #expect(reply.response.headers["apim-request-id"] != nil)
        let chunks = OpenAIChatStream(reply).chunks
        #expect(chunks.first?["choices"] == [])
        #expect(chunks.first?["id"] == "")
        #expect(chunks.first?["created"] == 0)
        #expect(chunks.first?["prompt_filter_results"] != nil)
        for chunk in chunks.dropFirst() {
            #expect(chunk["choices"]?.arrayValue?.first?["content_filter_results"] != nil)
        }
        let plain = try Self.reply(Answer(text: "Hi"))
        #expect(!plain.json.text().contains("filter"))
        #expect(!OpenAIChatStream(plain).chunks.contains { $0.text().contains("filter") })
    }

    /// Pydantic AI wants `id`, `object`, `model` and `index`, langchain-openai `role`, Agent Framework `created`; the
    /// SDK's stream helper wants the same of chunks, and an `index` of each call.
    @Test(arguments: [Answer(text: "Hi"), twoCalls, Answer([.refusal("no")])])
    func nothingThatClientsNeedIsMissing(answer: Answer) throws {
        let reply = try Self.reply(answer, Self.addTool + #","n":2,"stream_options":{"include_usage":true}"#)
        for name in ["id", "object", "model", "created", "choices", "usage"] { #expect(reply.json[name] != nil) }
        for choice in try #require(reply.json["choices"]?.arrayValue) {
            #expect(choice["index"]?.intValue != nil)
            #expect(choice["message"]?["role"] == "assistant")
        }
        for chunk in OpenAIChatStream(reply).chunks {
            for name in ["id", "model", "created"] { #expect(chunk[name] == reply.json[name]) }
            #expect(chunk["object"] == "chat.completion.chunk")
            for choice in try #require(chunk["choices"]?.arrayValue) {
                #expect(choice["index"]?.intValue != nil)
                for call in choice["delta"]?["tool_calls"]?.arrayValue ?? [] { #expect(call["index"]?.intValue != nil) }
            }
        }
    }

    @Test(arguments: [
        "", " ", "word", "a  b\n\n c\t", "line\r\nline", "cafe\u{301} 👩‍👩‍👧 e",
        String(repeating: "x", count: 100),
        "a\u{2028}b\u{2029}c\u{85}d", "```python\nprint(1)\n```", "\u{1F1E9}\u{1F1EA}\u{1F1EB}",
    ])
    func aStreamJoinedIsTheReply(text: String) throws {
        let answer = Answer([
            .text(text), .refusal(text), .toolCall(ToolCall(id: nil, name: "add", arguments: text)),
            .toolCall(ToolCall(id: nil, name: "say", arguments: text)),
        ])
        for more in [Self.addTool, #","functions":[{"name":"add"}]"#] {
            let reply = try Self.reply(answer, more + #","n":2"#)
            let events = Self.events(OpenAIChatStream(reply).replyStream)
            #expect(events.last == "[DONE]")
            var joined: [Int: JSONValue] = [:]
            for event in events.dropLast() {
                #expect(!event.unicodeScalars.contains { ["\u{85}", "\u{2028}", "\u{2029}", "\n", "\r"].contains($0) })
                let choice = try #require(try JSONValue(parsing: event)["choices"]?.arrayValue?.first)
                let index = try #require(choice["index"]?.intValue)
                joined[index] = JoinedDeltas.join(joined[index] ?? [:], try #require(choice["delta"]))
            }
            for choice in try #require(reply.json["choices"]?.arrayValue) {
                let index = try #require(choice["index"]?.intValue)
                var message = try #require(choice["message"]?.objectValue)
                message["annotations"] = nil
                #expect(joined[index] == .object(message))
            }
        }
    }

    /// The data of each event; the bytes of each must be one event.
    private static func events(_ stream: ReplyStream) -> [String] {
        stream.events.flatMap { event in
            let (found, rest) = EventStream.split(event.bytes)
            #expect(found.count == 1)
            #expect(rest.isEmpty)
            return found.compactMap(EventStream.parse).map(\.data)
        }
    }
}

/// Puts deltas together as clients do: texts are joined, calls are found by their index.
private enum JoinedDeltas {
    static func join(_ sum: JSONValue, _ delta: JSONValue) -> JSONValue {
        switch (sum, delta) {
        case (.object(var sum), .object(let delta)):
            for member in delta.members where member.name != "index" {
                sum[member.name] = sum[member.name].map { join($0, member.value) } ?? start(member.value)
            }
            return .object(sum)
        case (.array(let sum), .array(let calls)): return .array(calls.reduce(into: sum, add))
        case (.string(let sum), .string(let delta)): return .string(sum + delta)
        case (_, .null): return sum
        default: return delta
        }
    }

    private static func start(_ value: JSONValue) -> JSONValue {
        guard case .array(let calls) = value else { return value }
        return .array(calls.reduce(into: [], add))
    }

    private static func add(_ calls: inout [JSONValue], _ call: JSONValue) {
        guard let index = call["index"]?.intValue, (0...calls.count).contains(index) else {
            Issue.record("a call without its index")
            return
        }
        if index == calls.count { calls.append([:]) }
        calls[index] = join(calls[index], call)
    }
}
