import Documents

/// The agents of one program and what each remembers: AutoGen's state between one message and the next.
///
/// Conversations are performed on a cast and hand it on, so that a later one finds what an earlier one left.
public struct Cast: Sendable {
    public let agents: [Agent]
    private var memories: [String: [String: Memory]] = [:]
    /// By manager's name.
    private var groups: [String: GroupMemory] = [:]
    private let seed: RandomSeed
    /// The one generator of the program, made when first needed.
    private var random: PythonRandom?

    /// What one agent keeps about one peer.
    private struct Memory: Sendable {
        var messages: [Message] = [] { didSet { hasHistory = true } }
        /// Whether there ever was a list of messages, though it may be empty.
        private(set) var hasHistory = false
        /// Replies since the count was last reset.
        var autoReplies = 0
        /// Whether it answers a message that does not say whether it wants an answer.
        var repliesAtReceive = false

        mutating func forget() {
            messages = []
            hasHistory = false
        }
    }

    /// What a manager keeps of its group.
    private struct GroupMemory: Sendable {
        let group: Group
        var messages: [Message] = []
        /// How many entries of a scripted selection are used up.
        var scriptPosition = 0
    }

    /// - Parameters:
    ///   - agents: Their names differ.
    ///   - groups: Manager and members are among the agents; no member is a manager itself.
    ///   - seed: Decides what is chosen at random.
    public init(_ agents: [Agent], groups: [Group] = [], seed: RandomSeed = .number(0)) {
        precondition(Set(agents.map(\.name)).count == agents.count, "two agents of a cast have the same name")
        self.agents = agents
        self.seed = seed
        let managers = Set(groups.map(\.manager))
        for group in groups {
            let names = [group.manager] + group.members
            precondition(names.allSatisfy { name in agents.contains { $0.name == name } }, "a group has unknown agents")
            precondition(managers.isDisjoint(with: group.members), "a member of a group is a manager")
            self.groups[group.manager] = GroupMemory(group: group)
        }
    }

    /// - Precondition: There is one of this name.
    public func agent(_ name: String) -> Agent {
        guard let agent = agents.first(where: { $0.name == name }) else {
            preconditionFailure("no agent named \(name)")
        }
        return agent
    }

    /// An agent's own view of its conversation with a peer.
    public func history(of agent: String, with peer: String) -> [Message] { memories[agent]?[peer]?.messages ?? [] }

    /// Whom an agent has had to do with, sorted.
    public func peers(of agent: String) -> [String] {
        (memories[agent] ?? [:]).filter(\.value.hasHistory).keys.sorted()
    }

    /// AutoGen's `_prepare_chat`, for both sides.
    mutating func prepare(_ one: String, _ other: String, clearsHistory: Bool, repliesAtReceive: Bool) {
        for (agent, peer) in [(one, other), (other, one)] {
            self[agent, peer].autoReplies = 0
            self[agent, peer].repliesAtReceive = repliesAtReceive
            if clearsHistory { self[agent, peer].messages = [] }
        }
        for (manager, peer) in [(one, other), (other, one)] {
            guard let group = groups[manager]?.group else { continue }
            if clearsHistory { groups[manager]?.messages = [] }
            for member in group.members where member != peer {
                self[member, manager].autoReplies = 0
                self[member, manager].repliesAtReceive = repliesAtReceive
                if clearsHistory { self[member, manager].messages = [] }
            }
        }
    }

    func repliesAtReceive(_ agent: String, from peer: String) -> Bool {
        memories[agent]?[peer]?.repliesAtReceive ?? false
    }

    /// Puts a message into both histories.
    ///
    /// - Parameter prints: Whether AutoGen prints the message when it is heard, and so looks into its content.
    /// - Throws: When it has neither content nor a call, and nothing is kept; or when it cannot be printed, and is kept.
    mutating func deliver(
        _ message: Message, from speaker: String, to listener: String, prints: Bool = true
    ) throws(ChatError) {
        guard let said = message.kept(as: "assistant", speaker: speaker),
            let heard = message.kept(as: "user", speaker: speaker)
        else {
            throw .unsendable
        }
        self[speaker, listener].messages.append(said)
        self[listener, speaker].messages.append(heard)
        if prints { try message.checkPrinting(fillsTemplates: agent(listener).fillsTemplates) }
    }

    /// Of a member's messages with each peer only the last few stay; when none do, it is as if there had been none.
    ///
    /// - Throws: What Python says when there are fewer.
    mutating func forget(_ member: String, keeping count: Int) throws(ChatError) {
        for (peer, memory) in memories[member] ?? [:] where memory.hasHistory {
            guard count > 0 else {
                memories[member]?[peer]?.forget()
                continue
            }
            guard memory.messages.count >= count else { throw ChatError("IndexError", "list index out of range") }
            let kept = memory.messages.suffix(count)
            // A result of a tool stays together with its call.
            let isResult = kept.first?.fields["tool_responses"] != nil
            self[member, peer].messages = Array(memory.messages.suffix(isResult ? count + 1 : count))
        }
    }

    mutating func keepLast(_ count: Int, inGroupOf manager: String) {
        let kept = groupMessages(of: manager).suffix(count)
        groups[manager]?.messages = Array(kept)
    }

    /// Whom a manager conducts; nil for any other agent.
    public func group(of manager: String) -> Group? { groups[manager]?.group }

    /// All that was said in a manager's group, as the manager holds it.
    public func groupMessages(of manager: String) -> [Message] { groups[manager]?.messages ?? [] }

    /// AutoGen's `GroupChat.append`: names a message that a manager has from someone by its speaker, makes its content a
    /// text, both in place, and adds it to the group's.
    ///
    /// - Parameter index: In the manager's history with the speaker.
    mutating func takeIntoGroup(of manager: String, from speaker: String, at index: Int) -> Message {
        var message = self[manager, speaker].messages[index]
        if message.role != "function" { message.fields["name"] = .string(speaker) }
        message.fields["content"] = .string(message.text)
        self[manager, speaker].messages[index] = message
        groups[manager]?.messages.append(message)
        return message
    }

    /// The next entry of a group's scripted selection; nil when all are used up.
    mutating func takeScriptedChoice(of manager: String) -> Group.Choice? {
        guard let memory = groups[manager], case .scripted(let choices) = memory.group.selection,
            memory.scriptPosition < choices.count
        else { return nil }
        groups[manager]?.scriptPosition += 1
        return choices[memory.scriptPosition]
    }

    /// Python's `random.choice`.
    ///
    /// - Parameter names: Not empty.
    mutating func choose(among names: [String]) -> String {
        var generator = random ?? PythonRandom(seed: seed)
        defer { random = generator }
        return names[generator.index(below: names.count)]
    }

    private subscript(agent: String, peer: String) -> Memory {
        get { memories[agent]?[peer] ?? Memory() }
        set { memories[agent, default: [:]][peer] = newValue }
    }
}

// How an agent comes to a reply: the first step that is final wins, the default reply is last.
extension Cast {
    /// What an agent does to answer a peer.
    enum ReplyStep {
        /// Nothing: the conversation ends here, noticed by the agent.
        case stop(Notice)
        case say(Message)
        case run([CodeBlock])
        case ask([Message])
        case call(CallRound)
        /// What AutoGen itself does not survive.
        case fail(ChatError)
        /// The agent is a manager, whose group talks instead.
        case conduct
    }

    /// Why an agent did not answer.
    enum Notice {
        case terminationMessage
        case maxAutoReplies
        case noDefaultReply
    }

    /// The agent's next step, its count of replies moved on.
    mutating func takeReplyStep(of name: String, to peer: String) -> ReplyStep {
        if groups[name] != nil { return .conduct }
        let agent = agent(name)
        let messages = history(of: name, with: peer)
        guard let last = messages.last else { return defaultReply(of: name) }
        if let notice = stops(agent, before: last, from: peer) { return .stop(notice) }
        if let round = CallRound(last) { return .call(round) }
        if let lookBack = agent.lookBack, let blocks = Cast.code(in: messages, lookBack) { return .run(blocks) }
        guard agent.hasModel else { return defaultReply(of: name) }
        do throws(ChatError) {
            return .ask(try request(of: agent, to: peer))
        } catch {
            return .fail(error)
        }
    }

    func defaultReply(of name: String) -> ReplyStep {
        agent(name).defaultReply.map(ReplyStep.say) ?? .stop(.noDefaultReply)
    }

    /// Termination and limit: what ends the conversation also resets the count.
    private mutating func stops(_ agent: Agent, before last: Message, from peer: String) -> Notice? {
        let notice: Notice? =
            if self[agent.name, peer].autoReplies >= agent.maxAutoReplies {
                .maxAutoReplies
            } else if agent.terminationTest.matches(last) {
                .terminationMessage
            } else {
                nil
            }
        self[agent.name, peer].autoReplies = notice == nil ? self[agent.name, peer].autoReplies + 1 : 0
        return notice
    }

    /// The blocks of the newest message that has any.
    static func code(in messages: [Message], _ lookBack: Agent.LookBack) -> [CodeBlock]? {
        let count: Int =
            switch lookBack {
            case .auto: messages.reversed().prefix { $0.role == "user" }.count
            case .last(let count): max(0, min(count, messages.count))
            }
        // Python's `messages[-0:]` is the whole list.
        let scanned = count == 0 ? messages[...] : messages.suffix(count)
        return scanned.reversed().lazy.map { CodeBlock.blocks(in: $0.text) }.first { !$0.isEmpty }
    }

    /// The system message, then the agent's history; a `context` of the last message is used up.
    ///
    /// - Throws: What Python says to a content that cannot be filled in from the context.
    private mutating func request(of agent: Agent, to peer: String) throws(ChatError) -> [Message] {
        let system = Message(JSONObject([("content", .string(agent.systemMessage)), ("role", "system")]))
        var messages = self[agent.name, peer].messages
        var context: JSONValue?
        if let last = messages.indices.last, messages[last].fields["context"] != nil {
            context = messages[last].fields["context"]
            messages[last].fields["context"] = nil
            self[agent.name, peer].messages = messages
        }
        var request = ([system] + messages).flatMap(\.unrolledMessages)
        guard let context, context.isTruthy else { return request }
        for index in request.indices { try request[index].fill(in: context, fillsTemplates: agent.fillsTemplates) }
        return request
    }
}
