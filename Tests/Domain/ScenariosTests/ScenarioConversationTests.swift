import AgentChats
import Documents
import Scenarios
import Testing

@Suite struct ScenarioConversationTests {
    @Test func aGroupIsRead() throws {
        let scenario = try ScenarioReader.read(Scenario.groupFile, file: "s.yaml")
        guard case .group(let chat) = scenario.conversation else {
            Issue.record("no group")
            return
        }
        #expect(chat.from == "user")
        #expect(chat.model?.name == "gpt-4o")
        #expect(chat.seed == .text("x"))
        #expect(
            chat.group
                == Group(
                    members: ["user", "a", "b"], maxRounds: 5, repeats: .only(["a"]), introducesMembers: true,
                    prompts: SelectionPrompts(maxRetries: 1, prompt: "{agentlist}")))
    }

    @Test func toolsAreRead() throws {
        let tools = try ScenarioReader.read(Scenario.groupFile, file: "s.yaml").tools
        #expect(tools.map(\.tool.name) == ["add", "look", "run_data_analysis"])
        #expect(tools[0].action == .code("print({x} + {y})", language: "python", timeout: 60))
        #expect(
            tools[0].tool.parameters == [
                Tool.Parameter("x", .integer), Tool.Parameter("y", .integer, defaultValue: 1),
            ])
        #expect(tools[1].action == .scripted([.returned([1, 2]), .raised("blind")]))
        #expect(tools[2].tool.parameters.map(\.name) == ["code"])
    }

    @Test func aPipelineIsRead() throws {
        let scenario = try ScenarioReader.read(Scenario.pipelineFile, file: "s.yaml")
        let chats = [
            Pipeline.Chat(from: "u", to: "a", message: Message(text: "one"), summary: .standardReflection),
            Pipeline.Chat(
                from: "u", to: "b", message: Message(text: "two"), summary: .none,
                carryover: ["x", ["content": "y"]], excluding: [0]),
        ]
        #expect(scenario.conversation == .pipeline(chats))
    }

    @Test func aPersistentConversationIsRead() throws {
        let file = Scenario.smallFile.replacing(
            "two_agent: {from: u, to: a, message: hello}", with: "persistent: {from: u, to: a, messages: [one, two]}")
        let scenario = try ScenarioReader.read(file, file: "s.yaml")
        #expect(scenario.conversation == .persistent(from: "u", to: "a", messages: ["one", "two"]))
    }

    @Test(
        arguments: [
            (
                "members: [user, a, b]", "members: [user]",
                [
                    "26:14: a group has two members at least", "31:20: unknown agent 'a'",
                ]
            ),
            ("members: [user, a, b]", "members: [user, x, a]", ["26:21: unknown agent 'x'"]),
            ("members: [user, a, b]", "members: [user, a, a]", ["26:24: 'a' is given twice"]),
            ("    model: gpt-4o\n", "", ["24:5: the group has no model to choose speakers"]),
            ("selection: auto", "selection: manual", ["28:16: selection cannot be 'manual'"]),
            ("selection: auto", "selection: [a, null, random, x]", ["28:34: selection cannot have 'x'"]),
            ("random_seed: x", "random_seed: 1.5", ["29:18: random_seed cannot be '1.5'"]),
            ("max_rounds: 5", "max_rounds: 0", ["30:17: max_rounds cannot be '0'"]),
            (
                "allow_repeat: [a]", "allow_repeat: [a]\n    transitions: {a: [b]}",
                ["31:5: allow_repeat has no effect beside transitions"]
            ),
            ("allow_repeat: [a]", "transitions: {x: [b]}", ["31:19: unknown agent 'x'"]),
            (
                "message: Go.", "message: Go.\n    manager: a",
                [
                    "26:14: the manager has the name of an agent", "36:39: unknown agent 'chat_manager'",
                ]
            ),
            ("max_retries: 1", "max_retries: -1", ["33:28: max_retries cannot be '-1'"]),
            ("kind: code", "kind: cod", ["9:11: kind cannot be 'cod'"]),
            ("caller: a\n", "caller: user\n", ["10:5: 'user' has no model that could call"]),
            ("x: int", "x: complex", ["13:21: a parameter's type cannot be 'complex'"]),
            ("{raise: blind}", "{}", ["20:33: a result says nothing"]),
            ("  run_data_analysis:", "  run_data:", ["21:3: the tutorial has no tool 'run_data'"]),
            ("  add:", "  \"a b\":", ["8:3: 'a b' cannot be a tool's name"]),
        ] as [(String, String, [String])])
    func oneWrongThingIsToldWhereItIs(old: String, new: String, expected: [String]) throws {
        let range = try #require(Scenario.groupFile.firstRange(of: old))
        let file = Scenario.groupFile[..<range.lowerBound] + new + Scenario.groupFile[range.upperBound...]
        let error = #expect(throws: Diagnostics.self) { try ScenarioReader.read(String(file), file: "s.yaml") }
        let problems = error?.all.map { problem in
            (problem.place.map { "\($0.line):\($0.column): " } ?? "") + problem.message
        }
        #expect(problems == expected)
    }

    @Test(
        arguments: [
            ("exclude: [1]", "exclude: [2]", "7:91: exclude cannot have '2'"),
            ("summary: none", "summary: nothing", "7:45: summary cannot be 'nothing'"),
            ("to: b", "to: u", "7:19: 'u' cannot talk to itself"),
        ])
    func aWrongPipelineIsToldWhereItIs(old: String, new: String, expected: String) {
        let file = Scenario.pipelineFile.replacing(old, with: new)
        let error = #expect(throws: Diagnostics.self) { try ScenarioReader.read(file, file: "s.yaml") }
        let problems = error?.all.map { problem in
            (problem.place.map { "\($0.line):\($0.column): " } ?? "") + problem.message
        }
        #expect(problems == [expected])
    }
}
