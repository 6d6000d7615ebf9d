import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct GeminiReplyTests {
    private static let seed = ReplySeed(request: ["a": 1], repetition: 0, created: 1_700_000_000)

    private static func reply(_ answer: Answer, count: Int = 1) -> GeminiReply {
        let conversation = Conversation(
            model: "gemini", messages: [.init(role: .user, text: "Hello")], answerCount: count)
        return GeminiReply(answer, to: conversation, seed: seed)
    }

    @Test func theEnvelopeIsWhole() {
        let reply = Self.reply(Answer(text: "Hi there."))
        let expected = """
            {"candidates":[{"content":{"parts":[{"text":"Hi there."}],"role":"model"},"finishReason":"STOP","index":0}],\
            "usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":3,"totalTokenCount":9,\
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":6}]},"modelVersion":"gemini",\
            "responseId":"\(reply.id)"}
            """
        #expect(reply.json.text() == expected)
        #expect(reply.id.wholeMatch(of: /[0-9a-f]{22}/) != nil)
        #expect(reply.response.headers["content-type"] == "application/json; charset=UTF-8")
    }

    @Test func whatFollowsAThoughtCarriesItsSignature() throws {
        let reply = Self.reply(
            Answer([
                .thinking("Let me see"), .toolCall(ToolCall(id: "1", name: "f", arguments: #"{"a": 1}"#)),
                .toolCall(ToolCall(id: nil, name: "g", arguments: "")),
            ]))
        let parts = reply.candidates[0]
        #expect(parts[0] == ["text": "Let me see", "thought": true])
        #expect(parts[1]["functionCall"] == ["id": "1", "name": "f", "args": ["a": 1]])
        #expect(parts[1]["thoughtSignature"]?.stringValue?.isEmpty == false)
        #expect(parts[2]["functionCall"]?["args"] == [:])
        #expect(parts[2]["functionCall"]?["id"]?.stringValue?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
        #expect(parts[2]["thoughtSignature"] == nil)
        let usage = try #require(reply.json["usageMetadata"])
        #expect(usage["thoughtsTokenCount"] == 3)
        #expect(usage["candidatesTokenCount"] == 4)
        #expect(usage["totalTokenCount"] == 13)
        #expect(reply.finishReason == "STOP")
    }

    @Test func eachCandidateHasTheAnswerAndIdsOfItsOwn() {
        let reply = Self.reply(Answer([.toolCall(ToolCall(id: nil, name: "f", arguments: "{}"))]), count: 3)
        #expect(reply.json["candidates"]?.arrayValue?.map { $0["index"] } == [0, 1, 2])
        #expect(Set(reply.candidates.compactMap { $0[0]["functionCall"]?["id"]?.stringValue }).count == 3)
    }

    @Test func aRefusalAloneBlocksThePrompt() {
        let json = Self.reply(Answer([.thinking("no"), .refusal("I will not.")])).json
        #expect(json["candidates"] == nil)
        #expect(json["promptFeedback"] == ["blockReason": "SAFETY", "blockReasonMessage": "I will not."])
        #expect(json["usageMetadata"]?["totalTokenCount"] == 6)
        #expect(json["usageMetadata"]?["candidatesTokenCount"] == nil)
    }

    @Test(
        arguments: [
            (Answer([.text("x"), .refusal("no")]), "SAFETY", "no"),
            (Answer(text: "x", ending: .length), "MAX_TOKENS", nil),
            (Answer(text: "x", ending: .contentFilter), "SAFETY", nil),
            (
                Answer([.toolCall(ToolCall(id: nil, name: "f", arguments: "[1]"))]), "MALFORMED_FUNCTION_CALL",
                "Malformed function call: f([1])"
            ),
        ] as [(Answer, String, String?)])
    func theFinishReasonSaysWhy(answer: Answer, reason: String, message: String?) {
        let candidate = Self.reply(answer).json["candidates"]?.arrayValue?.first
        #expect(candidate?["finishReason"]?.stringValue == reason)
        #expect(candidate?["finishMessage"]?.stringValue == message)
    }

    @Test func aMalformedCallIsNotSaid() {
        let json = Self.reply(Answer([.toolCall(ToolCall(id: nil, name: "f", arguments: "{"))])).json
        #expect(json["candidates"]?.arrayValue?.first?["content"] == ["role": "model"])
    }

    static let answers: [Answer] = [
        Answer(text: "Hi there, \"you\" \u{2028}\u{2029}\u{85} \u{1F600}e\u{301}\r\n end."), Answer(text: ""),
        Answer([]),
        Answer([.thinking("Let me see, now."), .text("Yes, I do.")]), Answer([.refusal("I will not.")]),
        Answer([.text("par tial"), .refusal("no")]), Answer(text: "cut of", ending: .length),
        Answer([
            .thinking("h m"), .text("I look."),
            .toolCall(ToolCall(id: "x", name: "weather", arguments: #"{"city": "Oslo"}"#)),
            .toolCall(ToolCall(id: nil, name: "now", arguments: "")),
        ]),
    ]

    @Test(arguments: answers, [true, false])
    func theStreamPutTogetherIsTheReply(answer: Answer, asEvents: Bool) throws {
        for count in [1, 2] {
            let reply = Self.reply(answer, count: count)
            let stream = GeminiStream(reply, asEvents: asEvents).stream
            let chunks = asEvents ? try Self.chunks(ofEvents: stream) : try Self.chunks(ofArray: stream)
            #expect(try Self.whole(chunks) == reply.json)
        }
    }

    @Test func onlyTheLastChunkOfACandidateSaysWhyItEnds() throws {
        let chunks = try Self.chunks(ofEvents: GeminiStream(Self.reply(Self.answers[0]), asEvents: true).stream)
        #expect(chunks.count > 3)
        let reasons = chunks.map { $0["candidates"]?.arrayValue?.first?["finishReason"] }
        #expect(reasons.dropLast().allSatisfy { $0 == nil })
        #expect(reasons.last == .some("STOP"))
    }

    @Test func eventsEndTheirLinesWithCRLFAndTheStreamWithoutAMark() {
        let stream = GeminiStream(Self.reply(Self.answers[0]), asEvents: true).stream
        #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
        for event in stream.events {
            #expect(event.bytes.starts(with: Array("data: {".utf8)))
            #expect(event.bytes.suffix(5) == Array("}\r\n\r\n".utf8))
            // No other line end: neither CR nor LF, nor what some clients take for one.
            let text = String(decoding: event.bytes.dropLast(4), as: UTF8.self)
            #expect(text.unicodeScalars.allSatisfy { !["\r", "\n", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) })
        }
        let text = String(decoding: stream.events.flatMap(\.bytes), as: UTF8.self)
        #expect(text.contains(#"\u2028\u2029\u0085"#))
        #expect(!text.contains("[DONE]"))
    }

    @Test func anArrayGrowsByAnItemInEachChunk() {
        let stream = GeminiStream(Self.reply(Answer(text: "a b c")), asEvents: false).stream
        #expect(stream.headers["content-type"] == "application/json; charset=UTF-8")
        let texts = stream.events.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(texts.count == 4)
        #expect(texts[0].hasPrefix("[{"))
        #expect(texts[1].unicodeScalars.starts(with: ",\r\n{".unicodeScalars))
        #expect(texts[3] == "]")
        #expect(stream.events.map(\.tokens) == [1, 1, 1, 0])
    }

    private static func chunks(ofEvents stream: ReplyStream) throws -> [JSONValue] {
        try stream.events.map { event in
            let (whole, rest) = EventStream.split(event.bytes)
            #expect(whole.count == 1 && rest.isEmpty)
            return try JSONValue(parsing: try #require(EventStream.parse(event.bytes[...])).data)
        }
    }

    private static func chunks(ofArray stream: ReplyStream) throws -> [JSONValue] {
        try #require(try JSONValue(parsing: stream.events.flatMap(\.bytes)).arrayValue)
    }

    /// Puts chunks together: texts of one kind that follow each other are one part.
    private static func whole(_ chunks: [JSONValue]) throws -> JSONValue {
        var candidates: [JSONObject] = []
        var whole = try #require(chunks.last?.objectValue)
        for chunk in chunks {
            for candidate in chunk["candidates"]?.arrayValue ?? [] {
                let index = try #require(candidate["index"]?.intValue)
                let object = try #require(candidate.objectValue)
                guard index < candidates.count else {
                    candidates.append(object)
                    continue
                }
                var parts = candidates[index]["content"]?["parts"]?.arrayValue ?? []
                for part in candidate["content"]?["parts"]?.arrayValue ?? [] {
                    guard var last = parts.last?.objectValue, let text = last["text"]?.stringValue,
                        let more = part["text"]?.stringValue, last["thought"] == part["thought"]
                    else {
                        parts.append(part)
                        continue
                    }
                    last["text"] = .string(text + more)
                    last["thoughtSignature"] = part["thoughtSignature"]
                    parts[parts.count - 1] = .object(last)
                }
                candidates[index] = object
                candidates[index]["content"] = ["parts": .array(parts), "role": "model"]
            }
        }
        if whole["candidates"] != nil { whole["candidates"] = .array(candidates.map(JSONValue.object)) }
        return .object(whole)
    }
}
