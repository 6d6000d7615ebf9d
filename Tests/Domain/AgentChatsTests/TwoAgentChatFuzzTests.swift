import AgentChats
import Documents
import Testing
import Transcripts

@Suite struct TwoAgentChatFuzzTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let contents: [JSONValue] = [
        .null, "", "TERMINATE", "go on", "```\nx\n```", "```python\r\nprint(1)\r\n```", "```c++\n```\n```",
        "ends TERMINATE",
        [["type": "text", "text": "```sh\nls\n```"]], "e\u{301}", 5,
    ]

    private static let calls: [JSONValue?] = [
        nil, nil, nil, .null, [], [["id": "1", "function": ["name": "f", "arguments": "{}"]]], [["id": .null]], [1],
        "x",
    ]

    private func answer(_ generator: inout Generator) -> ModelAnswer {
        var message = JSONObject([("role", "assistant")])
        message["content"] = Self.contents.randomElement(using: &generator)
        message["tool_calls"] = Self.calls.randomElement(using: &generator) ?? nil
        if Int.random(in: 0..<12, using: &generator) == 0 { message["function_call"] = ["name": "g", "arguments": ""] }
        return ModelAnswer(message: message)
    }

    private func agent(_ name: String, _ generator: inout Generator) -> Agent {
        Agent(
            name: name, kind: Agent.Kind.allCases.randomElement(using: &generator) ?? .assistant,
            hasModel: Bool.random(using: &generator),
            lookBack: [nil, .auto, .last(0), .last(2), .last(50)].randomElement(using: &generator) ?? nil,
            maxAutoReplies: [0, 1, 3, 7].randomElement(using: &generator),
            defaultReply: [nil, Message(text: ""), Message(text: "TERMINATE"), Message(JSONObject())]
                .randomElement(using: &generator) ?? nil,
            terminationTest: [nil, .contains("TERM"), .endsWith("TERMINATE")].randomElement(using: &generator) ?? nil)
    }

    private func opening(_ generator: inout Generator) -> TwoAgentChat.Opening {
        if Bool.random(using: &generator) {
            return .send(requestsReply: [nil, true, false].randomElement(using: &generator) ?? nil)
        }
        return .initiate(
            clearsHistory: Bool.random(using: &generator),
            maxTurns: [nil, 0, 1, 3, 6].randomElement(using: &generator) ?? nil)
    }

    private static let tool = Tool(
        name: "f", description: "F", parameters: [Tool.Parameter("x", .integer, defaultValue: 1)])

    private func group(_ members: [String], _ generator: inout Generator) -> Group {
        let method = Group.Method.allCases.randomElement(using: &generator) ?? .auto
        let scripted = (0..<6).map { _ in
            [Group.Choice.nobody, .method(.auto), .method(.random), .agent("b"), .agent("x")]
                .randomElement(using: &generator) ?? .nobody
        }
        return Group(
            members: members, maxRounds: Int.random(in: 0...9, using: &generator),
            selection: Bool.random(using: &generator) ? .method(method) : .scripted(scripted),
            repeats: [.everyone, .nobody, .only(["b"])].randomElement(using: &generator) ?? .everyone,
            transitions: [nil, nil, ["a": ["b"], "b": [], "c": ["a", "c"]], [:]].randomElement(using: &generator)
                ?? nil,
            introducesMembers: Bool.random(using: &generator), followsCalls: Bool.random(using: &generator),
            prompts: SelectionPrompts(
                hasModel: Bool.random(using: &generator), maxRetries: Int.random(in: 0...3, using: &generator),
                message: [nil, "{", "{x}", "{roles}"].randomElement(using: &generator) ?? nil,
                prompt: [nil, "{agentlist}", "}"].randomElement(using: &generator) ?? nil))
    }

    @Test(arguments: 0..<40)
    func anyGroupEndsWithinItsRounds(seed: Int) {
        var generator = Generator(state: UInt64(seed) + 1000)
        for _ in 0..<25 {
            var agents = ["a", "b", "c"].map { agent($0, &generator) }
            for index in agents.indices where Bool.random(using: &generator) { agents[index].tools = [Self.tool] }
            let manager = Agent(name: "chat_manager", kind: .manager, hasModel: true)
            let members = Bool.random(using: &generator) ? ["a", "b", "c"] : ["b", "c"]
            let group = group(members, &generator)
            var cast = Cast(agents + [manager], groups: [group], seed: .text("s"))
            for _ in 0..<3 {
                var chat = TwoAgentChat(
                    cast: cast, from: "a", to: "chat_manager",
                    message: Message(
                        JSONObject([("content", Self.contents.randomElement(using: &generator) ?? .null)])),
                    opening: opening(&generator))
                let messages = play(&chat, &generator)
                // Over six turns at most, each with one run of nine rounds.
                #expect(messages <= 6 * 10)
                cast = chat.cast
            }
        }
    }

    @Test(arguments: 0..<40)
    func anyConversationEndsWithinItsLimits(seed: Int) {
        var generator = Generator(state: UInt64(seed))
        for _ in 0..<25 {
            var cast = Cast([agent("a", &generator), agent("b", &generator)])
            for _ in 0..<3 {
                var chat = TwoAgentChat(
                    cast: cast, from: "a", to: "b",
                    message: Message(
                        JSONObject([("content", Self.contents.randomElement(using: &generator) ?? .null)])),
                    opening: opening(&generator))
                let messages = play(&chat, &generator)
                // Each agent at most seven replies in a row, over six turns at most; the first message of each turn.
                #expect(messages <= 6 * (1 + 2 * 7))
                #expect(chat.cast.history(of: "a", with: "b").count == chat.cast.history(of: "b", with: "a").count)
                cast = chat.cast
            }
        }
    }

    /// - Returns: How many messages were said.
    private func play(_ chat: inout TwoAgentChat, _ generator: inout Generator) -> Int {
        var count = 0
        var action = chat.next(after: .started)
        while true {
            switch action {
            case .say:
                count += 1
                guard count < 1000 else { return count }
                action = chat.next(after: .heard)
            case .ask, .run, .select, .call:
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    action = chat.next(after: .failed(ChatError("RuntimeError", "broke")))
                } else if case .run = action {
                    action = chat.next(after: .ranCode(CodeResult(exitCode: 1, output: "```\nx\n```")))
                } else if case .call = action {
                    action = chat.next(
                        after: .called(Bool.random(using: &generator) ? .returned([1, nil]) : .raised("x")))
                } else {
                    action = chat.next(after: .answered(answer(&generator)))
                }
            case .finish: return count
            }
        }
    }
}
