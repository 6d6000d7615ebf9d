import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

/// Whatever the bytes: a request that can be answered, or the service's error; never a trap.
@Suite struct OpenAIFuzzTests {
    private static let bodies: [String] = [
        """
        {"model":"m","n":2,"stream":true,"stream_options":{"include_usage":true},"logprobs":true,"top_logprobs":3,
        "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},
        {"type":"custom","custom":{"name":"c"}}],
        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function",
        "function":{"name":"f"}}]}},"functions":[{"name":"f"}],"function_call":{"name":"f"},
        "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{}}},
        "messages":[{"role":"user","content":[{"type":"text","text":"é"}]},{"role":"assistant","tool_calls":[
        {"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"1","content":"42"},{"role":"function","name":"f","content":null}],
        "prompt":[[1,2],"a"],"echo":true,"input":"a","dimensions":4,"encoding_format":"base64"}
        """,
        """
        {"model":"m","previous_response_id":"r","instructions":"i","include":["message.output_text.logprobs"],
        "text":{"format":{"type":"json_schema","name":"s","schema":{}},"verbosity":"low"},"metadata":{"a":"b"},
        "tools":[{"type":"function","name":"f","parameters":{}},{"type":"web_search"},{"type":"custom","name":"c"}],
        "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]},
        "reasoning":{"effort":"low","summary":"auto"},"temperature":0.5,"messages":[{"role":"user"}],
        "input":[{"role":"user","content":"a"},{"type":"message","role":"assistant","content":[{"type":"output_text",
        "text":"b"}]},{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output",
        "call_id":"1","output":[{"type":"input_text","text":"c"}]},{"type":"item_reference","id":"msg_1"},
        {"type":"reasoning","summary":[]},{"type":"shell_call","call_id":"2","action":{}}]}
        """,
    ]

    @Test(arguments: bodies) func bodiesCutAtEveryByteAreAnsweredOrRefused(body: String) throws {
        let bytes = Array(body.utf8)
        for count in 0...bytes.count { try check(Array(bytes[..<count])) }
    }

    @Test(arguments: bodies, [1, 2, 3] as [UInt64])
    func bodiesWithRandomEditsAreAnsweredOrRefused(body: String, seed: UInt64) throws {
        var random = Numbers(state: seed)
        let marks = Array("{}[]:,\"\\0-.eatnu \u{FF}".utf8)
        for _ in 0..<150 {
            var bytes = Array(body.utf8)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(marks.randomElement(using: &random) ?? 0, at: index)
                }
            }
            try check(bytes)
        }
    }

    @Test(arguments: bodies, [1, 2, 3] as [UInt64])
    func bodiesWithOtherValuesAreAnsweredOrRefused(body: String, seed: UInt64) throws {
        var random = Numbers(state: seed)
        let json = try JSONValue(parsing: body)
        for _ in 0..<150 { try check(mutated(json, &random).bytes()) }
    }

    @Test func randomBytesAreRefused() throws {
        var random = Numbers(state: 7)
        for _ in 0..<200 {
            try check(
                (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    /// The value with some of its parts replaced, removed or doubled.
    private func mutated(_ json: JSONValue, _ random: inout Numbers) -> JSONValue {
        guard Int.random(in: 0..<12, using: &random) > 0 else {
            let others: [JSONValue] = [
                nil, true, 0, -1, 5, 129, .number(Int.max), "", "auto", "\u{2028}", [], [nil], [:], ["type": "x"],
                [1, "a"], .array(Array(repeating: json, count: 3)),
            ]
            return others.randomElement(using: &random) ?? nil
        }
        switch json {
        case .array(let items): return .array(items.map { mutated($0, &random) })
        case .object(let object):
            var result = JSONObject()
            for member in object.members where Int.random(in: 0..<25, using: &random) > 0 {
                result[member.name] = mutated(member.value, &random)
            }
            return .object(result)
        default: return json
        }
    }

    private static let answers = [
        Answer(text: "a b", ending: .length), Answer([]),
        Answer([
            .thinking("t"), .refusal("r"), .toolCall(ToolCall(id: nil, name: "f", arguments: "{")),
            .toolCall(ToolCall(id: "", name: "c", arguments: "")),
        ]),
    ]

    private func check(_ body: [UInt8]) throws {
        try check { () throws(OpenAIError) in try OpenAIChatRequest(body: body, isAzure: body.count % 2 == 0) }
        try check { () throws(OpenAIError) in try OpenAICompletionsRequest(body: body) }
        try check { () throws(OpenAIError) in
            try ResponsesRequest(
                body: body, history: { _ in OpenAIFuzzTests.earlier },
                item: { ["type": "message", "role": "user", "content": .string($0)] })
        }
        do throws(OpenAIError) {
            _ = OpenAIEmbeddingsReply(to: try OpenAIEmbeddingsRequest(body: body)).json
        } catch {
            #expect(error.status == 400)
        }
    }

    private static let earlier: StoredResponse? = {
        let request = try? ResponsesRequest(body: Array(#"{"model":"m","input":"a"}"#.utf8), history: { _ in nil })
        return request.flatMap { $0.stored(answers[2], seed: ReplySeed(request: $0.json, repetition: 0, created: 1)) }
    }()

    private func check(_ read: () throws(OpenAIError) -> some ModelRequest) throws {
        let request: any ModelRequest
        do throws(OpenAIError) {
            request = try read()
        } catch {
            #expect(error.status == 400)
            return
        }
        let seed = ReplySeed(request: request.json, repetition: 0, created: 1)
        for answer in Self.answers where request.conversation.answerCount < 5 {
            #expect(request.response(answer, seed: seed).status == 200)
            for event in request.stream(answer, seed: seed).events {
                #expect(EventStream.split(event.bytes).events.count == 1)
            }
        }
        if let request = request as? ResponsesRequest {
            #expect(request.compacted(seed: seed).status == 200)
            let stored = request.stored(Self.answers[2], seed: seed)
            _ = stored?.inputItems(for: Request(method: "GET", target: "/"))
        }
    }

    /// Steele, Lea and Flood, "Fast splittable pseudorandom number generators": the same numbers in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
