import Transcripts

/// A reply in the making: what an agent does between hearing a message and answering it.
struct ReplyMaking: Sendable {
    enum Step {
        case act(TwoAgentChat.Action)
        case say(Message)
        /// No reply; the agent noticed why.
        case stop(End.Cause)
        case fail(ChatError)
        /// The agent is a manager: its group talks now.
        case conduct
    }

    let speaker: String
    let listener: String
    private var calls: CallRound?

    init(speaker: String, listener: String) {
        self.speaker = speaker
        self.listener = listener
    }

    mutating func start(_ cast: inout Cast) -> Step {
        let step = cast.takeReplyStep(of: speaker, to: listener)
        return perform(step, cast)
    }

    /// - Precondition: The event belongs to the last action.
    mutating func next(after event: TwoAgentChat.Event, _ cast: Cast) -> Step {
        switch event {
        case .answered(let answer):
            do throws(ChatError) {
                return try answer.reply().map(Step.say) ?? perform(cast.defaultReply(of: speaker), cast)
            } catch {
                return .fail(error)
            }
        case .ranCode(let result): return .say(result.reply)
        case .called(let outcome):
            calls?.take(outcome)
            return callNext(cast)
        case .failed(let error): return .fail(error)
        case .started, .heard: preconditionFailure("the event does not belong to the last action")
        }
    }

    private mutating func perform(_ step: Cast.ReplyStep, _ cast: Cast) -> Step {
        switch step {
        case .stop(let notice): return .stop(notice.cause)
        case .say(let message): return .say(message)
        case .run(let blocks): return .act(.run(agent: speaker, blocks: blocks))
        case .ask(let messages): return .act(.ask(agent: speaker, messages: messages))
        case .call(let round):
            calls = round
            return callNext(cast)
        case .fail(let error): return .fail(error)
        case .conduct: return .conduct
        }
    }

    private mutating func callNext(_ cast: Cast) -> Step {
        switch calls?.next(tools: cast.agent(speaker).tools) {
        case .call(let tool, let arguments): return .act(.call(agent: speaker, tool: tool, arguments: arguments))
        case .reply(let message): return .say(message)
        case .fail(let error): return .fail(error)
        case nil: preconditionFailure("the event does not belong to the last action")
        }
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
