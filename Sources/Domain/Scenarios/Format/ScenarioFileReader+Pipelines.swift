import AgentChats
import Documents
import TextConditions

extension ScenarioFileReader {
    mutating func pipeline(_ node: LocatedNode, agents: [ReadAgent]) -> Scenario.Conversation? {
        guard let items = node.items, !items.isEmpty else {
            report(
                at: node.place, "pipeline cannot be \(node.items == nil ? node.shown : "empty")",
                expected: "a list [{from: …, to: …, message: …}, …]")
            return nil
        }
        let chats = items.enumerated().compactMap { pipelineChat($1, number: $0, agents: agents) }
        return chats.count == items.count ? .pipeline(chats) : nil
    }

    private mutating func pipelineChat(
        _ node: LocatedNode, number: Int, agents: [ReadAgent]
    ) -> Pipeline.Chat? {
        guard var reader = mapping(node, named: "a chat", expected: "{from: …, to: …, message: …}") else { return nil }
        let from = reader.requiredWords("from", expected: "AGENT")
        let to = reader.requiredWords("to", expected: "AGENT")
        let message = reader.requiredWords("message", mayBeEmpty: true)
        let maxTurns = reader.integer("max_turns", in: 1...Int.max)
        let clearsHistory = reader.flag("clear_history") ?? true
        let summary = reader.optional("summary").flatMap { self.summary($0) } ?? .lastMessage
        if case .reflection = summary, let from, let to,
            !agents.contains(where: { [from, to].contains($0.name) && $0.hasModel })
        {
            reader.report(
                at: reader.place(of: "summary"), "nobody of this chat has a model to sum it up",
                expected: "an agent with 'model: NAME'")
        }
        let carryover = reader.optional("carryover").map { $0.items?.map(\.json) ?? [$0.json] } ?? []
        let excluded = (reader.items("exclude") ?? []).compactMap { item in
            if let index = item.json.intValue, index >= 1, index <= number { return index - 1 }
            report(
                at: item.place, "exclude cannot have \(item.shown)",
                expected: number == 0 ? "nothing: no chat comes before" : "numbers of earlier chats, 1 to \(number)")
            return nil
        }
        if let expect = reader.optional("expect") {
            chatExpectations += expectations(expect, agents: agents.map(\.name), chat: number)
        }
        problems += reader.finish()
        guard checkPair(from, to, message: message ?? "", in: node, agents: agents), let from, let to, let message
        else { return nil }
        return Pipeline.Chat(
            from: from, to: to, message: Message(text: message), clearsHistory: clearsHistory, maxTurns: maxTurns,
            summary: summary, carryover: carryover, excluding: Set(excluded))
    }

    private mutating func summary(_ node: LocatedNode) -> SummaryMethod? {
        let words = ["last_msg", "reflection", "none"]
        guard node.members != nil else {
            switch node.text {
            case "last_msg": return .lastMessage
            case "reflection": return .standardReflection
            case "none": return SummaryMethod.none
            default:
                report(
                    at: node.place, "summary cannot be \(node.shown)",
                    expected: "one of " + words.joined(separator: ", ") + ", or {reflection: {prompt: TEXT}}",
                    fix: node.text.flatMap { nearestWord(to: $0, among: words) }.map { "did you mean '\($0)'?" })
                return nil
            }
        }
        var reader = MappingReader(node, file: file, what: "summary")
        defer { problems += reader.finish() }
        guard let inner = reader.required("reflection", expected: "{prompt: TEXT}"),
            var reflection = mapping(inner, named: "reflection", expected: "{prompt: TEXT}"),
            case .reflection(let prompt, let role) = SummaryMethod.standardReflection
        else { return nil }
        defer { problems += reflection.finish() }
        return .reflection(
            prompt: reflection.words("prompt") ?? prompt,
            role: reflection.word("role", among: ["system", "user", "assistant"]) ?? role)
    }
}
