public import HTTPMessages
import LLMProtocols

/// Says that nobody here speaks for a language model.
public struct NoLanguageModel: Responder {
    public init() {}

    public func respond(to request: Request) async throws -> Response {
        OpenAIError(
            status: 404, message: "this server has sandboxes only; 'understudy serve' answers for language models",
            code: "unknown_url"
        ).response
    }
}
