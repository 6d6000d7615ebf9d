import Documents

/// The agents of one program and what each remembers: AutoGen's state between one message and the next.
///
/// Conversations are performed on a cast and hand it on, so that a later one finds what an earlier one left.
public struct Cast: Sendable {
    public let agents: [Agent]
    private var memories: [String: [String: Memory]] = [:]

    /// What one agent keeps about one peer.
    private struct Memory: Sendable {
        var messages: [Message] = []
        /// Replies since the count was last reset.
        var autoReplies = 0
        /// Whether it answers a message that does not say whether it wants an answer.
        var repliesAtReceive = false
    }

    /// - Parameter agents: Their names differ.
    public init(_ agents: [Agent]) {
        precondition(Set(agents.map(\.name)).count == agents.count, "two agents of a cast have the same name")
        self.agents = agents
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
    public func peers(of agent: String) -> [String] { memories[agent].map { $0.keys.sorted() } ?? [] }

    /// AutoGen's `_prepare_chat`, for both sides.
    mutating func prepare(_ one: String, _ other: String, clearsHistory: Bool, repliesAtReceive: Bool) {
        for (agent, peer) in [(one, other), (other, one)] {
            self[agent, peer].autoReplies = 0
            self[agent, peer].repliesAtReceive = repliesAtReceive
            if clearsHistory { self[agent, peer].messages = [] }
        }
    }

    func repliesAtReceive(_ agent: String, from peer: String) -> Bool {
        memories[agent]?[peer]?.repliesAtReceive ?? false
    }

    /// Puts a message into both histories.
    ///
    /// - Throws: When it has neither content nor a call; nothing is kept then.
    mutating func deliver(_ message: Message, from speaker: String, to listener: String) throws(ChatError) {
        guard let said = message.kept(as: "assistant", speaker: speaker),
            let heard = message.kept(as: "user", speaker: speaker)
        else {
            throw ChatError(
                "ValueError",
                "Message can't be converted into a valid ChatCompletion message. "
                    + "Either content or function_call must be provided.")
        }
        self[speaker, listener].messages.append(said)
        self[listener, speaker].messages.append(heard)
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
    }

    /// Why an agent did not answer.
    enum Notice {
        case terminationMessage
        case maxAutoReplies
        case noDefaultReply
    }

    /// The agent's next step, its count of replies moved on.
    mutating func takeReplyStep(of name: String, to peer: String) -> ReplyStep {
        let agent = agent(name)
        let messages = history(of: name, with: peer)
        guard let last = messages.last else { return defaultReply(of: name) }
        if let notice = stops(agent, before: last, from: peer) { return .stop(notice) }
        if let reply = Cast.replyToCalls(in: last) { return .say(reply) }
        if let lookBack = agent.lookBack, let blocks = Cast.code(in: messages, lookBack) { return .run(blocks) }
        return agent.hasModel ? .ask(request(of: agent, to: peer)) : defaultReply(of: name)
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

    /// The answer to calls of functions, of which no agent has any.
    private static func replyToCalls(in message: Message) -> Message? {
        func failure(_ function: JSONValue?) -> JSONValue {
            .string("Error: Function \(function?["name"]?.stringValue ?? "") not found.")
        }
        if let call = message.fields["function_call"], call.isTruthy {
            return Message(
                JSONObject([("name", call["name"] ?? ""), ("role", "function"), ("content", failure(call))]))
        }
        let responses = message.toolCalls.map { call in
            var response = JSONObject()
            response["tool_call_id"] = call["id"]
            response["role"] = "tool"
            response["content"] = failure(call["function"])
            return response
        }
        guard !responses.isEmpty else { return nil }
        let joined = responses.compactMap { $0["content"]?.stringValue }.joined(separator: "\n\n")
        return Message(
            JSONObject([
                ("role", "tool"), ("tool_responses", .array(responses.map(JSONValue.object))),
                ("content", .string(joined)),
            ]))
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
    private mutating func request(of agent: Agent, to peer: String) -> [Message] {
        let system = Message(JSONObject([("content", .string(agent.systemMessage)), ("role", "system")]))
        var messages = self[agent.name, peer].messages
        if let last = messages.indices.last, messages[last].fields["context"] != nil {
            messages[last].fields["context"] = nil
            self[agent.name, peer].messages = messages
        }
        return ([system] + messages).flatMap(\.unrolledMessages)
    }
}
