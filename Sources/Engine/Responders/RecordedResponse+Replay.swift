import Cassettes
import HTTPMessages

extension RecordedResponse {
    /// The answer as it came: same status, fields, bytes and chunks, at once; nil when no answer came.
    ///
    /// What a service wanted waited for before the next try is shortened, as waiting is what a replay saves.
    var replayed: Response? {
        guard let status else { return nil }
        let headers = headers.withShortRetries
        switch content {
        case .body(let body) where end == nil: return Response(status: status, headers: headers, body: body.bytes)
        case .body(let body):
            return Response(
                status: status, headers: headers, content: .stream(ContentStream([.chunk(body.bytes), .drop])))
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

extension RecordedResponse {
    /// The answer with its chunks as far apart as they came.
    func replayed(at pace: ReplayPace) -> Response? {
        guard let status else { return nil }
        guard case .chunks(let chunks) = content else {
            return replayed.map { Response(status: $0.status, headers: headers, content: $0.content) }
        }
        var parts: [ContentStream.Part] = []
        var last = at
        for chunk in chunks {
            if chunk.at > last { parts.append(.pause(pace.duration(chunk.at - last))) }
            last = max(last, chunk.at)
            parts.append(.chunk(chunk.bytes))
        }
        if end != nil { parts.append(.drop) }
        return Response(status: status, headers: headers, content: .stream(ContentStream(parts)))
    }
}

extension Headers {
    /// The fields with at most 50 ms in `retry-after` and `retry-after-ms`; above 0, or clients would use a wait of their own.
    fileprivate var withShortRetries: Headers {
        guard self["retry-after"] != nil || self["retry-after-ms"] != nil else { return self }
        return Headers(
            fields.map { field in
                switch (field.name, Double(field.value)) {
                case ("retry-after", let seconds?) where seconds > 0.05: (field.name, "0.05")
                case ("retry-after-ms", let milliseconds?) where milliseconds > 50: (field.name, "50")
                default: (field.name, field.value)
                }
            })
    }
}

extension Interaction {
    /// The recorded answer, after the time it took where there is a pace.
    ///
    /// - Throws: `NoAnswerRecorded`; `CancellationError`.
    func answer(at pace: ReplayPace?) async throws -> Response {
        try await pace?.wait(response.at - at)
        guard let answer = pace.map(response.replayed) ?? response.replayed else { throw NoAnswerRecorded() }
        return answer
    }
}

/// No answer came when this was recorded, and so none comes now.
struct NoAnswerRecorded: Error {}
