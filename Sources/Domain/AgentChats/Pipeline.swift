public import Documents

/// Chats one after another, each told what came of those before: AutoGen's `initiate_chats`, as a state machine.
public struct Pipeline: Sendable {
    /// One chat to come.
    public struct Chat: Sendable, Equatable {
        public var sender: String
        public var recipient: String
        public var message: Message
        public var clearsHistory: Bool
        public var maxTurns: Int?
        public var summary: SummaryMethod
        /// Told besides the summaries, before them.
        public var carryover: [JSONValue]
        /// Numbers of earlier chats, from 0, whose summaries are not told.
        public var excluded: Set<Int>

        public init(
            from sender: String, to recipient: String, message: Message, clearsHistory: Bool = true,
            maxTurns: Int? = nil, summary: SummaryMethod = .lastMessage, carryover: [JSONValue] = [],
            excluding excluded: Set<Int> = []
        ) {
            self.sender = sender
            self.recipient = recipient
            self.message = message
            self.clearsHistory = clearsHistory
            self.maxTurns = maxTurns
            self.summary = summary
            self.carryover = carryover
            self.excluded = excluded
        }
    }

    public enum Event: Sendable {
        case started
        /// The last chat has ended and been summed up.
        case finished(TwoAgentChat, ChatResult)
    }

    public enum Action: Sendable {
        case perform(TwoAgentChat, SummaryMethod)
        case finish
    }

    /// All agents, with what they remember by now.
    public private(set) var cast: Cast
    /// Of the chats that have ended; an error ends the pipeline with whoever performs it.
    public private(set) var results: [ChatResult] = []
    /// What each begun chat was told, the summaries included.
    public private(set) var carryovers: [[JSONValue]] = []

    public let chats: [Chat]

    public init(_ chats: [Chat], cast: Cast) {
        self.chats = chats
        self.cast = cast
    }

    public mutating func next(after event: Event) -> Action {
        if case .finished(let chat, let result) = event {
            cast = chat.cast
            results.append(result)
        }
        guard results.count < chats.count else { return .finish }
        let chat = chats[results.count]
        let summaries = results.enumerated().filter { !chat.excluded.contains($0.offset) }.map(\.element.summary)
        let carryover = chat.carryover + summaries
        carryovers.append(carryover)
        let begun = TwoAgentChat(
            cast: cast, from: chat.sender, to: chat.recipient, message: chat.message.told(carryover),
            opening: .initiate(clearsHistory: chat.clearsHistory, maxTurns: chat.maxTurns))
        return .perform(begun, chat.summary)
    }
}

extension Message {
    /// The message with what earlier chats have come to; a content of several parts gets one more, first.
    func told(_ carryover: [JSONValue]) -> Message {
        guard !carryover.isEmpty else { return self }
        let context = "\nContext: \n" + carryover.map(Message.line).joined(separator: "\n")
        var told = self
        switch content {
        case .string(let text): told.fields["content"] = .string(text + context)
        case .array(let parts):
            told.fields["content"] = .array([["type": "text", "text": .string(context)]] + parts)
        default: break
        }
        return told
    }

    private static func line(_ item: JSONValue) -> String { PythonText.plain(item["content"] ?? item) }
}
