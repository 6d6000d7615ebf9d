public import Documents
public import Transcripts

/// A conversation of two agents as a state machine: an event in, the next action out.
///
/// Performs AutoGen's `initiate_chat` and `send`: what its recursive calls do one inside another happens here one after
/// another, so that a limit is the only thing that bounds a conversation. One of the two may be a manager: its group
/// talks where another agent would reply.
public struct TwoAgentChat: Sendable {
    /// How the conversation is begun.
    public enum Opening: Sendable, Equatable {
        /// `sender.initiate_chat(recipient, …)`; with `maxTurns` the sender's turns are counted, and the last answer is
        /// not reacted to.
        case initiate(clearsHistory: Bool, maxTurns: Int?)
        /// `sender.send(message, recipient)`, going on from where the two are; nil leaves it to the recipient to reply.
        case send(requestsReply: Bool?)
    }

    public enum Event: Sendable {
        case started
        /// The last `say` has been taken note of.
        case heard
        case answered(ModelAnswer)
        case ranCode(CodeResult)
        case called(ToolOutcome)
        /// The last `ask`, `select`, `run` or `call` raised an error that nothing in the program catches.
        case failed(ChatError)
    }

    public enum Action: Sendable {
        /// A message has been put into both histories; go on with `heard`.
        case say(MessageSent)
        /// Ask the agent's model, with these messages as they are.
        case ask(agent: String, messages: [Message])
        /// Ask the model that chooses speakers for a manager; go on with `answered`.
        case select(manager: String, messages: [Message])
        case run(agent: String, blocks: [CodeBlock])
        /// Enter a function of the agent's, with all its arguments.
        case call(agent: String, tool: String, arguments: JSONObject)
        case finish(End)
    }

    /// That an agent did not answer, and why; or that a manager ended a run of its group.
    public struct Notice: Sendable, Equatable {
        public var cause: End.Cause
        public var agent: String
        /// Whom it did not answer; nil for a manager, who answers nobody.
        public var peer: String?
    }

    /// That a group needed its next speaker, and who it was; nil when there was none.
    public struct SpeakerChoice: Sendable, Equatable {
        public var after: String
        public var chosen: String?
        /// How often the manager's model was asked for it.
        public var requests: Int
    }

    /// The two agents among all others, with what they remember by now.
    public private(set) var cast: Cast
    public let sender: String
    public let recipient: String
    /// Each time that an agent did not answer, and why. With `maxTurns` the conversation can go on after one.
    public private(set) var notices: [Notice] = []
    /// In their order, of all groups that talked.
    public private(set) var choices: [SpeakerChoice] = []
    /// What ended the conversation from outside; nil otherwise.
    public private(set) var error: ChatError?

    private let opening: Opening
    private let firstMessage: Message
    private var turnsLeft: Int
    private var state = State.waiting

    private enum State {
        case waiting
        case said(speaker: String, listener: String, requestsReply: Bool?)
        /// With `isTurn` because the sender takes its next turn, not because a message came.
        case replying(ReplyMaking, isTurn: Bool)
        case conducting(GroupRun, isTurn: Bool)
        case finished
    }

    public init(cast: Cast, from sender: String, to recipient: String, message: Message, opening: Opening) {
        self.cast = cast
        self.sender = sender
        self.recipient = recipient
        self.opening = opening
        firstMessage = message
        if case .initiate(_, let maxTurns?) = opening { turnsLeft = maxTurns } else { turnsLeft = 0 }
    }

    /// - Precondition: The event belongs to the last action; none comes after `finish`.
    public mutating func next(after event: Event) -> Action {
        switch (state, event) {
        case (.waiting, .started): return start()
        case (.said(let speaker, let listener, let requestsReply), .heard):
            let replies = requestsReply ?? cast.repliesAtReceive(listener, from: speaker)
            return replies ? reply(of: listener, to: speaker, isTurn: false) : takeTurn()
        case (.replying(var reply, let isTurn), _):
            let step = reply.next(after: event, cast)
            return perform(step, for: reply, isTurn: isTurn)
        case (.conducting(var run, let isTurn), _):
            let step = run.next(after: event, &cast)
            return follow(step, of: run, isTurn: isTurn)
        default: preconditionFailure("the event does not belong to the last action")
        }
    }

    private mutating func start() -> Action {
        switch opening {
        case .send(let requestsReply):
            return say(firstMessage, from: sender, to: recipient, requestsReply: requestsReply)
        case .initiate(let clearsHistory, let maxTurns):
            cast.prepare(sender, recipient, clearsHistory: clearsHistory, repliesAtReceive: maxTurns == nil)
            guard maxTurns != nil else { return say(firstMessage, from: sender, to: recipient, requestsReply: nil) }
            guard turnsLeft > 0 else { return finish() }
            turnsLeft -= 1
            return say(firstMessage, from: sender, to: recipient, requestsReply: true)
        }
    }

    private mutating func say(
        _ message: Message, from speaker: String, to listener: String, requestsReply: Bool?
    ) -> Action {
        do throws(ChatError) {
            try cast.deliver(message, from: speaker, to: listener)
        } catch {
            return fail(error, agent: speaker)
        }
        state = .said(speaker: speaker, listener: listener, requestsReply: requestsReply)
        return .say(message.sent(by: speaker, to: listener))
    }

    private mutating func reply(of speaker: String, to listener: String, isTurn: Bool) -> Action {
        var reply = ReplyMaking(speaker: speaker, listener: listener)
        let step = reply.start(&cast)
        return perform(step, for: reply, isTurn: isTurn)
    }

    private mutating func perform(_ step: ReplyMaking.Step, for reply: ReplyMaking, isTurn: Bool) -> Action {
        switch step {
        case .act(let action):
            state = .replying(reply, isTurn: isTurn)
            return action
        case .say(let message):
            return say(message, from: reply.speaker, to: reply.listener, requestsReply: isTurn ? true : nil)
        case .stop(let cause):
            return stop(Notice(cause: cause, agent: reply.speaker, peer: reply.listener), isTurn: isTurn)
        case .fail(let error): return fail(error, agent: reply.speaker)
        case .conduct:
            guard let group = cast.group(of: reply.speaker) else { preconditionFailure("no manager conducts") }
            var run = GroupRun(group, sender: reply.listener)
            let step = run.start(&cast)
            return follow(step, of: run, isTurn: isTurn)
        }
    }

    private mutating func follow(_ step: GroupRun.Step, of run: GroupRun, isTurn: Bool) -> Action {
        switch step {
        case .act(let action):
            state = .conducting(run, isTurn: isTurn)
            return action
        case .end(let notice):
            choices += run.choices
            return stop(notice, isTurn: isTurn)
        case .fail(let error, let agent):
            choices += run.choices
            return fail(error, agent: agent)
        }
    }

    private mutating func stop(_ notice: Notice, isTurn: Bool) -> Action {
        notices.append(notice)
        return isTurn ? finish() : takeTurn()
    }

    /// Nobody answers any more: the sender's next turn, if it has one.
    private mutating func takeTurn() -> Action {
        guard turnsLeft > 0 else { return finish() }
        turnsLeft -= 1
        return reply(of: sender, to: recipient, isTurn: true)
    }

    private mutating func finish() -> Action {
        state = .finished
        if case .initiate(_, _?) = opening, turnsLeft == 0, notices.last?.agent != sender {
            return .finish(End(cause: .maxTurns, agent: nil))
        }
        let notice = notices.last
        return .finish(End(cause: notice?.cause ?? .noReplyRequested, agent: notice?.agent))
    }

    private mutating func fail(_ error: ChatError, agent: String) -> Action {
        state = .finished
        self.error = error
        return .finish(End(cause: .error, agent: agent, failure: error.description))
    }
}

extension TwoAgentChat {
    /// The sender's own view of the conversation.
    public var history: [Message] { cast.history(of: sender, with: recipient) }

    /// AutoGen's summary `last_msg`: the recipient's last message, every `TERMINATE` cut out, nothing trimmed.
    ///
    /// - Throws: What AutoGen says when the two never had to do with each other, as no turn was taken.
    public func lastMessageSummary() throws(ChatError) -> String {
        guard let last = cast.history(of: recipient, with: sender).last else {
            if cast.peers(of: recipient).contains(sender) { return "" }
            throw ChatError(
                "KeyError",
                PythonText.quoted(
                    "The agent '\(sender)' is not present in any conversation. No history available for this agent."))
        }
        let word = "TERMINATE".unicodeScalars
        return String(String.UnicodeScalarView(last.summaryText.unicodeScalars.replacing(word, with: [])))
    }

    /// What a model is asked for AutoGen's summary `reflection_with_llm`; no system message goes before it.
    /// A manager's messages are its group's.
    public func reflectionRequest(prompt: String, role: String) -> [Message] {
        let request = Message(JSONObject([("role", .string(role)), ("content", .string(prompt))]))
        let messages =
            cast.group(of: recipient) == nil
            ? cast.history(of: recipient, with: sender) : cast.groupMessages(of: recipient)
        return (messages + [request]).flatMap(\.unrolledMessages)
    }
}
