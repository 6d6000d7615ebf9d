import Documents
import TextConditions

/// Claims about who took part and how often, and about what it took.
extension ScenarioFileReader {
    mutating func participation(_ member: LocatedNode.Member, agents: [String]) -> Expectation.Claim? {
        let node = member.value
        switch member.name {
        case "llm_calls":
            return mapping(node, named: "llm_calls", expected: "{at_most: N}") { file, reader in
                let agent = file.agent("by", &reader, known: agents)
                return file.bounds(&reader, node, named: "llm_calls").map { .llmCalls(by: agent, $0) }
            }
        case "spoke":
            return mapping(node, named: "spoke", expected: "{by: AGENT, at_least: N}") { file, reader in
                let agent = file.agent("by", &reader, known: agents, isRequired: true)
                let bounds = file.bounds(&reader, node, named: "spoke", otherwise: .init(atLeast: 1))
                return agent.flatMap { agent in bounds.map { .spoke(by: agent, $0) } }
            }
        case "share":
            return mapping(node, named: "share", expected: "{by: AGENT, at_most: 0.5}") { file, reader in
                let agent = file.agent("by", &reader, known: agents, isRequired: true)
                let limits = file.limits(&reader, node, named: "share", atMost: 1)
                return agent.flatMap { agent in limits.map { .share(by: agent, $0) } }
            }
        case "tool":
            return mapping(node, named: "tool", expected: "{name: TOOL, arguments: {…}}") { file, reader in
                let name = reader.requiredWords("name", expected: "TOOL")
                let agent = file.agent("by", &reader, known: agents)
                let arguments = reader.optional("arguments")
                if let arguments, arguments.members == nil {
                    reader.report(
                        at: arguments.place, "arguments cannot be \(arguments.shown)", expected: "{NAME: VALUE, …}")
                }
                let bounds = file.bounds(&reader, node, named: "tool", otherwise: .init(atLeast: 1))
                return name.flatMap { name in
                    bounds.map { .toolCalls(name: name, by: agent, arguments: arguments?.json, $0) }
                }
            }
        case "tools": return order(node, named: "tools", known: []).map { .tools($0) }
        default: return order(node, named: "speakers", known: agents).map { .speakers($0) }
        }
    }

    /// A path, or a mapping of it and what is in the file.
    mutating func sandboxFile(_ node: LocatedNode) -> Expectation.Claim? {
        guard node.members != nil else {
            guard let path = node.words else {
                report(at: node.place, "file cannot be \(node.shown)", expected: "PATH or {path: PATH, contains: TEXT}")
                return nil
            }
            return sandboxPath(path, at: node.place).map { .file($0, nil) }
        }
        return mapping(node, named: "file", expected: "{path: PATH, contains: TEXT}") { file, reader in
            let path = reader.requiredWords("path", expected: "PATH")
            let place = reader.place(of: "path")
            let isAlone = reader.names.allSatisfy { $0.name == "path" }
            let condition = isAlone ? nil : reader.textCondition(what: "file")
            guard isAlone || condition != nil else { return nil }
            return path.flatMap { file.sandboxPath($0, at: place) }.map { .file($0, condition) }
        }
    }

    private mutating func sandboxPath(_ path: String, at place: Place) -> String? {
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), !parts.contains(".") else {
            report(
                at: place, "\(quoted(path)) is no absolute path", expected: "/DIRECTORY/NAME",
                fix: path.hasPrefix("/") ? nil : "write '/workspace/\(path)', where code runs")
            return nil
        }
        return "/" + parts.joined(separator: "/")
    }

    mutating func budget(_ member: LocatedNode.Member) -> Expectation.Claim? {
        let node = member.value
        if let kind = Expectation.Tokens(rawValue: member.name) {
            return bounds(node, named: member.name).map { .tokens(kind, $0) }
        }
        switch member.name {
        case "cost", "latency":
            let limits = mapping(node, named: member.name, expected: "{at_most: NUMBER}") { file, reader in
                file.limits(&reader, node, named: member.name)
            }
            return limits.map { member.name == "cost" ? .cost($0) : .latency($0) }
        case "recovered_within":
            guard let turns = node.json.intValue, turns >= 0 else {
                report(at: node.place, "recovered_within cannot be \(node.shown)", expected: "turns, from 0")
                return nil
            }
            return .recoveredWithin(turns: turns)
        default:
            guard node.json.boolValue == true else {
                report(
                    at: node.place, "\(member.name) cannot be \(node.shown)", expected: "true",
                    fix: node.json.boolValue == false ? "write 'not: {\(member.name): true}'" : nil)
                return nil
            }
            return member.name == "all_played" ? .allPlayed : .byteIdentical
        }
    }

    private mutating func limits(
        _ reader: inout MappingReader, _ node: LocatedNode, named name: String, atMost top: Double? = nil
    ) -> Expectation.Limits? {
        let count = reader.problems.count
        let least = reader.number("at_least"), most = reader.number("at_most")
        for (key, value) in [("at_least", least), ("at_most", most)] {
            guard let value, value < 0 || value > top ?? .infinity else { continue }
            reader.report(
                at: reader.place(of: key), "\(key) cannot be \(node[key]?.shown ?? "\(value)")",
                expected: top.map { "a number from 0 to \(Int($0))" } ?? "a number from 0")
        }
        if reader.problems.count == count, least == nil, most == nil {
            reader.report(at: node.place, "\(name) has no bound", expected: "at_most or at_least")
        }
        if let least, let most, least > most {
            reader.report(
                at: reader.place(of: "at_most"), "at_most is less than at_least", expected: "at_least ≤ at_most")
        }
        return reader.problems.count == count ? .init(atLeast: least, atMost: most) : nil
    }

    private mutating func order(_ node: LocatedNode, named name: String, known: [String]) -> Expectation.Order? {
        let words = ["exactly", "in_order", "only"]
        return mapping(node, named: name, expected: "{in_order: [NAME, …]}, {exactly: […]} or {only: […]}") {
            file, reader in
            for word in words { _ = reader.optional(word) }
            let given = reader.names.filter { words.contains($0.name) }
            guard given.count == 1, let word = given.first else {
                if given.isEmpty, reader.names.isEmpty {
                    reader.report(
                        at: node.place, "\(name) is empty", expected: "one of " + words.joined(separator: ", "))
                }
                for extra in given.dropFirst() {
                    reader.report(
                        at: extra.place, "\(extra.name) stands beside \(given[0].name)",
                        expected: "one of " + words.joined(separator: ", "), fix: "begin a new item for the other")
                }
                return nil
            }
            let items = reader.items(word.name) ?? []
            var names: [String] = []
            for item in items {
                guard let text = item.words else {
                    reader.report(at: item.place, "\(word.name) cannot have \(item.shown)", expected: "a name")
                    continue
                }
                file.checkAgent(text, at: item.place, known: known)
                names.append(text)
            }
            switch word.name {
            case "exactly": return .exactly(names)
            case "in_order": return .inOrder(names)
            default: return .only(names)
            }
        }
    }

    /// Refuses what is about a whole performance in one chat of it.
    mutating func checkScope(of claim: Expectation.Claim, at node: LocatedNode, chat: Int?) {
        switch claim {
        case .allPlayed where chat != nil, .byteIdentical where chat != nil, .file where chat != nil:
            report(
                at: node.place, "one chat of a pipeline cannot be judged by this",
                expected: "it among the expectations of the scenario", fix: "move it to 'expect' of the file")
        default: break
        }
    }
}
