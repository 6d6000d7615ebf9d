public import Documents
public import HTTPMessages

/// A text answer of chat completions as server-sent events: role, pieces of text, finish reason, usage when asked.
public struct OpenAIChatStream: Sendable {
    /// `chat.completion.chunk` objects, without the `[DONE]` that ends the stream.
    public let chunks: [JSONValue]
    private let requestID: String

    /// - Parameter includesUsage: One more chunk with the usage; all others say `usage: null`.
    public init(_ reply: OpenAIChatReply, includesUsage: Bool) {
        requestID = reply.requestID
        func chunk(_ choices: [JSONValue], usage: JSONValue = nil) -> JSONValue {
            var chunk = JSONObject([
                ("id", .string(reply.id)), ("object", "chat.completion.chunk"), ("created", .number(reply.created)),
                ("model", .string(reply.model)), ("service_tier", "default"), ("system_fingerprint", nil),
                ("choices", .array(choices)),
            ])
            if includesUsage { chunk["usage"] = usage }
            return .object(chunk)
        }
        func choice(_ index: Int, _ delta: JSONValue, finishReason: JSONValue = nil) -> JSONValue {
            ["index": .number(index), "delta": delta, "logprobs": nil, "finish_reason": finishReason]
        }
        var chunks: [JSONValue] = []
        for index in 0..<reply.choiceCount {
            chunks.append(chunk([choice(index, ["role": "assistant", "content": "", "refusal": nil])]))
            for piece in reply.text.streamPieces {
                chunks.append(chunk([choice(index, ["content": .string(piece)])]))
            }
            chunks.append(chunk([choice(index, [:], finishReason: .string(reply.finishReason))]))
        }
        if includesUsage { chunks.append(chunk([], usage: reply.usageJSON)) }
        self.chunks = chunks
    }

    /// The events, one HTTP chunk each.
    public var response: Response {
        let texts = chunks.map { ReplyStream.Event.escapingLineSeparators(in: $0.text()) } + ["[DONE]"]
        let parts = texts.map { ContentStream.Part.chunk(Array(EventStream.Event(data: $0).text().utf8)) }
        return Response(
            status: 200,
            headers: [
                "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache",
                "x-request-id": requestID,
            ],
            content: .stream(ContentStream(parts)))
    }
}
