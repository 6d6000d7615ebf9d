public import Conversations
import Digests
public import Documents
public import HTTPMessages

/// A text answer of chat completions with its whole envelope, the same for the same request.
public struct OpenAIChatReply: Sendable, Equatable {
    public var id: String
    /// Seconds since 1970.
    public var created: Int
    public var model: String
    public var text: String
    /// `stop`, `length`, `content_filter`.
    public var finishReason: String
    /// The text is given this many times.
    public var choiceCount: Int
    public var usage: Usage

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - repetition: How often the same request was answered before; makes the id another one.
    ///   - created: Seconds since 1970, by the session's clock.
    public init(
        to request: OpenAIChatRequest, text: String, finishReason: String = "stop", repetition: Int = 0, created: Int
    ) {
        id = OpenAIChatReply.id(for: request, repetition: repetition)
        self.created = created
        model = request.model
        self.text = text
        self.finishReason = finishReason
        choiceCount = request.choiceCount
        usage = OpenAIChatReply.estimatedUsage(of: request, text: text)
    }

    /// `chatcmpl-` and 29 characters that depend on the request's canonical body and the repetition only.
    static func id(for request: OpenAIChatRequest, repetition: Int) -> String {
        let body = CanonicalJSON.bytes(of: request.json) ?? request.json.bytes()
        let digest = Digest.sha256Hex(Digest.sha256Hex(body) + "#\(repetition)")
        return "chatcmpl-" + digest.prefix(29)
    }

    /// An estimate, since no tokenizer ran: a token for each 4 bytes of UTF-8 begun, 4 more for each message sent.
    static func estimatedUsage(of request: OpenAIChatRequest, text: String) -> Usage {
        func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }
        let prompt = request.messages.reduce(0) { $0 + 4 + tokens($1.text ?? "") }
        return Usage(promptTokens: prompt, completionTokens: tokens(text) * request.choiceCount)
    }

    public var json: JSONValue {
        let choices = (0..<choiceCount).map { index -> JSONValue in
            [
                "index": .number(index),
                "message": ["role": "assistant", "content": .string(text), "refusal": nil, "annotations": []],
                "logprobs": nil,
                "finish_reason": .string(finishReason),
            ]
        }
        return [
            "id": .string(id), "object": "chat.completion", "created": .number(created), "model": .string(model),
            "choices": .array(choices), "usage": usageJSON, "service_tier": "default", "system_fingerprint": nil,
        ]
    }

    var usageJSON: JSONValue {
        [
            "prompt_tokens": .number(usage.promptTokens),
            "completion_tokens": .number(usage.completionTokens),
            "total_tokens": .number(usage.promptTokens + usage.completionTokens),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }

    /// The answer as one JSON body.
    public var response: Response {
        Response(headers: ["content-type": "application/json", "x-request-id": requestID], body: json.bytes())
    }

    var requestID: String { "req_" + id.dropFirst("chatcmpl-".count) }
}
