/// One participant's settings; what it remembers is its `Cast`'s.
///
/// Nobody is ever asked for input: every agent behaves as with AutoGen's `human_input_mode="NEVER"`.
public struct Agent: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case assistant = "AssistantAgent"
        case userProxy = "UserProxyAgent"
        case conversable = "ConversableAgent"
    }

    /// How far back an agent looks for code to run.
    public enum LookBack: Sendable, Equatable {
        /// The peer's messages since the agent's own last one.
        case auto
        /// So many messages; 0 means all of them, as AutoGen has it.
        case last(Int)
    }

    public var name: String
    /// Sent first in every request, even when empty.
    public var systemMessage: String
    /// Whether a language model answers for it.
    public var hasModel: Bool
    /// Nil for an agent that runs no code.
    public var lookBack: LookBack?
    /// Replies to one peer before it falls silent.
    public var maxAutoReplies: Int
    /// Said when nothing else was to say; nil ends the conversation there.
    public var defaultReply: Message?
    public var terminationTest: TerminationTest

    /// - Parameter kind: Gives AutoGen's default for what is left nil.
    public init(
        name: String, kind: Kind, systemMessage: String? = nil, hasModel: Bool = false, lookBack: LookBack? = nil,
        maxAutoReplies: Int? = nil, defaultReply: Message? = Message(text: ""), terminationTest: TerminationTest? = nil
    ) {
        self.name = name
        self.systemMessage = systemMessage ?? kind.systemMessage
        self.hasModel = hasModel
        self.lookBack = lookBack
        self.maxAutoReplies = maxAutoReplies ?? 100
        self.defaultReply = defaultReply
        self.terminationTest = terminationTest ?? .standard
    }
}

extension Agent.Kind {
    /// AutoGen's default system message for the class.
    public var systemMessage: String {
        switch self {
        case .assistant: Agent.Kind.assistantSystemMessage
        case .userProxy: ""
        case .conversable: "You are a helpful AI Assistant."
        }
    }
}
