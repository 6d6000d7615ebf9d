public import Conversations
public import Documents
public import HTTPMessages

/// A view on the body of `POST /v1/messages`; fields that nothing here depends on are not looked at.
public struct AnthropicRequest: ModelRequest {
    public let json: JSONValue
    /// Results of calls, which the service has in user messages, are messages of the tool; thinking is left out.
    public let conversation: Conversation
    public let isStream: Bool
    /// Tokens that the answer may have, at least 1.
    public let maxTokens: Int

    /// - Throws: As the service would refuse the body.
    public init(body: [UInt8]) throws(AnthropicError) {
        let (json, fields) = try AnthropicError.fields(of: body)
        self.json = json
        conversation = try Conversation(fields)
        isStream = try fields.optional("stream", .boolean) ?? false
        maxTokens = try fields.required("max_tokens", .integer)
        guard maxTokens >= 1 else {
            throw .invalid("max_tokens", "Input should be greater than or equal to 1")
        }
    }

    public func response(_ answer: Answer, seed: ReplySeed) -> Response {
        AnthropicReply(answer, to: conversation, seed: seed).response
    }

    public func stream(_ answer: Answer, seed: ReplySeed) -> ReplyStream {
        AnthropicStream(AnthropicReply(answer, to: conversation, seed: seed)).stream
    }

    /// With an id, which clients show, for requests as for answers.
    public func response(_ failure: ModelFailure) -> Response {
        var error = AnthropicError(failure)
        if error.headers["request-id"] == nil {
            let seed = ReplySeed(request: json, repetition: 0, created: 0)
            error.headers["request-id"] = seed.id("req_01", part: "request", length: 22)
        }
        return error.response
    }
}

extension AnthropicError {
    /// A code, for which the service has no field, begins the message.
    public init(_ failure: ModelFailure) {
        self.init(
            status: failure.status, message: (failure.code.map { "\($0): " } ?? "") + failure.message,
            type: failure.type, headers: failure.headers)
    }
}

extension Conversation {
    /// What requests for an answer and for a count of tokens have in common.
    init(_ fields: AnthropicFields) throws(AnthropicError) {
        let model = try fields.required("model", .string)
        var messages: [Message] = []
        if let system = try Conversation.system(fields) { messages.append(Message(role: .system, text: system)) }
        guard !(try fields.required("messages", .list)).isEmpty else {
            throw .invalid("messages", "at least one message is required")
        }
        for message in try fields.list("messages") { messages.append(try Conversation.message(message)) }
        self.init(
            model: model, messages: messages, tools: try Conversation.tools(fields),
            toolChoice: try Conversation.toolChoice(fields), answerFormat: try Conversation.answerFormat(fields))
    }

    private static func system(_ fields: AnthropicFields) throws(AnthropicError) -> String? {
        switch try fields.optional("system", .any) {
        case nil: return nil
        case .string(let text): return text
        case .array:
            var texts: [String] = []
            for block in try fields.list("system") {
                guard try block.required("type", .string) == "text" else {
                    throw .invalid(block.path("type"), "Input should be 'text'")
                }
                texts.append(try block.required("text", .string))
            }
            return texts.isEmpty ? nil : texts.joined()
        default: throw .invalid("system", "Input should be a valid string or list")
        }
    }

    private static func message(_ fields: AnthropicFields) throws(AnthropicError) -> Message {
        let role: Message.Role
        switch try fields.required("role", .string) {
        case "user": role = .user
        case "assistant": role = .assistant
        case "system": role = .system
        default: throw .invalid(fields.path("role"), "Input should be 'user', 'assistant' or 'system'")
        }
        let content = try AnthropicBlocks(contentOf: fields)
        return Message(
            role: content.toolResults.isEmpty ? role : .tool, text: content.text, toolCalls: content.toolCalls,
            toolResults: content.toolResults)
    }

    private static func tools(_ fields: AnthropicFields) throws(AnthropicError) -> [Tool] {
        var tools: [Tool] = []
        for tool in try fields.list("tools") {
            let type = try tool.optional("type", .string) ?? "custom"
            let place = AnthropicFields(tool.object, at: "\(tool.place).\(type)")
            guard type == "custom" else {
                // A tool of the service's own has a type with a date, and often a name.
                tools.append(Tool(name: try place.optional("name", .string) ?? type))
                continue
            }
            tools.append(
                Tool(
                    name: try place.required("name", .string), description: try place.optional("description", .string),
                    parameters: .object(try place.required("input_schema", .object))))
        }
        return tools
    }

    private static func toolChoice(_ fields: AnthropicFields) throws(AnthropicError) -> ToolChoice {
        guard let choice = try fields.fields("tool_choice") else { return .automatic }
        switch try choice.required("type", .string) {
        case "auto": return .automatic
        case "any": return .required
        case "none": return .none
        case "tool": return .named(try AnthropicFields(choice.object, at: "tool_choice.tool").required("name", .string))
        case let other:
            throw .invalid(
                "tool_choice",
                "Input tag '\(other)' found using 'type' does not match any of the expected tags: 'any', 'auto', "
                    + "'none', 'tool'")
        }
    }

    private static func answerFormat(_ fields: AnthropicFields) throws(AnthropicError) -> AnswerFormat {
        // `output_format` is where the beta of structured outputs had it.
        var format = try fields.fields("output_config")?.fields("format")
        if format == nil { format = try fields.fields("output_format") }
        guard let format else { return .text }
        guard try format.required("type", .string) == "json_schema" else {
            throw .invalid(format.path("type"), "Input should be 'json_schema'")
        }
        return .schema(name: nil, .object(try format.required("schema", .object)))
    }
}
