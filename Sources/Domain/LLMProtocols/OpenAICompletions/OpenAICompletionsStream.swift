public import Documents
import HTTPMessages

/// An answer of the old completions as server-sent events: pieces, finish reason, usage when asked, `[DONE]`.
public struct OpenAICompletionsStream: Sendable {
    /// `text_completion` objects with a piece each, the choices one after another, without `[DONE]`.
    public var chunks: [JSONValue] { parts.map(\.json) }

    private let parts: [(json: JSONValue, piece: String)]
    private let reply: OpenAICompletionsReply

    public init(_ reply: OpenAICompletionsReply) {
        self.reply = reply
        var parts: [(JSONValue, String)] = []
        for index in reply.choiceIndices {
            var offset = 0
            for piece in reply.text(ofChoice: index).streamPieces {
                let choice = reply.choice(index, piece, logprobs: reply.logprobs(of: [piece], offset: offset))
                offset += piece.unicodeScalars.count
                parts.append((.object(reply.envelope([choice])), piece))
            }
            parts.append((.object(reply.envelope([reply.choice(index, "", finishReason: reply.finishReason)])), ""))
        }
        if reply.includesUsage { parts.append((.object(reply.envelope([], usage: reply.usage)), "")) }
        self.parts = parts
    }

    public var replyStream: ReplyStream {
        ReplyStream(
            headers: [
                "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache",
                "x-request-id": reply.requestID,
            ],
            events: parts.map { ReplyStream.Event($0.json, carrying: $0.piece) } + [.done])
    }
}
