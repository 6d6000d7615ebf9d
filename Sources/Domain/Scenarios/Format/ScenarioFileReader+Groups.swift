import AgentChats
import Documents
import TextConditions

extension ScenarioFileReader {
    mutating func group(_ node: LocatedNode, agents: [ReadAgent]) -> Scenario.Conversation? {
        guard var reader = mapping(node, named: "group", expected: "{from: …, members: […], message: …}") else {
            return nil
        }
        let known = agents.map(\.name)
        let from = reader.requiredWords("from", expected: "AGENT")
        if let from, !known.contains(from), let place = node["from"]?.place {
            reportUnknownAgent(from, at: place, known: known)
        }
        let message = reader.requiredWords("message", mayBeEmpty: true)
        let maxTurns = reader.integer("max_turns", in: 1...Int.max)
        _ = reader.required("members", expected: "[AGENT, AGENT, …]")
        let membersNode = reader.optional("members")
        let members = membersNode.map { names($0, what: "members", known: known) } ?? []
        if let membersNode, members.count < 2, membersNode.items != nil {
            report(at: membersNode.place, "a group has two members at least", expected: "[AGENT, AGENT, …]")
        }
        let manager = reader.words("manager") ?? "chat_manager"
        checkAgentName(manager, at: node["manager"]?.place ?? node.place)
        if known.contains(manager) {
            reader.report(
                at: node["manager"]?.place ?? node.place, "the manager has the name of an agent",
                expected: "a name of its own", fix: "write manager: NAME")
        }
        let model = model(&reader, node: node)
        let maxRounds = reader.integer("max_rounds", in: 1...Int.max) ?? 10
        let selection = reader.optional("selection").flatMap { self.selection($0, members: members) } ?? .method(.auto)
        let seed = reader.optional("random_seed").flatMap { self.seed($0) } ?? .number(0)
        let transitions = self.transitions(&reader, members: members)
        let repeats = reader.optional("allow_repeat").map { self.repeats($0, members: members) } ?? .everyone
        if transitions != nil, node["allow_repeat"] != nil {
            reader.report(
                at: reader.place(of: "allow_repeat"), "allow_repeat has no effect beside transitions",
                expected: "one of them", fix: "remove one")
        }
        let introduces = reader.flag("introductions") ?? false
        let followsCalls = reader.flag("follow_calls") ?? true
        let termination = reader.optional("terminate_when").flatMap { self.termination($0) }
        let prompts = prompts(&reader, hasModel: model != nil)
        if model == nil, selection.asksModel, node["model"] == nil {
            reader.report(
                at: node.place, "the group has no model to choose speakers", expected: "model: NAME",
                fix: "give a model, or another selection")
        }
        problems += reader.finish()
        guard let from, let message else { return nil }
        return .group(
            Scenario.GroupChat(
                from: from, message: message, maxTurns: maxTurns,
                group: Group(
                    manager: manager, members: members, maxRounds: maxRounds, selection: selection, repeats: repeats,
                    transitions: transitions, introducesMembers: introduces, followsCalls: followsCalls,
                    prompts: prompts),
                model: model, termination: termination, seed: seed))
    }

    /// A list of known names, each once.
    private mutating func names(_ node: LocatedNode, what: String, known: [String]) -> [String] {
        guard let items = node.items else {
            report(at: node.place, "\(what) cannot be \(node.shown)", expected: "[AGENT, …]")
            return []
        }
        var names: [String] = []
        for item in items {
            guard let name = item.text else {
                report(at: item.place, "an agent's name cannot be \(item.shown)", expected: "AGENT")
                continue
            }
            if !known.contains(name) { reportUnknownAgent(name, at: item.place, known: known) }
            if names.contains(name) {
                report(at: item.place, "\(quoted(name)) is given twice", expected: "each agent once", fix: "remove one")
            } else {
                names.append(name)
            }
        }
        return names
    }

    private mutating func selection(_ node: LocatedNode, members: [String]) -> Group.Selection? {
        let methods = Group.Method.allCases.filter { $0 != .manual }.map(\.rawValue)
        guard let items = node.items else {
            if let method = node.text.flatMap(Group.Method.init(rawValue:)), method != .manual {
                return .method(method)
            }
            report(
                at: node.place, "selection cannot be \(node.shown)",
                expected: "one of " + methods.joined(separator: ", ") + ", or a list",
                fix: node.text.flatMap { nearestWord(to: $0, among: methods) }.map { "did you mean '\($0)'?" })
            return nil
        }
        return .scripted(
            items.compactMap { item in
                if item.json.isNull { return .nobody }
                if let name = item.text {
                    if members.contains(name) { return .agent(name) }
                    if let method = Group.Method(rawValue: name), method != .manual { return .method(method) }
                }
                report(
                    at: item.place, "selection cannot have \(item.shown)",
                    expected: "a member, null, or one of " + methods.joined(separator: ", "),
                    fix: item.text.flatMap { nearestWord(to: $0, among: members + methods) }
                        .map { "did you mean '\($0)'?" })
                return nil
            })
    }

    private mutating func seed(_ node: LocatedNode) -> RandomSeed? {
        if let number = node.json.intValue { return .number(number) }
        if let text = node.json.stringValue { return .text(text) }
        report(at: node.place, "random_seed cannot be \(node.shown)", expected: "a whole number or text")
        return nil
    }

    private mutating func repeats(_ node: LocatedNode, members: [String]) -> Group.Repeats {
        if let flag = node.json.boolValue { return flag ? .everyone : .nobody }
        guard node.items != nil else {
            report(at: node.place, "allow_repeat cannot be \(node.shown)", expected: "true, false or [AGENT, …]")
            return .everyone
        }
        return .only(names(node, what: "allow_repeat", known: members))
    }

    /// Who may follow whom, said either way.
    private mutating func transitions(_ reader: inout MappingReader, members: [String]) -> [String: [String]]? {
        let allowed = reader.optional("transitions"), forbidden = reader.optional("forbidden_transitions")
        if allowed != nil, forbidden != nil {
            reader.report(
                at: reader.place(of: "forbidden_transitions"), "forbidden_transitions stands beside transitions",
                expected: "one of them", fix: "remove one")
        }
        guard let node = allowed ?? forbidden else { return nil }
        guard let entries = node.members else {
            report(at: node.place, "transitions cannot be \(node.shown)", expected: "{AGENT: [AGENT, …], …}")
            return nil
        }
        var transitions: [String: [String]] = [:]
        for entry in entries {
            if !members.contains(entry.name) { reportUnknownAgent(entry.name, at: entry.place, known: members) }
            transitions[entry.name] = names(entry.value, what: "transitions", known: members)
        }
        return allowed != nil ? transitions : Group.transitions(without: transitions, members: members)
    }

    private mutating func prompts(_ reader: inout MappingReader, hasModel: Bool) -> SelectionPrompts {
        guard let node = reader.optional("prompts") else { return SelectionPrompts(hasModel: hasModel) }
        guard var prompts = mapping(node, named: "prompts", expected: "{message: TEXT, …}") else {
            return SelectionPrompts(hasModel: hasModel)
        }
        let maxRetries = prompts.integer("max_retries", in: 0...50) ?? 2
        let message = prompts.words("message")
        let promptNode = prompts.optional("prompt")
        let prompt =
            promptNode?.json.isNull == true ? nil : prompts.words("prompt") ?? SelectionPrompts.standardPrompt
        let several = prompts.words("several"), none = prompts.words("none")
        let role = prompts.word("role", among: ["system", "user"]) ?? "system"
        problems += prompts.finish()
        return SelectionPrompts(
            hasModel: hasModel, maxRetries: maxRetries, message: message, prompt: prompt, several: several, none: none,
            role: role)
    }
}

extension Group.Selection {
    fileprivate var asksModel: Bool {
        switch self {
        case .method(let method): method == .auto
        case .scripted(let choices): choices.contains(.method(.auto))
        }
    }
}
