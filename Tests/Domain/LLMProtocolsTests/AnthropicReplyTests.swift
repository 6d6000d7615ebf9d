import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct AnthropicReplyTests {
    private static let seed = ReplySeed(request: ["a": 1], repetition: 0, created: 1_700_000_000)
    private static let conversation = Conversation(model: "claude", messages: [.init(role: .user, text: "Hello")])

    static let answers: [Answer] = [
        Answer(text: "Hi there, \"you\" \u{2028}\u{2029}\u{85} \u{1F600}e\u{301}\r\n end."), Answer(text: ""),
        Answer([]),
        Answer([.thinking("Let me see, now."), .text("Yes, I do.")]),
        Answer([.refusal("I will not.")]), Answer(text: "cut of", ending: .length),
        Answer([.text("par"), .refusal("no")], ending: .contentFilter),
        Answer([
            .thinking("hm"), .text("I look."),
            .toolCall(ToolCall(id: "toolu_x", name: "weather", arguments: #"{"city": "Oslo", "days": [1, 2.50]}"#)),
            .toolCall(ToolCall(id: nil, name: "now", arguments: "")),
            .toolCall(ToolCall(id: nil, name: "bad", arguments: "{\"a\":")),
        ]),
    ]

    @Test func theEnvelopeIsWhole() async throws {
        let reply = AnthropicReply(
            Answer([.thinking("Let me think"), .text("Hi.")]), to: Self.conversation, seed: Self.seed)
        let signature = try #require(reply.content[0]["signature"]).text()
        let expected = """
            {"model":"claude","id":"\(reply.id)","type":"message","role":"assistant",\
            "content":[{"type":"thinking","thinking":"Let me think","signature":\(signature)},\
            {"type":"text","text":"Hi."}],"container":null,"stop_reason":"end_turn","stop_sequence":null,\
            "stop_details":null,"usage":{"input_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,\
            "cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":4,\
            "output_tokens_details":{"thinking_tokens":3},"server_tool_use":null,"service_tier":"standard",\
            "inference_geo":null}}
            """
        #expect(reply.json.text() == expected)
        #expect(reply.id.wholeMatch(of: /msg_01[0-9a-f]{22}/) != nil)
        #expect(reply.response.headers["request-id"]?.wholeMatch(of: /req_01[0-9a-f]{22}/) != nil)
        #expect(reply.response.headers["content-type"] == "application/json")
    }

    @Test func idsDependOnTheSeedOnly() {
        let answer = Self.answers[7]
        let reply = AnthropicReply(answer, to: Self.conversation, seed: Self.seed)
        #expect(AnthropicReply(answer, to: Self.conversation, seed: Self.seed) == reply)
        let again = AnthropicReply(
            answer, to: Self.conversation, seed: ReplySeed(request: ["a": 1], repetition: 1, created: 1_700_000_000))
        #expect(again.id != reply.id)
        #expect(again.content[0]["signature"] != reply.content[0]["signature"])
        #expect(again.content[2]["id"] == reply.content[2]["id"])
        let ids = reply.content.compactMap { $0["id"]?.stringValue }
        #expect(ids[0] == "toolu_x")
        #expect(ids[1].wholeMatch(of: /toolu_01[0-9a-f]{22}/) != nil)
        #expect(Set(ids).count == 3)
    }

    @Test func argumentsAreAnObject() {
        let content = AnthropicReply(Self.answers[7], to: Self.conversation, seed: Self.seed).content
        #expect(
            content.compactMap { $0["input"]?.text() } == [
                #"{"city":"Oslo","days":[1,2.50]}"#, "{}", #"{"INVALID_JSON":"{\"a\":"}"#,
            ])
    }

    @Test(arguments: [
        (Answer(text: "x"), "end_turn"), (Answer(text: "x", ending: .length), "max_tokens"),
        (Answer(text: "x", ending: .contentFilter), "refusal"), (Answer([.refusal("x")]), "refusal"),
        (Answer([.toolCall(ToolCall(id: nil, name: "f", arguments: "{}"))]), "tool_use"),
        (Answer([.toolCall(ToolCall(id: nil, name: "f", arguments: "{}"))], ending: .length), "max_tokens"),
    ])
    func theStopReasonSaysWhy(answer: Answer, reason: String) {
        #expect(AnthropicReply(answer, to: Self.conversation, seed: Self.seed).stopReason == reason)
    }

    @Test func aRefusalSaysItsWords() {
        let json = AnthropicReply(Answer([.refusal("I will not.")]), to: Self.conversation, seed: Self.seed).json
        #expect(json["content"] == [["type": "text", "text": "I will not."]])
        #expect(json["stop_details"] == ["type": "refusal", "category": nil, "explanation": "I will not."])
    }

    @Test func theEventsComeInTheServicesOrder() throws {
        let events = try Self.events(Self.answers[3])
        #expect(
            events.map(\.name) == [
                "message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta",
                "content_block_delta", "content_block_delta", "content_block_delta", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_delta", "content_block_delta",
                "content_block_stop", "message_delta", "message_stop",
            ])
        for event in events { #expect(event.name == event.json["type"]?.stringValue) }
        #expect(events[0].json["message"]?["usage"]?["input_tokens"] == 6)
        #expect(events[0].json["message"]?["stop_reason"] == .null)
        #expect(events[2].json["content_block"] == ["type": "thinking", "thinking": "", "signature": ""])
        #expect(events[7].json["delta"]?["type"] == "signature_delta")
        #expect(events[9].json["content_block"] == ["type": "text", "text": ""])
    }

    @Test func argumentsBeginWithAnEmptyPiece() throws {
        let events = try Self.events(Answer([.toolCall(ToolCall(id: "t", name: "f", arguments: #"{"a":1}"#))]))
        #expect(events[2].json["content_block"] == ["type": "tool_use", "id": "t", "name": "f", "input": [:]])
        #expect(events[3].json["delta"] == ["type": "input_json_delta", "partial_json": ""])
        #expect(events[4].json["delta"] == ["type": "input_json_delta", "partial_json": #"{"a":1}"#])
    }

    @Test(arguments: answers)
    func theStreamPutTogetherIsTheReply(answer: Answer) throws {
        let reply = AnthropicReply(answer, to: Self.conversation, seed: Self.seed)
        #expect(try Self.message(Self.events(answer)) == reply.json)
    }

    @Test func theBytesOfAStreamHaveNoLineEndsButTheirOwn() throws {
        let stream = AnthropicStream(AnthropicReply(Self.answers[0], to: Self.conversation, seed: Self.seed)).stream
        #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(stream.headers["request-id"] != nil)
        let text = String(decoding: stream.events.flatMap(\.bytes), as: UTF8.self)
        #expect(text.unicodeScalars.allSatisfy { !["\u{85}", "\u{2028}", "\u{2029}", "\r"].contains($0) })
        #expect(text.contains(#"\u2028\u2029\u0085"#))
        #expect(!text.contains("[DONE]"))
        #expect(stream.events.contains { $0.tokens > 0 })
        #expect(stream.events.first?.tokens == 0)
    }

    private static func events(_ answer: Answer) throws -> [(name: String?, json: JSONValue)] {
        let stream = AnthropicStream(AnthropicReply(answer, to: conversation, seed: seed)).stream
        return try stream.events.map { event in
            let (whole, rest) = EventStream.split(event.bytes)
            #expect(whole.count == 1 && rest.isEmpty)
            let parsed = try #require(EventStream.parse(event.bytes[...]))
            return (parsed.name, try JSONValue(parsing: parsed.data))
        }
    }

    /// Puts events together as the service's guide to streaming says.
    private static func message(_ events: [(name: String?, json: JSONValue)]) throws -> JSONValue {
        var message = JSONObject()
        var content: [JSONObject] = []
        var texts: [String: String] = [:]
        for (_, event) in events {
            switch event["type"]?.stringValue {
            case "message_start": message = try #require(event["message"]?.objectValue)
            case "content_block_start":
                #expect(event["index"]?.intValue == content.count)
                content.append(try #require(event["content_block"]?.objectValue))
                texts = [:]
            case "content_block_delta":
                #expect(event["index"]?.intValue == content.count - 1)
                for member in try #require(event["delta"]?.objectValue).members where member.name != "type" {
                    texts[member.name, default: ""] += try #require(member.value.stringValue)
                }
            case "content_block_stop":
                for (name, text) in texts {
                    let isInput = name == "partial_json"
                    content[content.count - 1][isInput ? "input" : name] =
                        isInput ? try JSONValue(parsing: text) : .string(text)
                }
            case "message_delta":
                for member in try #require(event["delta"]?.objectValue).members { message[member.name] = member.value }
                var usage = try #require(message["usage"]?.objectValue)
                for member in try #require(event["usage"]?.objectValue).members { usage[member.name] = member.value }
                message["usage"] = .object(usage)
            default: break
            }
        }
        message["content"] = .array(content.map(JSONValue.object))
        return .object(message)
    }
}
