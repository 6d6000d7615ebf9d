/// A request and its answer as they went over the wire, whole or as far as they came.
public struct ObservedExchange: Sendable {
    public enum Content: Sendable {
        /// All chunks joined.
        case bytes([UInt8])
        /// What went over a WebSocket, both ways, in order.
        case messages([SocketMessage])
    }

    public struct SocketMessage: Sendable, Equatable {
        public var isFromClient: Bool
        public var message: WebSocketMessage

        public init(isFromClient: Bool, _ message: WebSocketMessage) {
            self.isFromClient = isFromClient
            self.message = message
        }
    }

    public var request: Request
    /// Nil when no answer came at all.
    public var status: Int?
    public var headers: Headers
    public var content: Content
    /// The answer did not come to its end: the connection was reset, or the client left.
    public var isCut: Bool
    /// Seconds since 1970, on the session's clock.
    public var start: Double
    public var end: Double

    public init(
        request: Request, status: Int?, headers: Headers = [:], content: Content, isCut: Bool = false, start: Double,
        end: Double
    ) {
        self.request = request
        self.status = status
        self.headers = headers
        self.content = content
        self.isCut = isCut
        self.start = start
        self.end = end
    }
}
