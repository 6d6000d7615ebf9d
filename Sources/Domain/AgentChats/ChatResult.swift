public import Documents

/// What a finished conversation leaves, as AutoGen's `ChatResult` has it.
public struct ChatResult: Sendable, Equatable {
    /// The sender's own view.
    public var history: [Message]
    /// Text; from a reflection also null, or the whole message of an answer that calls tools.
    public var summary: JSONValue
    /// Of sender and recipient, over their lifetime.
    public var cost: Spending

    public init(history: [Message], summary: JSONValue, cost: Spending) {
        self.history = history
        self.summary = summary
        self.cost = cost
    }
}

/// How a finished conversation is summed up.
public enum SummaryMethod: Sendable, Equatable {
    /// An empty text.
    case none
    /// The recipient's last message without the word `TERMINATE`.
    case lastMessage
    /// A model is asked, with this prompt after the recipient's messages.
    case reflection(prompt: String, role: String)

    /// AutoGen's own prompt and role.
    public static let standardReflection = SummaryMethod.reflection(
        prompt: "Summarize the takeaway from the conversation. Do not add any introductory phrases.", role: "system")
}
