import Documents
import TextConditions

extension ScenarioFileReader {
    /// An agent as far as it could be read, so that one error does not make a second one elsewhere.
    struct ReadAgent {
        var name: String
        /// Nil when its kind is missing or unknown.
        var agent: Scenario.Agent?
        /// True, also when the model or executor itself is wrong.
        var hasModel: Bool
        var hasExecutor: Bool
    }

    mutating func agents(_ node: LocatedNode) -> [ReadAgent] {
        guard let members = node.members else {
            report(at: node.place, "agents cannot be \(node.shown)", expected: "a mapping {NAME: {kind: …}, …}")
            return []
        }
        if members.isEmpty { report(at: node.place, "there is no agent", expected: "{NAME: {kind: …}, …}") }
        return members.map { member in
            checkAgentName(member)
            return agent(member)
        }
    }

    private mutating func checkAgentName(_ member: LocatedNode.Member) { checkAgentName(member.name, at: member.place) }

    mutating func checkAgentName(_ name: String, at place: Place) {
        // The service refuses other names in messages, and every message carries its speaker's name.
        let isAllowed = name.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && !["<", "|", "\\", "/", ">"].contains($0)
                && $0.properties.generalCategory != .control
        }
        guard !isAllowed || name.isEmpty || name.unicodeScalars.count > 64 else { return }
        report(
            at: place, "\(quoted(name)) cannot be an agent's name",
            expected: "1 to 64 characters, none of them white space or one of < | \\ / >")
    }

    private mutating func agent(_ member: LocatedNode.Member) -> ReadAgent {
        var read = ReadAgent(name: member.name, agent: nil, hasModel: false, hasExecutor: false)
        guard member.value.members != nil else {
            report(
                at: member.value.place, "the agent \(quoted(member.name)) cannot be \(member.value.shown)",
                expected: "a mapping {kind: …, …}")
            return read
        }
        var reader = MappingReader(member.value, file: file, what: "an agent")
        read.hasModel = member.value["model"] != nil
        read.hasExecutor = member.value["executor"] != nil
        let kind = reader.requiredWord("kind", among: Scenario.Agent.Kind.allCases.map(\.rawValue))
            .flatMap(Scenario.Agent.Kind.init)
        let model = model(&reader, node: member.value)
        let system = reader.words("system", mayBeEmpty: true)
        let description = reader.words("description", mayBeEmpty: true)
        let executor = reader.optional("executor").flatMap { self.executor($0) }
        if read.hasExecutor, kind == .assistant {
            reader.report(
                at: reader.place(of: "executor"), "an assistant runs no code",
                expected: "an executor on a user_proxy or conversable agent",
                fix: "move the executor to the agent that answers this one, or make this one 'kind: conversable'")
        }
        let maxAutoReplies = reader.integer("max_auto_replies", in: 0...Int.max)
        let defaultReply = reader.words("default_reply", mayBeEmpty: true)
        let termination = reader.optional("terminate_when").flatMap { self.termination($0) }
        let lookBack = reader.integer("look_back", in: 0...Int.max)
        if member.value["look_back"] != nil, !read.hasExecutor {
            reader.report(
                at: reader.place(of: "look_back"), "look_back has no effect on an agent without executor",
                expected: "an executor", fix: "add an executor, or remove look_back")
        }
        problems += reader.finish()
        guard let kind else { return read }
        read.agent = Scenario.Agent(
            name: member.name, kind: kind, model: model, system: system, description: description, executor: executor,
            maxAutoReplies: maxAutoReplies, defaultReply: defaultReply, termination: termination, lookBack: lookBack)
        return read
    }

    private mutating func executor(_ node: LocatedNode) -> Scenario.Executor? {
        guard node.members != nil else {
            report(at: node.place, "executor cannot be \(node.shown)", expected: "a mapping {kind: hopx, …}")
            return nil
        }
        var reader = MappingReader(node, file: file, what: "an executor")
        defer { problems += reader.finish() }
        switch reader.requiredWord("kind", among: ["hopx", "hopx_production", "persistent", "robust"]) {
        case "hopx":
            return .hopx(
                template: reader.words("template") ?? "code-interpreter",
                timeout: reader.integer("timeout", in: 1...Int.max) ?? 60,
                ttl: reader.integer("ttl", in: 1...Int.max) ?? 300)
        case "persistent": return .persistent(timeout: reader.integer("timeout", in: 1...Int.max) ?? 60)
        case "robust": return .robust(attempts: reader.integer("attempts", in: 1...100) ?? 3)
        case "hopx_production":
            return .production(
                timeout: reader.integer("timeout", in: 1...Int.max) ?? 60, persists: reader.flag("persist") ?? true,
                outputLimit: reader.integer("output_limit", in: 0...Int.max))
        default:
            // Nobody knows which keys an executor of an unknown kind may have.
            for name in reader.names.map(\.name) { _ = reader.optional(name) }
            return nil
        }
    }

    mutating func termination(_ node: LocatedNode) -> Scenario.Termination? {
        guard node.members != nil else {
            report(
                at: node.place, "terminate_when cannot be \(node.shown)",
                expected: "{equals: TEXT}, {contains: TEXT} or {ends_with: TEXT}")
            return nil
        }
        var reader = MappingReader(node, file: file, what: "terminate_when")
        defer { problems += reader.finish() }
        switch reader.exactlyOne(of: ["equals", "contains", "ends_with"], what: "terminate_when") {
        // An empty message can be a sign; every message contains and ends with nothing.
        case "equals": return reader.words("equals", mayBeEmpty: true).map { .equals($0) }
        case "contains": return reader.words("contains").map { .contains($0) }
        case "ends_with": return reader.words("ends_with").map { .endsWith($0) }
        default: return nil
        }
    }
}
