import Cassettes
import Conversations
import Documents
import HTTPMessages
import LLMProtocols

/// A recorded request that asks a model.
struct RecordedQuestion {
    let dialect: ModelReply.Dialect
    /// Nil when the request cannot be read as one of its protocol.
    let conversation: Conversation?

    /// - Returns: Nil for a request that asks no model.
    init?(_ interaction: Interaction) {
        let request = Request(method: interaction.operation.method, path: interaction.operation.path)
        guard case .model(let dialect, _, let pathModel)? = WireOperation(request) else { return nil }
        self.dialect = dialect
        conversation = RecordedQuestion.read(interaction.request.bytes, dialect, pathModel: pathModel)
    }

    /// The one place that knows who reads which protocol.
    private static func read(_ body: [UInt8], _ dialect: ModelReply.Dialect, pathModel: String?) -> Conversation? {
        switch dialect {
        case .chatCompletions:
            (try? OpenAIChatRequest(body: body, pathModel: pathModel).conversation)
                ?? (try? OpenAICompletionsRequest(body: body, pathModel: pathModel).conversation)
        case .responses:
            try? ResponsesRequest(body: withoutHistory(body), pathModel: pathModel, history: { _ in nil }).conversation
        case .messages: try? AnthropicRequest(body: body).conversation
        case .generateContent: try? GeminiRequest(body: body, model: pathModel ?? "").conversation
        }
    }

    /// What was said before is kept by the service; the last message stands in the request.
    private static func withoutHistory(_ body: [UInt8]) -> [UInt8] {
        guard var object = (try? JSONValue(parsing: body))?.objectValue else { return body }
        object["previous_response_id"] = nil
        object["conversation"] = nil
        return JSONValue.object(object).bytes()
    }
}
