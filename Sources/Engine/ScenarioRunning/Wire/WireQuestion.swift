import Conversations
import Documents
import LLMProtocols

/// What a request to a model tells of the conversation so far.
struct WireQuestion {
    /// Whose view a request is: the instructions before the conversation.
    var instructions: String
    /// What has been said, oldest first.
    var messages: [Conversation.Message]
    /// The id of the answer that the messages go on from, where the service keeps the rest.
    var previousReply: String?
    /// Who asks beside the conversation: to choose a speaker, to sum up; nil for a participant.
    var observer: String?

    /// - Returns: Nil for a body that is no request of this dialect.
    init?(_ dialect: ModelReply.Dialect, _ body: JSONValue) {
        guard let conversation = WireQuestion.conversation(dialect, body) else { return nil }
        let rest = conversation.messages.drop { $0.role == .system }
        let leading = conversation.messages.prefix(conversation.messages.count - rest.count)
        instructions = leading.map { $0.text ?? "" }.joined(separator: "\n")
        messages = WireQuestion.joiningResults(rest)
        previousReply = body["previous_response_id"]?.stringValue
        if messages.last?.name == WireQuestion.checker || repeatsItself {
            observer = WireQuestion.selector
        } else if body["tools"] == nil, asksForOneOfNames {
            observer = WireQuestion.teamSelector
            // All that has been said is in the question, as a text.
            messages = []
        } else if leading.isEmpty, messages.count > 1, messages.last?.role == .system {
            observer = WireQuestion.summarizer
        }
        if observer != nil {
            // Questions about the conversation, and answers to them, are no part of it.
            messages.removeAll {
                $0.role == .system || $0.name == WireQuestion.checker || $0.name == WireQuestion.selector
            }
            if repeatsItself { messages.removeLast() }
        }
    }

    /// Where a group's chooser of speakers has no words for its question, it says the last message twice.
    ///
    /// So may a speaker, and only AutoGen's own instructions tell the two apart.
    private var repeatsItself: Bool {
        guard instructions.contains("select the next role"), messages.count > 1, let last = messages.last,
            last.name != nil
        else { return false }
        let other = messages[messages.count - 2]
        return last.role == .user && other.name == last.name && other.text == last.text
    }

    /// Teams of AutoGen's agentchat ask for a speaker by one message, the instructions where the model is OpenAI's.
    ///
    /// The words may be the program's own, the names to choose from are written as Python writes a list. Where the
    /// answer is none of them, the same request goes on with it and with a complaint.
    private var asksForOneOfNames: Bool {
        let names = /\['[^']+'(?:, '[^']+')*\]/
        let isQuestion =
            instructions.isEmpty
            ? messages.first?.text?.contains("select the next role") ?? false && messages.first?.role == .user
            : instructions.contains(names)
        return isQuestion
            && messages.allSatisfy { message in
                message.role == .assistant || message.role == .user && (message.text ?? "").contains(names)
            }
    }

    /// The names of the two agents between which AutoGen's group chats find a speaker.
    private static let checker = "checking_agent", selector = "speaker_selection_agent"
    /// As agentchat names what says who is next.
    private static let teamSelector = "selector"
    /// Who asks for a summary at the end of a chat has no name on the wire.
    static let summarizer = "summary"

    /// Results that come together are one message: some services want one for each call.
    private static func joiningResults(_ messages: ArraySlice<Conversation.Message>) -> [Conversation.Message] {
        var joined: [Conversation.Message] = []
        for var message in messages {
            if message.role == .tool, !message.toolResults.isEmpty {
                message.text = message.toolResults.map(\.text).joined(separator: "\n\n")
            }
            if message.role == .tool, let last = joined.last, last.role == .tool {
                joined[joined.count - 1].text = (last.text ?? "") + "\n\n" + (message.text ?? "")
                joined[joined.count - 1].toolResults += message.toolResults
            } else {
                joined.append(message)
            }
        }
        return joined
    }

    private static func conversation(_ dialect: ModelReply.Dialect, _ body: JSONValue) -> Conversation? {
        switch dialect {
        case .chatCompletions: return try? OpenAIChatRequest(body: body.bytes(), pathModel: "").conversation
        case .messages: return try? AnthropicRequest(body: body.bytes()).conversation
        case .generateContent: return try? GeminiRequest(body: body.bytes(), model: "").conversation
        case .responses:
            var body = body
            // What went before is known from the exchange itself.
            body.set(.null, at: JSONPointer(["previous_response_id"]))
            return try? ResponsesRequest(body: body.bytes(), pathModel: "", history: { _ in nil }).conversation
        }
    }
}
