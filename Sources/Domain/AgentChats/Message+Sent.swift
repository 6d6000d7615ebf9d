import Conversations
import Documents
public import Transcripts

extension Message {
    /// The message as a transcript tells it.
    public func sent(by speaker: String, to listener: String) -> MessageSent {
        MessageSent(
            speaker: speaker, recipient: listener, text: content.flatMap { $0.isNull ? nil : text },
            toolCalls: toolCalls.map { call in
                ToolCall(
                    id: call["id"]?.stringValue, name: call["function"]?["name"]?.stringValue ?? "",
                    arguments: call["function"]?["arguments"]?.stringValue ?? "{}")
            })
    }

    /// The text that a summary is made of: parts of a list stand on lines of their own, images are left out.
    var summaryText: String {
        guard let parts = content?.arrayValue else { return text }
        return parts.compactMap { $0["text"]?.stringValue }.joined(separator: "\n")
    }
}
