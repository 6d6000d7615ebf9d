/// An answer: status, header fields and content, of one of three kinds.
public struct Response: Sendable {
    public enum Content: Sendable {
        case whole([UInt8])
        case stream(ContentStream)
        /// A WebSocket, for as long as the closure runs: it is closed with 1000 when the closure returns, and reset when it
        /// throws.
        case socket(@Sendable (any WebSocketPeer) async throws -> Void)
    }

    public var status: Int
    public var headers: Headers
    public var content: Content
    /// For the journal; nil where nothing is recorded and nobody was asked. Never sent.
    public var account: Account?

    public init(status: Int, headers: Headers = [:], content: Content) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    public init(status: Int = 200, headers: Headers = [:], body: [UInt8]) {
        self.init(status: status, headers: headers, content: .whole(body))
    }
}

extension Response {
    /// How an answer came about.
    public struct Account: Sendable, Equatable {
        public enum Outcome: String, Sendable, CaseIterable {
            /// From a recording.
            case hit
            /// There was no recording.
            case miss
            /// Made up from state, a script or code that ran here.
            case simulated
            /// From a service that was asked, and kept.
            case recorded
            /// From a service that was asked, and not kept.
            case live
            /// A fault was put in its place.
            case fault
        }

        public var outcome: Outcome
        /// What the recording is known by.
        public var key: String?

        public init(_ outcome: Outcome, key: String? = nil) {
            self.outcome = outcome
            self.key = key
        }
    }

    /// The same answer with its account.
    public func accounted(_ outcome: Account.Outcome, key: String? = nil) -> Response {
        var response = self
        response.account = Account(outcome, key: key)
        return response
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
    /// All its parts, where they are there already; nil for a stream that still has to come.
    public private(set) var readyParts: [Part]?

    /// - Parameter start: Called once for each reader.
    public init(_ start: @escaping @Sendable () -> AsyncThrowingStream<Part, any Error>) { self.start = start }

    public init(_ parts: [Part]) {
        self.init {
            AsyncThrowingStream { continuation in
                for part in parts { continuation.yield(part) }
                continuation.finish()
            }
        }
        readyParts = parts
    }

    public func makeAsyncIterator() -> AsyncThrowingStream<Part, any Error>.Iterator { start().makeAsyncIterator() }
}

extension Response.Content {
    /// All its chunks, where they are there already and are to be sent at once; nil for anything else.
    public var readyChunks: [[UInt8]]? {
        switch self {
        case .whole(let bytes): return [bytes]
        case .stream(let stream):
            return stream.readyParts?.reduce(into: [[UInt8]]?([])) { chunks, part in
                if case .chunk(let bytes) = part { chunks?.append(bytes) } else { chunks = nil }
            }
        case .socket: return nil
        }
    }

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
