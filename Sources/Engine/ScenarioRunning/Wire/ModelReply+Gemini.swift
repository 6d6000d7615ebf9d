import Conversations
import Documents

extension ModelReply {
    /// Generated content: one object, or several whose parts follow each other. The first candidate counts.
    mutating func readContent(_ values: [JSONValue]) {
        for value in values {
            noteError(value["error"])
            model = value["modelVersion"]?.stringValue ?? model
            noteUsage(value["usageMetadata"], "promptTokenCount", "candidatesTokenCount")
            guard let candidate = value["candidates"]?.arrayValue?.first else {
                finishReason = value["promptFeedback"]?["blockReason"]?.stringValue ?? finishReason
                continue
            }
            finishReason = candidate["finishReason"]?.stringValue ?? finishReason
            for part in candidate["content"]?["parts"]?.arrayValue ?? [] {
                if let call = part["functionCall"] {
                    toolCalls.append(
                        ToolCall(
                            id: call["id"]?.stringValue, name: call["name"]?.stringValue ?? "",
                            arguments: call["args"]?.text() ?? "{}"))
                } else if part["thought"]?.boolValue != true {
                    append(text: part["text"]?.stringValue)
                }
            }
        }
    }
}
