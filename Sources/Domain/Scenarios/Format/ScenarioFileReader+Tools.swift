import AgentChats
import Documents
import TextConditions

extension ScenarioFileReader {
    mutating func tools(_ node: LocatedNode, agents: [ReadAgent]) -> [Scenario.Tool] {
        guard let members = node.members else {
            report(at: node.place, "tools cannot be \(node.shown)", expected: "{NAME: {kind: …, caller: …}, …}")
            return []
        }
        return members.compactMap { tool($0, agents: agents) }
    }

    private mutating func tool(_ member: LocatedNode.Member, agents: [ReadAgent]) -> Scenario.Tool? {
        let isAllowed = member.name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        if !isAllowed || member.name.isEmpty || member.name.utf8.count > 64 {
            report(
                at: member.place, "\(quoted(member.name)) cannot be a tool's name",
                expected: "1 to 64 letters, digits, '_' and '-'")
        }
        let node = member.value
        guard var reader = mapping(node, named: "the tool \(quoted(member.name))", expected: "{kind: …, caller: …}")
        else { return nil }
        let kind = reader.requiredWord("kind", among: ["code", "scripted", "tutorial"])
        let caller = reader.requiredWords("caller", expected: "AGENT")
        let executor = reader.requiredWords("executor", expected: "AGENT")
        let known = agents.map(\.name)
        for (key, name) in [("caller", caller), ("executor", executor)] {
            guard let name, !known.contains(name), let place = node[key]?.place else { continue }
            reportUnknownAgent(name, at: place, known: known)
        }
        if let caller, let agent = agents.first(where: { $0.name == caller }), !agent.hasModel {
            reader.report(
                at: reader.place(of: "caller"), "\(quoted(caller)) has no model that could call",
                expected: "an agent with 'model: NAME'")
        }
        let what = kind.flatMap { self.action($0, named: member, &reader) }
        if kind == nil {
            // Nobody knows which keys a tool of an unknown kind may have.
            for name in reader.names.map(\.name) { _ = reader.optional(name) }
        }
        problems += reader.finish()
        guard let (tool, action) = what, let caller, let executor else { return nil }
        return Scenario.Tool(tool, caller: caller, executor: executor, action: action)
    }

    private mutating func action(
        _ kind: String, named member: LocatedNode.Member, _ reader: inout MappingReader
    ) -> (AgentChats.Tool, Scenario.Tool.Action)? {
        if kind == "tutorial" {
            let all = Scenario.Tool.tutorial
            guard var tool = all.first(where: { $0.name == member.name }) else {
                report(
                    at: member.place, "the tutorial has no tool \(quoted(member.name))",
                    expected: "one of " + all.map(\.name).joined(separator: ", "),
                    fix: nearestWord(to: member.name, among: all.map(\.name)).map { "did you mean '\($0)'?" })
                return nil
            }
            if let description = reader.words("description") { tool.description = description }
            return (tool, .tutorial)
        }
        let description = reader.requiredWords("description")
        let parameters = reader.optional("parameters").map { self.parameters($0) } ?? []
        let action: Scenario.Tool.Action?
        if kind == "code" {
            let code = reader.requiredWords("code")
            let language =
                reader.word("language", among: ["bash", "javascript", "python", "typescript"]) ?? "python"
            let timeout = reader.integer("timeout", in: 1...Int.max) ?? 60
            action = code.map { .code($0, language: language, timeout: timeout) }
        } else {
            action = results(&reader)
        }
        guard let description, let action else { return nil }
        return (AgentChats.Tool(name: member.name, description: description, parameters: parameters), action)
    }

    private mutating func parameters(_ node: LocatedNode) -> [AgentChats.Tool.Parameter] {
        guard let members = node.members else {
            report(at: node.place, "parameters cannot be \(node.shown)", expected: "{NAME: TYPE, …}")
            return []
        }
        return members.compactMap { member in
            guard member.value.members != nil else {
                return type(member.value).map { AgentChats.Tool.Parameter(member.name, $0) }
            }
            var reader = MappingReader(member.value, file: file, what: "a parameter")
            defer { problems += reader.finish() }
            let type = reader.required("type", expected: "TYPE").flatMap { self.type($0) }
            let description = reader.words("description")
            let defaultValue = reader.optional("default")?.json
            return type.map {
                AgentChats.Tool.Parameter(member.name, $0, description: description, defaultValue: defaultValue)
            }
        }
    }

    private mutating func type(_ node: LocatedNode) -> ParameterType? {
        if let type = node.text.flatMap(ParameterType.init(python:)) { return type }
        report(
            at: node.place, "a parameter's type cannot be \(node.shown)",
            expected: "a Python type like str, int, float, bool, list[str], dict[str, int], Optional[str], Literal['a']"
        )
        return nil
    }

    private mutating func results(_ reader: inout MappingReader) -> Scenario.Tool.Action? {
        guard let node = reader.required("results", expected: "[{return: VALUE}, …]"),
            let items = reader.items("results")
        else { return nil }
        if items.isEmpty { report(at: node.place, "there is no result", expected: "[{return: VALUE}, …]") }
        return .scripted(
            items.compactMap { item in
                guard var reader = mapping(item, named: "a result", expected: "{return: VALUE} or {raise: TEXT}") else {
                    return nil
                }
                defer { problems += reader.finish() }
                let value = reader.optional("return")
                guard reader.exactlyOne(of: ["return", "raise"], what: "a result") != nil else { return nil }
                return value.map { ToolOutcome.returned($0.json) } ?? reader.words("raise").map(ToolOutcome.raised)
            })
    }
}
