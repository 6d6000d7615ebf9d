import HTTPMessages

extension Responder {
    /// Asks and reads the whole answer, as an HTTP client with a read timeout would.
    ///
    /// Time is the clock's: an answer that comes too late on it is a timeout, though it came. So a virtual clock decides
    /// as a real one does; a service that never answers is for whoever connects to it to give up on.
    ///
    /// - Parameter limit: Seconds that may pass before the answer, or between two of its parts; nil for no limit.
    func exchange(_ request: Request, limit: Double?, clock: any Clock) async throws(CancellationError) -> Exchange {
        let start = clock.now
        do {
            try Task.checkCancellation()
            let response = try await respond(to: request)
            if let limit, clock.now - start >= limit { return .timedOut }
            guard let body = try await response.content.read(limit: limit, clock: clock) else { return .timedOut }
            return .answered(status: response.status, headers: response.headers, body: body)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A client that had gone by then never saw how it ended.
            if let limit, clock.now - start >= limit { return .timedOut }
            return .failed("\(error)")
        }
    }
}

/// What came of one request.
enum Exchange {
    case answered(status: Int, headers: Headers, body: [UInt8])
    case timedOut
    /// The connection failed or was cut; in its own words.
    case failed(String)
}

/// A body that ended before its end, or that is none.
private struct BrokenContent: Error, CustomStringConvertible {
    var description: String { "[Errno 104] Connection reset by peer" }
}

extension Response.Content {
    /// Nil when a pause reached the limit.
    fileprivate func read(limit: Double?, clock: any Clock) async throws -> [UInt8]? {
        switch self {
        case .whole(let bytes): return bytes
        case .socket: throw BrokenContent()
        case .stream(let stream):
            var bytes: [UInt8] = []
            for try await part in stream {
                switch part {
                case .chunk(let chunk): bytes += chunk
                case .pause(let duration):
                    try await clock.wait(duration)
                    if let limit, duration >= .seconds(limit) { return nil }
                case .drop: throw BrokenContent()
                }
            }
            return bytes
        }
    }
}
