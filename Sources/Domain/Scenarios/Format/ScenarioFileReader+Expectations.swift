import Documents
import TextConditions
import Transcripts

extension ScenarioFileReader {
    private static let claims = [
        "code_runs", "ended_by", "exit_code", "output", "said", "stderr", "stdout", "turns",
    ]

    mutating func expectations(_ node: LocatedNode, agents: [String]) -> [Expectation] {
        guard let items = node.items else {
            report(at: node.place, "expect cannot be \(node.shown)", expected: "a list of expectations")
            return []
        }
        if items.isEmpty {
            report(
                at: node.place, "expect is empty", expected: "at least one expectation", fix: "remove the key 'expect'")
        }
        return items.compactMap { expectation($0, agents: agents) }
    }

    private mutating func expectation(_ node: LocatedNode, agents: [String]) -> Expectation? {
        guard let member = onlyMember(of: node, accepted: Self.claims + ["not"]) else { return nil }
        guard member.name == "not" else {
            return claim(member, agents: agents).map { Expectation($0, place: node.place) }
        }
        guard let negated = onlyMember(of: member.value, accepted: Self.claims) else { return nil }
        return claim(negated, agents: agents).map { Expectation($0, isNegated: true, place: node.place) }
    }

    private mutating func onlyMember(of node: LocatedNode, accepted: [String]) -> LocatedNode.Member? {
        let expected = "one of " + accepted.joined(separator: ", ")
        guard let members = node.members, let first = members.first else {
            let seen = node.members == nil ? "cannot be \(node.shown)" : "is empty"
            report(at: node.place, "an expectation \(seen)", expected: "{CLAIM: …} with " + expected)
            return nil
        }
        for extra in members.dropFirst() {
            report(
                at: extra.place, "\(quoted(extra.name)) stands in the expectation \(quoted(first.name))",
                expected: "one claim each",
                fix: "begin a new item: '- \(extra.name): …'")
        }
        guard accepted.contains(first.name) else {
            report(
                at: first.place, "unknown expectation \(quoted(first.name))", expected: expected,
                fix: nearestWord(to: first.name, among: accepted).map { "did you mean '\($0)'?" })
            return nil
        }
        return first
    }

    private mutating func claim(_ member: LocatedNode.Member, agents: [String]) -> Expectation.Claim? {
        let node = member.value
        switch member.name {
        case "exit_code":
            guard let code = node.json.intValue else {
                report(at: node.place, "exit_code cannot be \(node.shown)", expected: "a whole number")
                return nil
            }
            return .exitCode(code)
        case "said":
            guard var reader = mapping(node, named: "said", expected: "{by: AGENT, contains: TEXT}") else { return nil }
            let speaker = reader.words("by")
            checkAgent(speaker, at: node["by"], known: agents)
            let condition = reader.textCondition(what: "said")
            problems += reader.finish()
            return condition.map { .said(by: speaker, $0) }
        case "turns": return bounds(node, named: "turns").map { .turns($0) }
        case "code_runs": return bounds(node, named: "code_runs").map { .codeRuns($0) }
        case "ended_by": return ending(node, agents: agents)
        default:
            guard let stream = Expectation.Stream(rawValue: member.name) else { return nil }
            guard var reader = mapping(node, named: member.name, expected: "{contains: TEXT}") else { return nil }
            let condition = reader.textCondition(what: member.name)
            problems += reader.finish()
            return condition.map { .printed(stream, $0) }
        }
    }

    private mutating func ending(_ node: LocatedNode, agents: [String]) -> Expectation.Claim? {
        let causes = End.Cause.allCases.map(\.rawValue)
        guard node.members != nil else {
            guard let cause = node.text.flatMap(End.Cause.init) else {
                report(
                    at: node.place, "ended_by cannot be \(node.shown)",
                    expected: "one of " + causes.joined(separator: ", "),
                    fix: node.text.flatMap { nearestWord(to: $0, among: causes) }.map { "did you mean '\($0)'?" })
                return nil
            }
            return .endedBy(cause, agent: nil)
        }
        var reader = MappingReader(node, file: file, what: "ended_by")
        let cause = reader.requiredWord("cause", among: causes).flatMap(End.Cause.init)
        let agent = reader.words("agent")
        checkAgent(agent, at: node["agent"], known: agents)
        problems += reader.finish()
        return cause.map { .endedBy($0, agent: agent) }
    }

    private mutating func bounds(_ node: LocatedNode, named name: String) -> Expectation.Bounds? {
        guard var reader = mapping(node, named: name, expected: "{at_most: N}, {at_least: N} or {exactly: N}") else {
            return nil
        }
        let problemCount = reader.problems.count
        let exactly = reader.integer("exactly", in: 0...Int.max)
        let atLeast = reader.integer("at_least", in: 0...Int.max)
        let atMost = reader.integer("at_most", in: 0...Int.max)
        let isRead = reader.problems.count == problemCount
        if isRead, node.members?.isEmpty == true {
            reader.report(at: node.place, "\(name) has no bound", expected: "at_most, at_least or exactly")
        }
        if exactly != nil, atLeast != nil || atMost != nil {
            reader.report(
                at: reader.place(of: "exactly"), "exactly excludes at_least and at_most",
                expected: "exactly alone", fix: "remove one of them")
        }
        if let atLeast, let atMost, atLeast > atMost {
            reader.report(
                at: reader.place(of: "at_most"), "at_most \(atMost) is less than at_least \(atLeast)",
                expected: "at_least ≤ at_most")
        }
        let all = reader.finish()
        problems += all
        guard all.isEmpty else { return nil }
        return exactly.map(Expectation.Bounds.exactly) ?? Expectation.Bounds(atLeast: atLeast, atMost: atMost)
    }

    private mutating func checkAgent(_ name: String?, at node: LocatedNode?, known: [String]) {
        guard let name, let node, !known.contains(name) else { return }
        reportUnknownAgent(name, at: node.place, known: known)
    }
}

extension ScenarioFileReader {
    /// A reader for a value that must be a mapping; nil, and one error, when it is none.
    mutating func mapping(_ node: LocatedNode, named name: String, expected: String) -> MappingReader? {
        guard node.members != nil else {
            report(at: node.place, "\(name) cannot be \(node.shown)", expected: expected)
            return nil
        }
        return MappingReader(node, file: file, what: name)
    }
}
