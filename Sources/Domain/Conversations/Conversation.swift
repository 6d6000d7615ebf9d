public import Documents

/// What a model is asked, in no provider's own words.
public struct Conversation: Sendable, Equatable {
    public var model: String
    /// Oldest first; system texts are messages of their own, where the provider puts them.
    public var messages: [Message]
    /// The functions that the model may call.
    public var tools: [Tool]
    public var toolChoice: ToolChoice
    public var answerFormat: AnswerFormat
    /// Answers wanted side by side.
    public var answerCount: Int

    public init(
        model: String, messages: [Message], tools: [Tool] = [], toolChoice: ToolChoice = .automatic,
        answerFormat: AnswerFormat = .text, answerCount: Int = 1
    ) {
        self.model = model
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.answerFormat = answerFormat
        self.answerCount = answerCount
    }
}

extension Conversation {
    public struct Message: Sendable, Equatable {
        public enum Role: String, Sendable, CaseIterable {
            /// A provider's developer message, too.
            case system
            case user, assistant
            /// Holds results of calls, and may hold text beside them.
            case tool
        }

        public var role: Role
        /// Of the speaker, where the provider has one.
        public var name: String?
        /// Text parts, joined; nil when there are none, as beside calls.
        public var text: String?
        public var toolCalls: [ToolCall]
        public var toolResults: [ToolResult]

        public init(
            role: Role, name: String? = nil, text: String?, toolCalls: [ToolCall] = [],
            toolResults: [ToolResult] = []
        ) {
            self.role = role
            self.name = name
            self.text = text
            self.toolCalls = toolCalls
            self.toolResults = toolResults
        }
    }

    /// What a function gave back.
    public struct ToolResult: Sendable, Equatable {
        /// Of the call; nil where the provider pairs by name.
        public var callID: String?
        /// Of the function; nil where the provider pairs by id.
        public var name: String?
        /// Structured results as compact JSON.
        public var text: String
        public var isError: Bool

        public init(callID: String?, name: String? = nil, text: String, isError: Bool = false) {
            self.callID = callID
            self.name = name
            self.text = text
            self.isError = isError
        }
    }

    /// A function that the model may call.
    public struct Tool: Sendable, Equatable {
        public var name: String
        public var description: String?
        /// A JSON Schema of the arguments; nil for a function without any, and for a service's own tools.
        public var parameters: JSONValue?

        public init(name: String, description: String? = nil, parameters: JSONValue? = nil) {
            self.name = name
            self.description = description
            self.parameters = parameters
        }
    }

    /// Whether the model must call a function.
    public enum ToolChoice: Sendable, Equatable {
        case automatic
        case none
        /// Any of them.
        case required
        case named(String)
    }

    /// What the text of the answer must be.
    public enum AnswerFormat: Sendable, Equatable {
        case text
        case json
        /// JSON that a JSON Schema allows.
        case schema(name: String?, JSONValue)
    }
}

extension Conversation {
    /// Of the last message: its text, else the texts of its tool results joined by line feeds; empty when it has neither.
    public var lastText: String {
        guard let last = messages.last else { return "" }
        return last.text ?? last.toolResults.map(\.text).joined(separator: "\n")
    }

    /// Of the system messages, joined by line feeds; nil when there are none.
    public var systemText: String? {
        let texts = messages.filter { $0.role == .system }.map { $0.text ?? "" }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    /// The results that came since the model spoke last, in order, each with its function's name where a call tells it.
    public var newToolResults: [ToolResult] {
        let start = messages.lastIndex { $0.role == .assistant }.map { $0 + 1 } ?? 0
        var names: [String: String] = [:]
        for call in messages.flatMap(\.toolCalls) {
            if let id = call.id { names[id] = call.name }
        }
        return messages[start...].flatMap(\.toolResults).map { result in
            var result = result
            result.name = result.name ?? result.callID.flatMap { names[$0] }
            return result
        }
    }
}
