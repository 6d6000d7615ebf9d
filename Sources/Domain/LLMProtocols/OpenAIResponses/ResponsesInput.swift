import Conversations
import Documents

/// The items of a Responses request: what they are as a conversation.
///
/// Items that say nothing in a conversation, such as `reasoning` or a search the service ran, are kept and not read.
enum ResponsesInput {
    /// The items of `input`; a text is one message of the user.
    ///
    /// - Parameter item: What a reference refers to.
    static func items(
        _ fields: OpenAIFields, resolving item: (String) -> JSONValue?
    ) throws(OpenAIError) -> [JSONValue] {
        switch fields["input"] {
        case nil: return []
        case .string(let text):
            return [["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]]]
        case .array:
            var items: [JSONValue] = []
            for part in try fields.list("input") {
                // Some clients refer to an item by its id alone.
                let isReference = part["type"] == nil && part["role"] == nil && part["id"] != nil
                guard try part.string("type") == "item_reference" || isReference else {
                    items.append(.object(part.object))
                    continue
                }
                let id = try part.requiredString("id")
                guard let referred = item(id) else { throw .unknownItem(id) }
                items.append(referred)
            }
            return items
        case let other?: throw .wrongType(other, of: "input", expected: "a string or an array of objects")
        }
    }

    /// Adds what items say, oldest first.
    ///
    /// - Parameter firstIndex: Of the first item in the request's input, for errors; earlier items are below 0.
    static func append(
        _ items: [JSONValue], to messages: inout [Conversation.Message], firstIndex: Int
    ) throws(OpenAIError) {
        for (index, item) in items.enumerated() {
            try append(try OpenAIFields(item, at: "input[\(index + firstIndex)]"), to: &messages)
        }
    }

    private static func append(
        _ item: OpenAIFields, to messages: inout [Conversation.Message]
    ) throws(OpenAIError) {
        let type = try item.string("type") ?? "message"
        switch type {
        case "message": messages.append(try message(item))
        case "function_call", "custom_tool_call":
            let field = type == "function_call" ? "arguments" : "input"
            let call = ToolCall(
                id: try item.requiredString("call_id"), name: try item.requiredString("name"),
                arguments: try item.requiredString(field))
            append(call, to: &messages)
        case "function_call_output", "custom_tool_call_output":
            append(result: try output(item), of: try item.requiredString("call_id"), to: &messages)
        default:
            // Tools that the client runs for the service: `shell_call`, `computer_call_output` and the like.
            guard let id = try item.string("call_id") else { return }
            if type.hasSuffix("_call") {
                let arguments = item["action"] ?? item["operation"] ?? item["arguments"] ?? [:]
                append(
                    ToolCall(id: id, name: String(type.dropLast("_call".count)), arguments: arguments.text()),
                    to: &messages)
            } else if type.hasSuffix("_output") {
                append(result: try output(item), of: id, to: &messages)
            }
        }
    }

    /// Calls follow the model's message that they belong to, or are a message of their own.
    private static func append(_ call: ToolCall, to messages: inout [Conversation.Message]) {
        if let last = messages.indices.last, messages[last].role == .assistant {
            messages[last].toolCalls.append(call)
        } else {
            messages.append(Conversation.Message(role: .assistant, text: nil, toolCalls: [call]))
        }
    }

    private static func append(result: String, of id: String, to messages: inout [Conversation.Message]) {
        messages.append(
            Conversation.Message(role: .tool, text: result, toolResults: [.init(callID: id, text: result)]))
    }

    private static let partTypes = [
        "input_text", "input_image", "input_file", "input_audio", "output_text", "refusal", "summary_text",
        "reasoning_text", "computer_screenshot",
    ]

    private static func message(_ item: OpenAIFields) throws(OpenAIError) -> Conversation.Message {
        let word = try item.requiredString("role")
        let role: Conversation.Message.Role
        switch word {
        case "system", "developer": role = .system
        case "user": role = .user
        case "assistant": role = .assistant
        default:
            throw .unknownValue(
                word, of: item.param("role"), accepted: ["assistant", "system", "developer", "user"])
        }
        return Conversation.Message(role: role, text: try item.text("content", partTypes: partTypes))
    }

    /// A result's text, that of its text parts, or another structure as JSON.
    private static func output(_ item: OpenAIFields) throws(OpenAIError) -> String {
        switch item["output"] {
        case nil: throw .missing(item.param("output"))
        case .string(let text): return text
        case .array(let parts): return try item.text("output") ?? JSONValue.array(parts).text()
        case let other?: return other.text()
        }
    }
}
