/// Anything that can answer a request: a cassette, a fake, a live service.
public protocol Responder: Sendable {
    /// - Throws: Only when no answer at all can be given; the client sees its connection reset.
    func respond(to request: Request) async throws -> Response

    /// The answer if it is ready now, for the server's event loop.
    ///
    /// - Returns: An answer whose content is all there, to be sent at once (`readyChunks`). Nil when there is none and
    ///   nothing was consumed (no position, fault or journal line moved): ask `respond`.
    func answerNow(_ request: Request) -> Response?

    /// The answer that would come, looked at without using anything up.
    ///
    /// - Returns: Nil where that cannot be told without asking.
    func preview(of request: Request) -> Response?

    /// What answers a request each time that it comes again, without looking at it again.
    ///
    /// - Returns: Nil where each request has to be looked at anew. Nothing is consumed.
    func standingAnswer(to request: Request) -> StandingAnswer?
}

/// Answers one request, which has been looked at, as often as it comes.
public struct StandingAnswer: Sendable {
    /// The same as `answerNow` with that request; after a nil the request has to be looked at anew.
    public let next: @Sendable () -> Response?

    public init(_ next: @escaping @Sendable () -> Response?) { self.next = next }
}

extension Responder {
    public func answerNow(_ request: Request) -> Response? { nil }
    public func preview(of request: Request) -> Response? { nil }
    public func standingAnswer(to request: Request) -> StandingAnswer? { nil }
}

/// Time as a session has it: real, or virtual and moved only by what is replayed.
public protocol Clock: Sendable {
    /// Seconds since 1970.
    var now: Double { get }

    /// Returns when this much of the clock's time has passed.
    ///
    /// - Throws: `CancellationError`.
    func wait(_ duration: Duration) async throws
}

/// The other end of an open WebSocket, messages whole.
public protocol WebSocketPeer: Sendable {
    /// The next message, in the order in which they came.
    ///
    /// - Returns: Nil once the peer has closed or is gone.
    func receive() async throws -> WebSocketMessage?

    /// Returns when the network has taken the message, so that who sends too fast is slowed down.
    ///
    /// - Throws: When the peer has closed or is gone.
    func send(_ message: WebSocketMessage) async throws

    /// Says good-bye and waits a while for the peer to do the same; one that has closed is left alone.
    func close(code: Int, reason: String) async throws

    /// How the peer closed; nil while it has not, and for one that is gone without a word.
    var closing: WebSocketClosing? { get async }
}

/// Why a WebSocket was closed.
public struct WebSocketClosing: Sendable, Equatable {
    /// A good-bye that gives no reason (RFC 6455, section 7.4.1); never sent.
    public static let noCode = 1005

    public var code: Int
    public var reason: String

    public init(code: Int, reason: String = "") {
        self.code = code
        self.reason = reason
    }
}

public enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
}
