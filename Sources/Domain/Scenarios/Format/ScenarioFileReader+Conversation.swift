import Documents
import TextConditions

extension ScenarioFileReader {
    mutating func conversation(_ node: LocatedNode, agents: [ReadAgent]) -> Scenario.Conversation? {
        guard node.members != nil else {
            report(
                at: node.place, "conversation cannot be \(node.shown)",
                expected: "{two_agent: {from: …, to: …, message: …}}")
            return nil
        }
        var reader = MappingReader(node, file: file, what: "conversation")
        defer { problems += reader.finish() }
        let kinds = ["two_agent", "persistent", "group", "pipeline"]
        let present = kinds.compactMap { kind in reader.optional(kind).map { (kind, $0) } }
        // A key that is no kind of conversation is reported as such, not as a missing one, too.
        guard let (kind, value) = present.first else {
            if node.members?.isEmpty == true {
                reader.report(
                    at: node.place, "the conversation has no kind", expected: "{two_agent: {…}}",
                    fix: "give one of " + kinds.joined(separator: ", "))
            }
            return nil
        }
        for (other, _) in present.dropFirst() {
            reader.report(
                at: reader.place(of: other), "\(other) stands beside \(kind)", expected: "one kind of conversation",
                fix: "remove one")
        }
        switch kind {
        case "persistent": return persistent(value, agents: agents)
        case "group": return group(value, agents: agents)
        case "pipeline": return pipeline(value, agents: agents)
        default: return twoAgent(value, agents: agents)
        }
    }

    private mutating func persistent(_ node: LocatedNode, agents: [ReadAgent]) -> Scenario.Conversation? {
        guard var reader = mapping(node, named: "persistent", expected: "{from: …, to: …, messages: […]}") else {
            return nil
        }
        let from = reader.requiredWords("from", expected: "AGENT")
        let to = reader.requiredWords("to", expected: "AGENT")
        _ = reader.required("messages", expected: "[TEXT, …]")
        let items = reader.items("messages")
        problems += reader.finish()
        if let items, items.isEmpty, let place = node["messages"]?.place {
            report(at: place, "there is no message", expected: "[TEXT, …]")
        }
        let messages = (items ?? []).compactMap { item in
            if item.text == nil || item.isNothing {
                report(at: item.place, "a message cannot be \(item.shown)", expected: "TEXT")
            }
            return item.text
        }
        let isWell = checkPair(from, to, message: messages.first ?? "", in: node, agents: agents)
        guard isWell, let from, let to else { return nil }
        return .persistent(from: from, to: to, messages: messages)
    }

    private mutating func twoAgent(_ node: LocatedNode, agents: [ReadAgent]) -> Scenario.Conversation? {
        guard node.members != nil else {
            report(at: node.place, "two_agent cannot be \(node.shown)", expected: "{from: …, to: …, message: …}")
            return nil
        }
        var reader = MappingReader(node, file: file, what: "two_agent")
        let from = reader.requiredWords("from", expected: "AGENT")
        let to = reader.requiredWords("to", expected: "AGENT")
        let message = reader.requiredWords("message", mayBeEmpty: true)
        let maxTurns = reader.integer("max_turns", in: 1...Int.max)
        problems += reader.finish()
        guard checkPair(from, to, message: message ?? "", in: node, agents: agents), let from, let to, let message
        else { return nil }
        return .twoAgent(from: from, to: to, message: message, maxTurns: maxTurns)
    }

    /// - Returns: Whether both names are given.
    mutating func checkPair(
        _ from: String?, _ to: String?, message: String, in node: LocatedNode, agents: [ReadAgent]
    ) -> Bool {
        let known = agents.map(\.name)
        for (key, name) in [("from", from), ("to", to)] {
            guard let name, !known.contains(name), let place = node[key]?.place else { continue }
            reportUnknownAgent(name, at: place, known: known)
        }
        guard let from, let to else { return false }
        let toPlace = node["to"]?.place ?? node.place
        if from == to {
            report(
                at: toPlace, "\(quoted(to)) cannot talk to itself", expected: "two different agents",
                fix: known.first { $0 != from }.map { "write to: \($0)" })
        } else if let recipient = agents.first(where: { $0.name == to }) {
            checkAnswers(recipient, sender: agents.first { $0.name == from }, message: message, at: toPlace)
        }
        return true
    }

    /// The recipient must have a model to answer with, or be handed code and have an executor to run it.
    private mutating func checkAnswers(_ recipient: ReadAgent, sender: ReadAgent?, message: String, at place: Place) {
        guard !recipient.hasModel, !(recipient.hasExecutor && message.firstUTF8Range(of: "```") != nil) else {
            return
        }
        report(
            at: place, "\(quoted(recipient.name)) must answer but has no model",
            expected: "an agent with 'model: NAME'",
            fix: sender?.hasModel == true ? "swap 'from' and 'to'" : "give \(quoted(recipient.name)) a model")
    }
}
