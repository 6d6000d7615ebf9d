import Documents
import TextConditions
import Transcripts

extension ScenarioFileReader {
    private static let claims = [
        "all_played", "byte_identical", "code_runs", "completion_tokens", "cost", "ended_by", "exit_code", "file",
        "json", "latency", "llm_calls", "output", "prompt_tokens", "recovered_within", "said", "share", "speakers",
        "spoke",
        "stderr", "stdout", "tokens", "tool", "tools", "turns",
    ]

    /// - Parameters:
    ///   - agents: The names that may be given.
    ///   - chat: The chat of a pipeline that they are about; nil for all that happens.
    mutating func expectations(_ node: LocatedNode, agents: [String], chat: Int? = nil) -> [Expectation] {
        guard let items = node.items else {
            report(at: node.place, "expect cannot be \(node.shown)", expected: "a list of expectations")
            return []
        }
        if items.isEmpty {
            report(
                at: node.place, "expect is empty", expected: "at least one expectation", fix: "remove the key 'expect'")
        }
        return items.compactMap { item in
            var expectation = expectation(item, agents: agents)
            expectation?.chat = chat
            if let claim = expectation?.claim { checkScope(of: claim, at: item, chat: chat) }
            return expectation
        }
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
            return mapping(node, named: "said", expected: "{by: AGENT, contains: TEXT}") { file, reader in
                let speaker = file.agent("by", &reader, known: agents)
                return reader.textCondition(what: "said").map { .said(by: speaker, $0) }
            }
        case "json":
            return mapping(node, named: "json", expected: "{by: AGENT, schema: {…}}") { file, reader in
                let speaker = file.agent("by", &reader, known: agents)
                return reader.required("schema", expected: "{type: object, …}")
                    .flatMap { JSONSchema($0, file: file.file, problems: &file.problems) }
                    .map { .saidJSON(by: speaker, $0) }
            }
        case "file": return sandboxFile(node)
        case "turns": return bounds(node, named: "turns").map { .turns($0) }
        case "code_runs": return bounds(node, named: "code_runs").map { .codeRuns($0) }
        case "llm_calls", "spoke", "share", "tool", "tools", "speakers": return participation(member, agents: agents)
        case "tokens", "prompt_tokens", "completion_tokens", "cost", "latency", "recovered_within", "all_played",
            "byte_identical":
            return budget(member)
        case "ended_by": return ending(node, agents: agents)
        default:
            guard let stream = Expectation.Stream(rawValue: member.name) else { return nil }
            return mapping(node, named: member.name, expected: "{contains: TEXT}") { _, reader in
                reader.textCondition(what: member.name).map { .printed(stream, $0) }
            }
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
        let agent = agent("agent", &reader, known: agents)
        problems += reader.finish()
        return cause.map { .endedBy($0, agent: agent) }
    }

    mutating func bounds(_ node: LocatedNode, named name: String) -> Expectation.Bounds? {
        mapping(node, named: name, expected: "{at_most: N}, {at_least: N} or {exactly: N}") { file, reader in
            file.bounds(&reader, node, named: name)
        }
    }

    /// Reads the bounds that stand among other keys.
    ///
    /// - Parameter otherwise: What no bound at all means; nil makes it an error.
    mutating func bounds(
        _ reader: inout MappingReader, _ node: LocatedNode, named name: String, otherwise: Expectation.Bounds? = nil
    ) -> Expectation.Bounds? {
        let problemCount = reader.problems.count
        let exactly = reader.integer("exactly", in: 0...Int.max)
        let atLeast = reader.integer("at_least", in: 0...Int.max)
        let atMost = reader.integer("at_most", in: 0...Int.max)
        guard reader.problems.count == problemCount else { return nil }
        guard exactly != nil || atLeast != nil || atMost != nil else {
            if otherwise == nil, !reader.names.contains(where: { !["by"].contains($0.name) }) {
                reader.report(at: node.place, "\(name) has no bound", expected: "at_most, at_least or exactly")
            }
            return otherwise
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
        guard reader.problems.count == problemCount else { return nil }
        return exactly.map(Expectation.Bounds.exactly) ?? Expectation.Bounds(atLeast: atLeast, atMost: atMost)
    }

    /// Reads the name of an agent; unknown ones are errors, unless no name is known at all: a program names its own.
    mutating func agent(_ key: String, _ reader: inout MappingReader, known: [String], isRequired: Bool = false)
        -> String?
    {
        let name = isRequired ? reader.requiredWords(key, expected: "AGENT") : reader.words(key)
        if let name, let place = reader.optional(key)?.place { checkAgent(name, at: place, known: known) }
        return name
    }

    mutating func checkAgent(_ name: String, at place: Place, known: [String]) {
        guard !known.isEmpty, !known.contains(name) else { return }
        reportUnknownAgent(name, at: place, known: known)
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

    /// Reads a value that must be a mapping, and reports the keys that `read` did not ask for.
    mutating func mapping<Value>(
        _ node: LocatedNode, named name: String, expected: String,
        _ read: (inout Self, inout MappingReader) -> Value?
    ) -> Value? {
        guard var reader = mapping(node, named: name, expected: expected) else { return nil }
        let value = read(&self, &reader)
        let found = reader.finish()
        problems += found
        return found.isEmpty ? value : nil
    }
}
