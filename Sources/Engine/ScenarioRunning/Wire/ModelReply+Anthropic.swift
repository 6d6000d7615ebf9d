import Conversations
import Documents

extension ModelReply {
    /// Messages: one object, or events that open, fill and close its blocks.
    mutating func readMessage(_ values: [JSONValue]) {
        /// Block's index → place among the calls.
        var places: [Int: Int] = [:]
        for value in values {
            switch value["type"]?.stringValue {
            case "message": readHead(value)
            case "message_start": readHead(value["message"] ?? .null)
            case "content_block_start":
                guard let block = value["content_block"] else { break }
                if isCall(block) { places[value["index"]?.intValue ?? 0] = toolCalls.count }
                // The input of a streamed call starts as an empty object, and comes as text.
                read(block, input: block["input"].flatMap { $0.objectValue?.isEmpty ?? true ? "" : $0.text() })
            case "content_block_delta":
                append(text: value["delta"]?["text"]?.stringValue)
                if let piece = value["delta"]?["partial_json"]?.stringValue,
                    let place = places[value["index"]?.intValue ?? 0]
                {
                    toolCalls[place].arguments += piece
                }
            case "message_delta":
                finishReason = value["delta"]?["stop_reason"]?.stringValue ?? finishReason
                noteUsage(value["usage"], "input_tokens", "output_tokens")
            case "error": noteError(value["error"])
            default: break
            }
        }
    }

    private mutating func readHead(_ message: JSONValue) {
        model = message["model"]?.stringValue
        finishReason = message["stop_reason"]?.stringValue
        noteUsage(message["usage"], "input_tokens", "output_tokens")
        for block in message["content"]?.arrayValue ?? [] { read(block, input: block["input"]?.text()) }
    }

    private func isCall(_ block: JSONValue) -> Bool { block["type"]?.stringValue == "tool_use" }

    private mutating func read(_ block: JSONValue, input: String?) {
        if isCall(block) {
            toolCalls.append(
                ToolCall(
                    id: block["id"]?.stringValue, name: block["name"]?.stringValue ?? "", arguments: input ?? ""))
        } else if block["type"]?.stringValue == "text" {
            append(text: block["text"]?.stringValue)
        }
    }
}
