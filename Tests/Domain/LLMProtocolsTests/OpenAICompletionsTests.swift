import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct OpenAICompletionsTests {
    private static func reply(_ members: String, _ answer: Answer = Answer(text: "Hi there")) throws
        -> OpenAICompletionsReply
    {
        let request = try OpenAICompletionsRequest(body: Array(#"{"model":"m",\#(members)}"#.utf8))
        return OpenAICompletionsReply(
            answer, to: request, seed: ReplySeed(request: request.json, repetition: 0, created: 5))
    }

    @Test func theEnvelopeIsWhole() throws {
        let json = try Self.reply(#""prompt":"Hello""#, Answer(text: "Hi", ending: .length)).json
        let id = try #require(json["id"]?.stringValue)
        #expect(id.wholeMatch(of: /cmpl-[0-9a-f]{29}/) != nil)
        #expect(
            json.text() == """
                {"id":"\(id)","object":"text_completion","created":5,"model":"m",\
                "choices":[{"text":"Hi","index":0,"logprobs":null,"finish_reason":"length"}],"system_fingerprint":null,\
                "usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}}
                """)
    }

    @Test func eachPromptHasItsChoices() throws {
        let request = try OpenAICompletionsRequest(
            body: Array(#"{"model":"m","prompt":["a","b"],"n":2,"echo":true}"#.utf8))
        #expect(request.conversation.messages == [.init(role: .user, text: "a\nb")])
        let json = OpenAICompletionsReply(
            Answer(text: "!"), to: request, seed: ReplySeed(request: request.json, repetition: 0, created: 5)
        ).json
        #expect(json["choices"]?.arrayValue?.map { $0["text"]?.stringValue } == ["a!", "a!", "b!", "b!"])
    }

    @Test(arguments: ["", "Hi there", "a\u{2028}b\r\n", "cafe\u{301} 👩‍👩‍👧"])
    func theStreamJoinedIsTheReply(text: String) throws {
        let reply = try Self.reply(
            #""prompt":["a","b"],"echo":true,"logprobs":2,"stream_options":{"include_usage":true}"#, Answer(text: text))
        let stream = OpenAICompletionsStream(reply)
        let events = stream.replyStream.events
        #expect(String(decoding: events.last?.bytes ?? [], as: UTF8.self) == "data: [DONE]\n\n")
        var joined: [Int: String] = [:]
        var tokens: [Int: [JSONValue]] = [:]
        for chunk in stream.chunks.dropLast() {
            #expect(chunk["usage"] == .null)
            let choice = try #require(chunk["choices"]?.arrayValue?.first)
            let index = try #require(choice["index"]?.intValue)
            joined[index, default: ""] += choice["text"]?.stringValue ?? "?"
            tokens[index, default: []] += choice["logprobs"]?["text_offset"]?.arrayValue ?? []
        }
        #expect(stream.chunks.last?["usage"] == reply.json["usage"])
        #expect(stream.chunks.last?["choices"] == [])
        for choice in try #require(reply.json["choices"]?.arrayValue) {
            let index = try #require(choice["index"]?.intValue)
            #expect(.string(joined[index, default: "?"]) == choice["text"])
            #expect(tokens[index].map(JSONValue.array) == choice["logprobs"]?["text_offset"])
        }
    }

    @Test(arguments: [
        (#""prompt":1"#, "prompt"), (#""prompt":[]"#, "prompt"), (#""n":0"#, "n"), (#""logprobs":6"#, "logprobs"),
        (#""stream":1"#, "stream"), (#""prompt":[true]"#, "prompt[0]"),
    ])
    func aWrongBodyIsRefusedByItsField(members: String, param: String) {
        let error = #expect(throws: OpenAIError.self) { try Self.reply(members) }
        #expect(error?.status == 400)
        #expect(error?.param == param)
    }
}
