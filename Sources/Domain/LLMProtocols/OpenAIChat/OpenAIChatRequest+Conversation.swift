import Conversations
import Documents

/// How the members of a chat completions request say what a conversation is.
extension OpenAIChatRequest {
    private enum Role: String, CaseIterable {
        case system, developer, user, assistant, tool, function
    }

    private static let partTypes = ["text", "image_url", "input_audio", "refusal", "audio", "file"]

    static func message(_ fields: OpenAIFields) throws(OpenAIError) -> Conversation.Message {
        let word = try fields.requiredString("role")
        guard let role = Role(rawValue: word) else {
            throw .unknownValue(word, of: fields.param("role"), accepted: Role.allCases.map(\.rawValue))
        }
        let name = try fields.string("name")
        let text = try fields.text("content", partTypes: partTypes)
        switch role {
        case .system, .developer: return Conversation.Message(role: .system, name: name, text: text)
        case .user: return Conversation.Message(role: .user, name: name, text: text)
        case .assistant:
            let refusal = try fields.string("refusal")
            return Conversation.Message(
                role: .assistant, name: name, text: text ?? refusal, toolCalls: try toolCalls(fields))
        case .tool:
            let id = try fields.requiredString("tool_call_id")
            return Conversation.Message(
                role: .tool, name: name, text: text, toolResults: [.init(callID: id, text: text ?? "")])
        case .function:
            let function = try fields.requiredString("name")
            return Conversation.Message(
                role: .tool, name: function, text: text,
                toolResults: [.init(callID: nil, name: function, text: text ?? "")])
        }
    }

    /// `tool_calls` and the older `function_call` of an assistant's message.
    private static func toolCalls(_ fields: OpenAIFields) throws(OpenAIError) -> [ToolCall] {
        var calls: [ToolCall] = []
        for call in try fields.list("tool_calls") {
            let id = try call.string("id")
            if try call.string("type") == "custom" {
                let custom = try call.requiredFields("custom")
                calls.append(
                    ToolCall(
                        id: id, name: try custom.requiredString("name"), arguments: try custom.string("input") ?? ""))
            } else {
                calls.append(try functionCall(try call.requiredFields("function"), id: id))
            }
        }
        if let call = try fields.fields("function_call") { calls.append(try functionCall(call, id: nil)) }
        return calls
    }

    private static func functionCall(_ fields: OpenAIFields, id: String?) throws(OpenAIError) -> ToolCall {
        ToolCall(id: id, name: try fields.requiredString("name"), arguments: try fields.string("arguments") ?? "")
    }

    static func tools(
        _ fields: OpenAIFields
    ) throws(OpenAIError) -> [(tool: Conversation.Tool, isCustom: Bool)] {
        var tools: [(Conversation.Tool, Bool)] = []
        for tool in try fields.list("tools") {
            switch try tool.requiredString("type") {
            case "function": tools.append((try function(try tool.requiredFields("function")), false))
            case "custom":
                let custom = try tool.requiredFields("custom")
                tools.append(
                    (
                        .init(name: try custom.requiredString("name"), description: try custom.string("description")),
                        true
                    ))
            case let other:
                throw .unknownValue(other, of: tool.param("type"), accepted: ["function", "custom"])
            }
        }
        return tools
    }

    static func function(_ fields: OpenAIFields) throws(OpenAIError) -> Conversation.Tool {
        Conversation.Tool(
            name: try fields.requiredString("name"), description: try fields.string("description"),
            parameters: try fields.fields("parameters").map { .object($0.object) })
    }

    /// The choice, and the names that `allowed_tools` leaves of the tools; nil for all of them.
    static func toolChoice(
        _ fields: OpenAIFields
    ) throws(OpenAIError) -> (Conversation.ToolChoice, allowed: Set<String>?) {
        switch fields["tool_choice"] {
        case nil: return (.automatic, nil)
        case .string(let word):
            return (try .init(openAI: word, param: fields.param("tool_choice")), nil)
        case .object:
            let choice = try fields.requiredFields("tool_choice")
            switch try choice.requiredString("type") {
            case "function":
                return (.named(try choice.requiredFields("function").requiredString("name")), nil)
            case "custom": return (.named(try choice.requiredFields("custom").requiredString("name")), nil)
            case "allowed_tools":
                let allowed = try choice.requiredFields("allowed_tools")
                var names: Set<String> = []
                for tool in try allowed.list("tools") {
                    for kind in ["function", "custom"] {
                        if let name = try tool.fields(kind)?.string("name") { names.insert(name) }
                    }
                }
                return (try .init(openAI: try allowed.requiredString("mode"), param: allowed.param("mode")), names)
            case let other:
                throw .unknownValue(
                    other, of: choice.param("type"), accepted: ["function", "custom", "allowed_tools"])
            }
        case let other?:
            throw .wrongType(other, of: fields.param("tool_choice"), expected: "a string or an object")
        }
    }

    /// `function_call` of the older way: `none`, `auto` or `{name}`.
    static func legacyChoice(_ fields: OpenAIFields) throws(OpenAIError) -> Conversation.ToolChoice {
        switch fields["function_call"] {
        case nil: return .automatic
        case .string(let word): return try .init(openAI: word, param: fields.param("function_call"))
        default: return .named(try fields.requiredFields("function_call").requiredString("name"))
        }
    }

    static func format(_ fields: OpenAIFields) throws(OpenAIError) -> Conversation.AnswerFormat {
        guard let format = try fields.fields("response_format") else { return .text }
        switch try format.requiredString("type") {
        case "text": return .text
        case "json_object": return .json
        case "json_schema":
            let schema = try format.requiredFields("json_schema")
            return .schema(
                name: try schema.requiredString("name"), .object(try schema.fields("schema")?.object ?? JSONObject()))
        case let other:
            throw .unknownValue(
                other, of: format.param("type"), accepted: ["json_object", "json_schema", "text"])
        }
    }
}

extension Conversation.ToolChoice {
    /// The words that chat completions and Responses share.
    init(openAI word: String, param: String) throws(OpenAIError) {
        switch word {
        case "auto": self = .automatic
        case "none": self = .none
        case "required": self = .required
        default: throw .unknownValue(word, of: param, accepted: ["none", "auto", "required"])
        }
    }
}
