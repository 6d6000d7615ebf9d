import Documents

/// One participant's settings; what it remembers is its `Cast`'s.
///
/// Nobody is ever asked for input: every agent behaves as with AutoGen's `human_input_mode="NEVER"`.
public struct Agent: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case assistant = "AssistantAgent"
        case userProxy = "UserProxyAgent"
        case conversable = "ConversableAgent"
        /// Conducts a group; its own replies are never heard.
        case manager = "GroupChatManager"
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
    /// What a group is told that the agent is for.
    public var description: String
    /// Whether a language model answers for it.
    public var hasModel: Bool
    /// Whether a message's `context` fills in its model's requests: AutoGen's `allow_format_str_template`.
    public var fillsTemplates: Bool
    /// Nil for an agent that runs no code.
    public var lookBack: LookBack?
    /// Replies to one peer before it falls silent.
    public var maxAutoReplies: Int
    /// Said when nothing else was to say; nil ends the conversation there.
    public var defaultReply: Message?
    public var terminationTest: TerminationTest
    /// The functions that it can execute when a peer's message calls them.
    public var tools: [Tool]

    /// - Parameter kind: Gives AutoGen's default for what is left nil.
    public init(
        name: String, kind: Kind, systemMessage: String? = nil, description: String? = nil, hasModel: Bool = false,
        fillsTemplates: Bool = false, lookBack: LookBack? = nil, maxAutoReplies: Int? = nil,
        defaultReply: Message? = Message(text: ""),
        terminationTest: TerminationTest? = nil, tools: [Tool] = []
    ) {
        self.name = name
        self.systemMessage = systemMessage ?? kind.systemMessage
        self.description = description ?? kind.description(systemMessage: self.systemMessage)
        self.hasModel = hasModel
        self.fillsTemplates = fillsTemplates
        self.lookBack = lookBack
        self.maxAutoReplies = maxAutoReplies ?? (kind == .manager ? .max : 100)
        self.defaultReply = defaultReply
        self.terminationTest = terminationTest ?? .standard
        self.tools = tools
    }
}

extension Agent.Kind {
    /// AutoGen's default system message for the class.
    public var systemMessage: String {
        switch self {
        case .assistant: Agent.Kind.assistantSystemMessage
        case .userProxy: ""
        case .conversable: "You are a helpful AI Assistant."
        case .manager: "Group chat manager."
        }
    }

    /// AutoGen's default description of an agent of the class.
    func description(systemMessage: String) -> String {
        switch self {
        case .assistant where systemMessage.hasSameScalars(as: Agent.Kind.assistantSystemMessage):
            "A helpful and general-purpose AI assistant that has strong language skills, Python skills, and Linux "
                + "command line skills."
        case .userProxy:
            "A computer terminal that performs no other action than running Python scripts (provided to it quoted in "
                + "```python code blocks), or sh shell scripts (provided to it quoted in ```sh code blocks)."
        default: systemMessage
        }
    }
}
