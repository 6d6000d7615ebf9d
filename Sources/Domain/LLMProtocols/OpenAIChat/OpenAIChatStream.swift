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
            for piece in OpenAIChatStream.pieces(of: reply.text) {
                chunks.append(chunk([choice(index, ["content": .string(piece)])]))
            }
            chunks.append(chunk([choice(index, [:], finishReason: .string(reply.finishReason))]))
        }
        if includesUsage { chunks.append(chunk([], usage: reply.usageJSON)) }
        self.chunks = chunks
    }

    /// The events, one HTTP chunk each.
    public var response: Response {
        let texts = chunks.map { OpenAIChatStream.escapingLineSeparators(in: $0.text()) } + ["[DONE]"]
        let parts = texts.map { ContentStream.Part.chunk(Array(EventStream.Event(data: $0).text().utf8)) }
        return Response(
            status: 200,
            headers: [
                "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache",
                "x-request-id": requestID,
            ],
            content: .stream(ContentStream(parts)))
    }

    /// Scalars in a piece, at most.
    private static let pieceLimit = 24

    /// Cuts a text before each word, and long words again; joined, the pieces are the text.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var length = 0
        var lastIsSpace = true
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            if length == pieceLimit || (isSpace && !lastIsSpace) {
                pieces.append(String(piece))
                piece = String.UnicodeScalarView()
                length = 0
            }
            piece.append(scalar)
            length += 1
            lastIsSpace = isSpace
        }
        if length > 0 { pieces.append(String(piece)) }
        return pieces
    }

    /// Some clients take U+2028, U+2029 and U+0085 for line ends, which would cut the event.
    ///
    /// In JSON they stand only inside strings, where an escape means the same.
    static func escapingLineSeparators(in json: String) -> String {
        guard json.unicodeScalars.contains(where: { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) }) else {
            return json
        }
        var out = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            switch scalar {
            case "\u{85}": out.append(contentsOf: "\\u0085".unicodeScalars)
            case "\u{2028}": out.append(contentsOf: "\\u2028".unicodeScalars)
            case "\u{2029}": out.append(contentsOf: "\\u2029".unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
