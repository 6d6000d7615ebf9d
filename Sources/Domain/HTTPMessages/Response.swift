/// An answer: status, header fields and content, of one of three kinds.
public struct Response: Sendable {
    public enum Content: Sendable {
        case whole([UInt8])
        case stream(ContentStream)
        /// A WebSocket, for as long as the closure runs.
        case socket(@Sendable (any WebSocketPeer) async throws -> Void)
    }

    public var status: Int
    public var headers: Headers
    public var content: Content

    public init(status: Int, headers: Headers = [:], content: Content) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    public init(status: Int = 200, headers: Headers = [:], body: [UInt8]) {
        self.init(status: status, headers: headers, content: .whole(body))
    }
}

/// A body that arrives in parts.
public struct ContentStream: Sendable, AsyncSequence {
    public enum Part: Sendable, Equatable {
        /// Sent at once, as one HTTP/1.1 chunk.
        case chunk([UInt8])
        /// Nothing is sent for this long, on the session's clock.
        case pause(Duration)
        /// The connection is reset; nothing follows.
        case drop
    }

    private let start: @Sendable () -> AsyncThrowingStream<Part, any Error>

    /// - Parameter start: Called once for each reader.
    public init(_ start: @escaping @Sendable () -> AsyncThrowingStream<Part, any Error>) { self.start = start }

    public init(_ parts: [Part]) {
        self.init {
            AsyncThrowingStream { continuation in
                for part in parts { continuation.yield(part) }
                continuation.finish()
            }
        }
    }

    public func makeAsyncIterator() -> AsyncThrowingStream<Part, any Error>.Iterator { start().makeAsyncIterator() }
}

extension Response.Content {
    /// The whole body, joined; nil for a socket and for a stream that is cut off.
    public func joined() async throws -> [UInt8]? {
        switch self {
        case .whole(let bytes): return bytes
        case .socket: return nil
        case .stream(let stream):
            var bytes: [UInt8] = []
            for try await part in stream {
                switch part {
                case .chunk(let chunk): bytes += chunk
                case .pause: break
                case .drop: return nil
                }
            }
            return bytes
        }
    }
}
