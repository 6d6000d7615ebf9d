import Conversations
import Documents

/// The content of one message, read block by block.
///
/// Kept is what a conversation consists of: text, calls of the client's functions, and their results. Images, documents,
/// thinking and what the service's own tools did are checked and otherwise passed over.
struct AnthropicBlocks {
    private(set) var text: String?
    private(set) var toolCalls: [ToolCall] = []
    private(set) var toolResults: [Conversation.ToolResult] = []

    /// - Parameter fields: The message.
    init(contentOf fields: AnthropicFields) throws(AnthropicError) {
        switch try fields.required("content", .any) {
        case .string(let text): self.text = text
        case .array:
            for block in try fields.list("content") { try read(block) }
        default: throw .invalid(fields.path("content"), "Input should be a valid string or list")
        }
    }

    private mutating func read(_ block: AnthropicFields) throws(AnthropicError) {
        let type = try block.required("type", .string)
        guard AnthropicBlocks.isKnown(type) else {
            let tags = AnthropicBlocks.types.map { "'\($0)'" }.joined(separator: ", ")
            throw .invalid(
                block.place,
                "Input tag '\(type)' found using 'type' does not match any of the expected tags: \(tags)")
        }
        let block = AnthropicFields(block.object, at: "\(block.place).\(type)")
        switch type {
        case "text": add(try block.required("text", .string))
        case "image", "document": _ = try block.required("source", .object)
        case "thinking":
            _ = try block.required("thinking", .string)
            _ = try block.required("signature", .string)
        case "redacted_thinking": _ = try block.required("data", .string)
        case "tool_use": toolCalls.append(try AnthropicBlocks.call(block))
        case "server_tool_use": _ = try AnthropicBlocks.call(block)
        case "tool_result": toolResults.append(try AnthropicBlocks.result(block))
        default: break
        }
    }

    private mutating func add(_ more: String) {
        if text == nil { text = more } else { text?.append(more) }
    }

    private static func call(_ block: AnthropicFields) throws(AnthropicError) -> ToolCall {
        ToolCall(
            id: try block.required("id", .string), name: try block.required("name", .string),
            arguments: JSONValue.object(try block.required("input", .object)).text())
    }

    /// Its text is that of its text blocks; a result that is an image alone has none.
    private static func result(_ block: AnthropicFields) throws(AnthropicError) -> Conversation.ToolResult {
        let id = try block.required("tool_use_id", .string)
        let isError = try block.optional("is_error", .boolean) ?? false
        let content = try block.optional("content", .any)
        guard content != nil else { return .init(callID: id, text: "", isError: isError) }
        return .init(callID: id, text: try AnthropicBlocks(contentOf: block).text ?? "", isError: isError)
    }

    /// A service adds tools of its own more often than anything else; their blocks are told by the end of their type.
    private static func isKnown(_ type: String) -> Bool {
        types.contains(type) || type.hasSuffix("_tool_use") || type.hasSuffix("_tool_result")
    }

    private static let types = [
        "bash_code_execution_tool_result", "browser_state", "code_execution_tool_result", "compaction",
        "container_upload", "document", "fallback", "image", "mcp_tool_listing", "mcp_tool_result", "mcp_tool_use",
        "redacted_thinking", "search_result", "server_tool_use", "text", "text_editor_code_execution_tool_result",
        "thinking", "tool_addition", "tool_reference", "tool_removal", "tool_result", "tool_search_tool_result",
        "tool_use", "web_fetch_tool_result", "web_search_tool_result",
    ]
}
