public import AgentChats
public import Conversations
import Documents

/// A chat completion, as far as anything is made of it.
public struct Completion: Sendable {
    public var answer: ModelAnswer
    /// As the answer names it.
    public var model: String
    public var finishReason: String?
    public var usage: Usage
    public var totalTokens: Int

    /// - Returns: Nil when the bytes are no JSON, or have no first choice with a message.
    init?(_ body: [UInt8]) {
        guard let json = try? JSONValue(parsing: body), let choice = json["choices"]?.arrayValue?.first,
            let message = choice["message"]?.objectValue
        else { return nil }
        answer = ModelAnswer(message: message)
        model = json["model"]?.stringValue ?? ""
        finishReason = choice["finish_reason"]?.stringValue
        let usage = json["usage"]
        self.usage = Usage(
            promptTokens: usage?["prompt_tokens"]?.intValue ?? 0,
            completionTokens: usage?["completion_tokens"]?.intValue ?? 0)
        totalTokens = usage?["total_tokens"]?.intValue ?? 0
    }
}
