import Cassettes
import HTTPMessages

extension RecordedResponse {
    /// The answer as it came: same status, fields, bytes and chunks, at once; nil when no answer came.
    var replayed: Response? {
        guard let status else { return nil }
        switch content {
        case .body(let body) where end == nil: return Response(status: status, headers: headers, body: body.bytes)
        case .body(let body):
            return Response(status: status, headers: headers, content: .stream(ContentStream([.chunk(body.bytes), .drop])))
        case .chunks(let chunks):
            var parts = chunks.map { ContentStream.Part.chunk($0.bytes) }
            if end != nil { parts.append(.drop) }
            return Response(status: status, headers: headers, content: .stream(ContentStream(parts)))
        case .socket: return nil
        }
    }
}

extension RecordedResponse {
    /// No whole answer came: the client saw its connection reset.
    static func none(at time: Double, end: Break = .reset) -> RecordedResponse {
        RecordedResponse(status: nil, at: time, content: .body(RecordedBody(bytes: [])), end: end)
    }
}

/// No answer came when this was recorded, and so none comes now.
struct NoAnswerRecorded: Error {}
