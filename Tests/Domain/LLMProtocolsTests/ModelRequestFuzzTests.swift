import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import TestSupport
import Testing

/// Whatever a body says, it is read or refused, and what was read can be answered.
@Suite struct ModelRequestFuzzTests {
    private static let bodies = [
        """
        {"model":"m","max_tokens":5,"stream":true,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user",
        "content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"h","signature":"c"},{"type":"tool_use",
        "id":"1","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":
        [{"type":"text","text":"r"}]}]}],"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"f"},
        "output_config":{"format":{"type":"json_schema","schema":{}}}}
        """,
        """
        {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model",
        "parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c"}]},{"role":"user","parts":[{"functionResponse":
        {"name":"f","response":{"result":1}}}]}],"tools":[{"function_declarations":[{"name":"f","parameters":{"type":"OBJECT",
        "properties":{"a":{"type":"STRING","nullable":true}}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY",
        "allowedFunctionNames":["f"]}},"generationConfig":{"candidateCount":2,"responseSchema":{"type":"ARRAY"}},
        "content":{"parts":[{"text":"x"}]},"outputDimensionality":3,"requests":[{"content":{"parts":[{"text":"x"}]}}]}
        """,
    ]

    private static let answer = Answer([
        .thinking("a b"), .text("c d"), .toolCall(ToolCall(id: nil, name: "f", arguments: #"{"a":1}"#)),
    ])

    @Test func bytesThatChangedAreReadOrRefused() {
        var random = SeededGenerator(seed: 1)
        var reads = 0
        for _ in 0..<600 {
            var bytes = Array(random.pick(Self.bodies).utf8)
            for _ in 0..<random.int(1...3) {
                let index = random.int(0...bytes.count - 1)
                switch random.int(0...3) {
                case 0: bytes[index] = UInt8(random.int(0...255))
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(random.pick(Array(#"{}[]",:0ntf"#.utf8)), at: index)
                default: bytes.removeSubrange(index...)
                }
                if bytes.isEmpty { break }
            }
            reads += read(bytes)
        }
        #expect(reads > 50)
    }

    @Test func valuesThatChangedAreReadOrRefused() throws {
        var random = SeededGenerator(seed: 2)
        let bodies = try Self.bodies.map { try JSONValue(parsing: $0) }
        var reads = 0
        for _ in 0..<600 { reads += read(changed(random.pick(bodies), &random).bytes()) }
        #expect(reads > 50)
    }

    @Test func anyJSONIsReadOrRefused() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 { _ = read(value(depth: 4, &random).bytes()) }
        let deep = String(repeating: #"{"contents":["#, count: 5000)
        #expect(read(Array(deep.utf8)) == 0)
        let schema = String(repeating: #"{"items":"#, count: 400) + "{}" + String(repeating: "}", count: 400)
        #expect(
            read(Array(#"{"contents":{"parts":{"text":"x"}},"generationConfig":{"responseSchema":\#(schema)}}"#.utf8))
                > 0)
    }

    /// A megabyte of it.
    @Test func manyBlocksAreOneText() throws {
        func list(_ item: String) -> String { Array(repeating: item, count: 5000).joined(separator: ",") }
        let text = String(repeating: "x", count: 200)
        let blocks = list(#"{"type":"text","text":"\#(text)"}"#)
        let messages = #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[\#(blocks)]}]}"#
        #expect(try AnthropicRequest(body: Array(messages.utf8)).conversation.lastText.utf8.count == 1_000_000)
        let contents = #"{"contents":{"parts":[\#(list(#"{"text":"\#(text)"}"#))]}}"#
        let request = try GeminiRequest(body: Array(contents.utf8), model: "m")
        #expect(request.conversation.lastText.utf8.count == 1_000_000)
    }

    /// How many kinds of request took the body.
    private func read(_ bytes: [UInt8]) -> Int {
        var reads = 0
        for request in [
            try? AnthropicRequest(body: bytes) as any ModelRequest,
            try? GeminiRequest(body: bytes, model: "m", isStream: true, streamsEvents: true),
            try? GeminiRequest(body: bytes, model: "m", isStream: true, streamsEvents: false),
        ] {
            guard let request else { continue }
            reads += 1
            let seed = ReplySeed(request: request.json, repetition: 0, created: 1)
            #expect(request.response(Self.answer, seed: seed).status == 200)
            #expect(request.stream(Self.answer, seed: seed).events.count > 2)
        }
        if (try? AnthropicTokenCount(body: bytes)) != nil { reads += 1 }
        if (try? GeminiTokenCount(body: bytes, model: "m")) != nil { reads += 1 }
        for isBatch in [true, false] {
            if (try? GeminiEmbeddings(body: bytes, model: "m", isBatch: isBatch)) != nil { reads += 1 }
        }
        return reads
    }

    /// Somewhere in it another value, or a member less.
    private func changed(_ json: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        if random.once(in: 8) { return value(depth: 2, &random) }
        switch json {
        case .array(var items) where !items.isEmpty:
            let index = random.int(0...items.count - 1)
            items[index] = changed(items[index], &random)
            return .array(items)
        case .object(var object) where !object.isEmpty:
            let member = random.pick(object.members)
            object[member.name] = random.once(in: 6) ? nil : changed(member.value, &random)
            return .object(object)
        default: return value(depth: 1, &random)
        }
    }

    private func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        let names = [
            "model", "max_tokens", "messages", "role", "content", "type", "text", "contents", "parts", "user", "tools",
            "function_call", "functionCall", "name", "generationConfig", "candidateCount", "requests", "a_b", "",
        ]
        switch random.int(0...(depth > 0 ? 6 : 4)) {
        case 0: return .null
        case 1: return .bool(random.once(in: 2))
        case 2:
            return JSONNumber(spelling: random.pick(["0", "-1", "1e999", "3.5", "9007199254740993"])).map(
                JSONValue.number) ?? 0
        case 3, 4: return .string(random.pick(names + ["\u{2028}", "😀"]))
        case 5: return .array((0..<random.int(0...3)).map { _ in value(depth: depth - 1, &random) })
        default:
            return .object(
                JSONObject((0..<random.int(0...4)).map { _ in (random.pick(names), value(depth: depth - 1, &random)) }))
        }
    }
}
