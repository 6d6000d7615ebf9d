import Documents
import Transcripts

/// One run of a group, from the message that a manager received to the end of its rounds.
struct GroupRun: Sendable {
    enum Step {
        case act(TwoAgentChat.Action)
        case end(TwoAgentChat.Notice)
        case fail(ChatError, agent: String)
    }

    private let group: Group
    /// Who said the last message.
    private var speaker: String
    private var round = 0
    /// To the manager's model, for the choice that is being made.
    private var requests = 0
    private var state = State.waiting
    /// Each choice of a speaker so far.
    private(set) var choices: [TwoAgentChat.SpeakerChoice] = []

    private enum State {
        case waiting
        case choosing(SelectorChat)
        case replying(ReplyMaking)
        case said
    }

    /// - Parameter sender: From whom the manager received the first message; member or not.
    init(_ group: Group, sender: String) {
        self.group = group
        speaker = sender
    }

    mutating func start(_ cast: inout Cast) -> Step {
        // The introduction comes behind the message in the manager's history, but before it in all others.
        let first = cast.history(of: group.manager, with: speaker).count - 1
        if group.introducesMembers {
            let text =
                "Hello everyone. We have assembled a great team today to answer questions and solve tasks. "
                + "In attendance are:\n\n" + SelectorChat.roles(group.described(group.members, in: cast))
            for member in group.members {
                if let failure = deliver(Message(text: text), from: group.manager, to: member, prints: false, &cast) {
                    return failure
                }
            }
        }
        guard group.maxRounds > 0, first >= 0 else { return end(.maxRound) }
        return beginRound(&cast, messageIndex: first)
    }

    mutating func next(after event: TwoAgentChat.Event, _ cast: inout Cast) -> Step {
        switch (state, event) {
        case (.said, .heard):
            return beginRound(&cast, messageIndex: cast.history(of: group.manager, with: speaker).count - 1)
        case (.choosing(var selector), .answered(let answer)):
            return follow(selector.next(after: answer), selector, &cast)
        case (.choosing, .failed(let error)): return choiceFails(error)
        case (.replying(var reply), _):
            let step = reply.next(after: event, cast)
            return perform(step, for: reply, &cast)
        default: preconditionFailure("the event does not belong to the last action")
        }
    }

    private mutating func beginRound(_ cast: inout Cast, messageIndex: Int) -> Step {
        let message = cast.takeIntoGroup(of: group.manager, from: speaker, at: messageIndex)
        for member in group.members where member != speaker {
            if let failure = deliver(message, from: group.manager, to: member, prints: false, &cast) { return failure }
        }
        round += 1
        if cast.agent(group.manager).terminationTest.matches(message) { return end(.terminationMessage) }
        guard round < group.maxRounds else { return end(.maxRound) }
        requests = 0
        do throws(ChatError) {
            switch try cast.chooseSpeaker(for: group.manager, after: speaker) {
            case .nobody:
                choices.append(TwoAgentChat.SpeakerChoice(after: speaker, chosen: nil, requests: requests))
                return end(.noEligibleSpeaker)
            case .speaker(let name): return letSpeak(name, &cast)
            case .ask(let candidates):
                var selector = try SelectorChat(
                    group.prompts, candidates: group.described(candidates, in: cast),
                    messages: cast.groupMessages(of: group.manager))
                return follow(selector.start(), selector, &cast)
            }
        } catch {
            return choiceFails(error)
        }
    }

    private mutating func follow(_ step: SelectorChat.Step, _ selector: SelectorChat, _ cast: inout Cast) -> Step {
        switch step {
        case .ask(let messages):
            state = .choosing(selector)
            requests += 1
            return .act(.select(manager: group.manager, messages: messages))
        case .chosen(let name): return letSpeak(name, &cast)
        case .undecided: return letSpeak(group.next(after: speaker, among: selector.candidates), &cast)
        case .fail(let error): return choiceFails(error)
        }
    }

    private mutating func choiceFails(_ error: ChatError) -> Step {
        choices.append(TwoAgentChat.SpeakerChoice(after: speaker, chosen: nil, requests: requests))
        return .fail(error, agent: group.manager)
    }

    private mutating func letSpeak(_ name: String, _ cast: inout Cast) -> Step {
        choices.append(TwoAgentChat.SpeakerChoice(after: speaker, chosen: name, requests: requests))
        speaker = name
        var reply = ReplyMaking(speaker: name, listener: group.manager)
        let step = reply.start(&cast)
        return perform(step, for: reply, &cast)
    }

    private mutating func perform(_ step: ReplyMaking.Step, for reply: ReplyMaking, _ cast: inout Cast) -> Step {
        switch step {
        case .act(let action):
            state = .replying(reply)
            return .act(action)
        case .say(var message):
            if group.clearsOnRequest {
                do throws(ChatError) {
                    message = try cast.clearing(by: message, in: group)
                } catch {
                    return .fail(error, agent: group.manager)
                }
            }
            if let failure = deliver(message, from: speaker, to: group.manager, &cast) { return failure }
            state = .said
            return .act(.say(message.sent(by: speaker, to: group.manager)))
        case .stop(let cause):
            return .end(TwoAgentChat.Notice(cause: cause, agent: speaker, peer: group.manager))
        case .fail(let error): return .fail(error, agent: speaker)
        case .conduct: preconditionFailure("a member of a group is no manager")
        }
    }

    private func end(_ cause: End.Cause) -> Step {
        .end(TwoAgentChat.Notice(cause: cause, agent: group.manager, peer: nil))
    }

    private func deliver(
        _ message: Message, from speaker: String, to listener: String, prints: Bool = true, _ cast: inout Cast
    ) -> Step? {
        do throws(ChatError) {
            try cast.deliver(message, from: speaker, to: listener, prints: prints)
            return nil
        } catch {
            return .fail(error, agent: speaker)
        }
    }
}

extension Group {
    fileprivate func described(_ names: [String], in cast: Cast) -> [(name: String, description: String)] {
        names.map { ($0, cast.agent($0).description) }
    }
}
