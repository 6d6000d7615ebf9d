import Conversations
import Documents
import HTTPMessages

/// A model's answer, of whatever provider, as far as a transcript tells it; a stream as the whole it adds up to.
struct ModelReply {
    /// The protocol in which a model is asked.
    enum Dialect: Sendable {
        case chatCompletions, responses, messages, generateContent
    }

    /// By which a later request may refer to the answer; nil where services keep none.
    var id: String?
    /// As the answer names it.
    var model: String?
    var text: String?
    var toolCalls: [ToolCall] = []
    var finishReason: String?
    var usage: Usage?
    /// An error that came in the middle of a stream, or an answer that is none.
    var failure: String?

    /// - Parameter body: As far as it came.
    init(_ dialect: Dialect, body: [UInt8], headers: Headers) {
        let isStream = headers["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false
        let values = isStream ? ModelReply.events(in: body) : ModelReply.objects(in: body)
        switch dialect {
        case .chatCompletions: readChatCompletion(values)
        case .responses: readResponse(values)
        case .messages: readMessage(values)
        case .generateContent: readContent(values)
        }
        failure = failure ?? (values.isEmpty && !isStream ? "the answer is no JSON" : nil)
    }

    private static func events(in body: [UInt8]) -> [JSONValue] {
        EventStream.split(body).events.compactMap { event in
            EventStream.parse(event).flatMap { try? JSONValue(parsing: $0.data) }
        }
    }

    /// Gemini streams an array unless asked for events.
    private static func objects(in body: [UInt8]) -> [JSONValue] {
        guard let value = try? JSONValue(parsing: body) else { return [] }
        return value.arrayValue ?? [value]
    }

    /// Adds to the text, which is there from its first piece on, even an empty one.
    mutating func append(text piece: String?) {
        if let piece { text = (text ?? "") + piece }
    }

    mutating func noteError(_ error: JSONValue?) {
        guard let error, !error.isNull else { return }
        failure = error["message"]?.stringValue ?? error.stringValue ?? error.text()
    }

    /// Counts of tokens under the two names that a provider has for them.
    mutating func noteUsage(_ usage: JSONValue?, _ prompt: String, _ completion: String) {
        let asked = usage?[prompt]?.intValue, answered = usage?[completion]?.intValue
        guard asked != nil || answered != nil else { return }
        self.usage = Usage(
            promptTokens: asked ?? self.usage?.promptTokens ?? 0,
            completionTokens: answered ?? self.usage?.completionTokens ?? 0)
    }
}
