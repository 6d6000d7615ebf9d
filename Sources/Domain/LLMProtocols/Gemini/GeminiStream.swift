import Conversations
import Documents
import HTTPMessages

/// An answer of Gemini's in pieces, each a whole object with the envelope; the last of a candidate says why it ends.
public struct GeminiStream: Sendable {
    public let stream: ReplyStream

    /// - Parameter asEvents: As server-sent events with CRLF, which end without a mark; else as one JSON array,
    ///   an item for each chunk and the closing bracket for the last.
    public init(_ reply: GeminiReply, asEvents: Bool) {
        let chunks = GeminiStream.chunks(reply)
        var events: [ReplyStream.Event] = []
        if asEvents {
            events = chunks.map { ReplyStream.Event($0.json, carrying: $0.text, lineEnd: "\r\n") }
        } else {
            for (index, chunk) in chunks.enumerated() {
                let json = ReplyStream.Event.escapingLineSeparators(in: chunk.json.text())
                let bytes = Array(((index == 0 ? "[" : ",\r\n") + json).utf8)
                events.append(ReplyStream.Event(bytes: bytes, tokens: Usage.tokens(chunk.text)))
            }
            events.append(ReplyStream.Event(bytes: Array("]".utf8)))
        }
        stream = ReplyStream(
            headers: [
                "content-type": asEvents ? "text/event-stream; charset=utf-8" : "application/json; charset=UTF-8"
            ],
            events: events)
    }

    private typealias Chunk = (json: JSONValue, text: String)

    /// Candidates come one after another.
    private static func chunks(_ reply: GeminiReply) -> [Chunk] {
        guard !reply.candidates.isEmpty else { return [(reply.envelope([]), "")] }
        return reply.candidates.enumerated().flatMap { index, parts in
            let pieces = parts.flatMap(pieces)
            guard !pieces.isEmpty else {
                return [(reply.envelope([reply.candidate([], index: index, isEnd: true)]), "")]
            }
            return pieces.enumerated().map { number, piece -> Chunk in
                let isEnd = number == pieces.count - 1
                return (reply.envelope([reply.candidate([piece.json], index: index, isEnd: isEnd)]), piece.text)
            }
        }
    }

    /// Text is cut, and its signature goes with its last piece; calls come whole.
    private static func pieces(_ part: JSONValue) -> [Chunk] {
        guard let object = part.objectValue, let text = object["text"]?.stringValue else {
            return [(part, part["functionCall"]?.text() ?? "")]
        }
        let texts = text.isEmpty ? [""] : text.streamPieces
        return texts.enumerated().map { number, text in
            var piece = object
            piece["text"] = .string(text)
            if number < texts.count - 1 { piece["thoughtSignature"] = nil }
            return (.object(piece), text)
        }
    }
}
