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
        // A key that is no kind of conversation is reported as such, not as a missing one, too.
        guard let twoAgent = reader.optional("two_agent") else {
            if node.members?.isEmpty == true {
                reader.report(at: node.place, "the conversation has no kind", expected: "{two_agent: {…}}")
            }
            return nil
        }
        return self.twoAgent(twoAgent, agents: agents)
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
        let known = agents.map(\.name)
        for (key, name) in [("from", from), ("to", to)] {
            guard let name, !known.contains(name), let place = node[key]?.place else { continue }
            reportUnknownAgent(name, at: place, known: known)
        }
        guard let from, let to, let message else { return nil }
        let toPlace = node["to"]?.place ?? node.place
        if from == to {
            report(
                at: toPlace, "\(quoted(to)) cannot talk to itself", expected: "two different agents",
                fix: known.first { $0 != from }.map { "write to: \($0)" })
        } else if let recipient = agents.first(where: { $0.name == to }) {
            checkAnswers(recipient, sender: agents.first { $0.name == from }, message: message, at: toPlace)
        }
        return .twoAgent(from: from, to: to, message: message, maxTurns: maxTurns)
    }

    /// The recipient must have a model to answer with, or be handed code and have an executor to run it.
    private mutating func checkAnswers(_ recipient: ReadAgent, sender: ReadAgent?, message: String, at place: Place) {
        guard !recipient.hasModel, !(recipient.hasExecutor && message.utf8.firstRange(of: "```".utf8) != nil) else {
            return
        }
        report(
            at: place, "\(quoted(recipient.name)) must answer but has no model",
            expected: "an agent with 'model: NAME'",
            fix: sender?.hasModel == true ? "swap 'from' and 'to'" : "give \(quoted(recipient.name)) a model")
    }
}
