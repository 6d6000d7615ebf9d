import Documents
public import Transcripts

/// A conversation of two agents as a state machine: an event in, the next action out.
///
/// Performs AutoGen's `initiate_chat` and `send`: what its recursive calls do one inside another happens here one after
/// another, so that a limit is the only thing that bounds a conversation.
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
        /// The last `ask` or `run` raised an error.
        case failed(ChatError)
    }

    public enum Action: Sendable {
        /// A message has been put into both histories; go on with `heard`.
        case say(MessageSent)
        /// Ask the agent's model, with these messages as they are.
        case ask(agent: String, messages: [Message])
        case run(agent: String, blocks: [CodeBlock])
        case finish(End)
    }

    /// The two agents among all others, with what they remember by now.
    public private(set) var cast: Cast
    public let sender: String
    public let recipient: String
    /// Each time that an agent did not answer, and why. With `maxTurns` the conversation can go on after one.
    public private(set) var notices: [End] = []
    /// What ended the conversation from outside; nil otherwise.
    public private(set) var error: ChatError?

    private let opening: Opening
    private let firstMessage: Message
    private var turnsLeft: Int
    private var state = State.waiting

    private enum State {
        case waiting
        case said(speaker: String, listener: String, requestsReply: Bool?)
        case replying(Reply)
        case finished
    }

    /// A reply in the making.
    private struct Reply {
        var speaker: String
        var listener: String
        /// Made because the sender takes its next turn, not because a message came.
        var isTurn: Bool
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
            return replies ? reply(Reply(speaker: listener, listener: speaker, isTurn: false)) : takeTurn()
        case (.replying(let reply), .answered(let answer)):
            return perform(answer.reply.map(Cast.ReplyStep.say) ?? cast.defaultReply(of: reply.speaker), for: reply)
        case (.replying(let reply), .ranCode(let result)): return perform(.say(result.reply), for: reply)
        case (.replying(let reply), .failed(let error)): return fail(error, agent: reply.speaker)
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

    private mutating func reply(_ reply: Reply) -> Action {
        perform(cast.takeReplyStep(of: reply.speaker, to: reply.listener), for: reply)
    }

    private mutating func perform(_ step: Cast.ReplyStep, for reply: Reply) -> Action {
        switch step {
        case .stop(let notice):
            notices.append(End(cause: notice.cause, agent: reply.speaker))
            return reply.isTurn ? finish() : takeTurn()
        case .say(let message):
            return say(
                message, from: reply.speaker, to: reply.listener, requestsReply: reply.isTurn ? true : nil)
        case .run(let blocks):
            state = .replying(reply)
            return .run(agent: reply.speaker, blocks: blocks)
        case .ask(let messages):
            state = .replying(reply)
            return .ask(agent: reply.speaker, messages: messages)
        }
    }

    /// Nobody answers any more: the sender's next turn, if it has one.
    private mutating func takeTurn() -> Action {
        guard turnsLeft > 0 else { return finish() }
        turnsLeft -= 1
        return reply(Reply(speaker: sender, listener: recipient, isTurn: true))
    }

    private mutating func finish() -> Action {
        state = .finished
        if case .initiate(_, _?) = opening, turnsLeft == 0, notices.last?.agent != sender {
            return .finish(End(cause: .maxTurns, agent: nil))
        }
        return .finish(notices.last ?? End(cause: .noReplyRequested, agent: nil))
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
    public var lastMessageSummary: String {
        guard let last = cast.history(of: recipient, with: sender).last else { return "" }
        let word = "TERMINATE".unicodeScalars
        return String(String.UnicodeScalarView(last.summaryText.unicodeScalars.replacing(word, with: [])))
    }

    /// What a model is asked for AutoGen's summary `reflection_with_llm`; no system message goes before it.
    public func reflectionRequest(prompt: String, role: String) -> [Message] {
        let request = Message(JSONObject([("role", .string(role)), ("content", .string(prompt))]))
        return (cast.history(of: recipient, with: sender) + [request]).flatMap(\.unrolledMessages)
    }
}

extension Cast.Notice {
    fileprivate var cause: End.Cause {
        switch self {
        case .terminationMessage: .terminationMessage
        case .maxAutoReplies: .maxConsecutiveAutoReply
        case .noDefaultReply: .noReplyRequested
        }
    }
}
