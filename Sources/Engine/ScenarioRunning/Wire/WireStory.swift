import Conversations
import Transcripts

/// What was said, found in what models were asked: each request repeats the conversation, and adds what came since.
///
/// A message that no model was sent, and none said, is not on the wire: the last word of a partner without a model. Who
/// speaks is known by the names in the requests, once one of them has it; so a story is told when it is over.
struct WireStory {
    /// A message that has been told.
    struct Said {
        var text: String
        var toolCalls: [ToolCall]
        /// In the request; nil as long as none had it.
        var name: String?
        /// Of the model that said it, by its instructions; nil for what only came in a request.
        var author: String?
        /// What the service called the answer.
        var replyID: String?
        var role: Conversation.Message.Role
        /// Which of the conversations it belongs to.
        var conversation: Int
    }

    enum Part {
        /// By its place in `said`.
        case message(Int)
        /// With the instructions of who asked, or the name of an observer; and the message that came of it.
        case call(LLMCall, asker: String, observer: String?, said: Int?)
        case run(CodeRun)
        case end(End)
    }

    struct Step {
        var part: Part
        var timing: Timing
        var stale: Int?
    }

    private(set) var said: [Said] = []
    private(set) var steps: [Step] = []
    /// For each conversation what it consists of, by places in `said`.
    private(set) var conversations: [[Int]] = []

    mutating func add(_ run: CodeRun, timing: Timing, stale: Int?) {
        steps.append(Step(part: .run(run), timing: timing, stale: stale))
    }

    mutating func add(_ end: End, timing: Timing) { steps.append(Step(part: .end(end), timing: timing)) }

    /// Adds a call, before it the messages that its request is the first to have, after it the message that it answered.
    ///
    /// - Parameter question: Nil for a request in which no conversation can be read.
    mutating func add(
        _ call: LLMCall, _ question: WireQuestion?, replyID: String? = nil, timing: Timing, stale: Int? = nil
    ) {
        let asker = question?.instructions ?? ""
        var conversation: Int?
        if let question {
            let beginning = Timing(start: timing.start)
            let match = match(question)
            // What stands before all that is known was there before.
            var before = match.start
            for message in question.messages[..<match.known.lowerBound]
            where !conversations[match.conversation][..<match.start].contains(where: { said[$0].equals(message) }) {
                tell(Said(message, conversation: match.conversation), before: before, at: beginning)
                before += 1
            }
            for message in question.messages[match.known.upperBound...] {
                tell(Said(message, conversation: match.conversation), at: beginning)
            }
            conversation = match.conversation
        }
        steps.append(
            Step(part: .call(call, asker: asker, observer: question?.observer, said: nil), timing: timing, stale: stale)
        )
        guard let conversation, question?.observer == nil, call.failure == nil,
            call.text != nil || !call.toolCalls.isEmpty
        else { return }
        steps[steps.count - 1].part = .call(call, asker: asker, observer: nil, said: said.count)
        tell(
            Said(
                text: call.text ?? "", toolCalls: call.toolCalls, author: asker, replyID: replyID, role: .assistant,
                conversation: conversation),
            at: Timing(start: timing.start + timing.duration))
    }

    /// - Parameter place: Where in its conversation it stands; nil for the end.
    private mutating func tell(_ message: Said, before place: Int? = nil, at timing: Timing) {
        steps.append(Step(part: .message(said.count), timing: timing))
        conversations[message.conversation].insert(
            said.count, at: place ?? conversations[message.conversation].endIndex)
        said.append(message)
    }

    // MARK: Which conversation

    /// Where a request goes on from.
    private struct Match {
        var conversation: Int
        /// The messages of the request that have been told, one after another.
        var known: Range<Int>
        /// Where in the conversation the first of them is.
        var start: Int
    }

    /// The conversation that a request continues; a new one if none fits.
    private mutating func match(_ question: WireQuestion) -> Match {
        if let previous = question.previousReply, let message = said.last(where: { $0.replyID == previous }) {
            return Match(
                conversation: message.conversation, known: 0..<0, start: conversations[message.conversation].count)
        }
        var best: Match?
        for conversation in conversations.indices.reversed() {
            guard let match = match(question, conversation), match.known.count > best?.known.count ?? 0 else {
                continue
            }
            best = match
            // It has all that was said.
            if match.start == 0, match.known.lowerBound == 0 { break }
        }
        guard let best else {
            conversations.append([])
            return Match(conversation: conversations.count - 1, known: 0..<0, start: 0)
        }
        for (place, message) in zip(conversations[best.conversation][best.start...], question.messages[best.known]) {
            // A model's own words have its name in its own next request, or in another's.
            if said[place].name == nil { said[place].name = message.name }
        }
        return best
    }

    /// The longest part of a request that a conversation ends with.
    ///
    /// The conversation's very last message may be missing: an answer that the program has thrown away to ask again.
    private func match(_ question: WireQuestion, _ conversation: Int) -> Match? {
        let told = conversations[conversation]
        guard let last = told.last else { return nil }
        let messages = question.messages
        for dropped in 0...1 where dropped == 0 || said[last].author == question.instructions {
            let end = told.count - dropped
            var best: Match?
            for upper in messages.indices.reversed().map({ $0 + 1 }) {
                var count = 0
                while count < min(end, upper), said[told[end - count - 1]].equals(messages[upper - count - 1]) {
                    count += 1
                }
                if count > best?.known.count ?? 0 {
                    best = Match(conversation: conversation, known: upper - count..<upper, start: end - count)
                }
            }
            if let best { return best }
        }
        return nil
    }
}

extension WireStory.Said {
    init(_ message: Conversation.Message, conversation: Int) {
        self.init(
            text: message.wireText, toolCalls: message.toolCalls, name: message.name, author: nil, replyID: nil,
            role: message.role, conversation: conversation)
    }

    init(
        text: String, toolCalls: [ToolCall], author: String, replyID: String?, role: Conversation.Message.Role,
        conversation: Int
    ) {
        self.init(
            text: text, toolCalls: toolCalls, name: nil, author: author, replyID: replyID, role: role,
            conversation: conversation)
    }

    /// Whether a request repeats this message; arguments of calls may be written otherwise then.
    func equals(_ message: Conversation.Message) -> Bool {
        text == message.wireText && toolCalls.count == message.toolCalls.count
            && zip(toolCalls, message.toolCalls).allSatisfy { $0.name == $1.name && ($0.id == nil || $0.id == $1.id) }
            && (name == nil || message.name == nil || name == message.name)
    }
}

extension Conversation.Message {
    fileprivate var wireText: String { text ?? "" }
}
