public import HTTPMessages
import Synchronization

/// Hands every exchange to an observer once it is over; the client gets the same answer at the same time.
public struct ObservingResponder: Responder {
    /// Called once for each exchange, wherever it ended; it must not take long.
    public typealias Observer = @Sendable (ObservedExchange) -> Void

    private let inner: any Responder
    private let clock: any Clock
    private let observer: Observer

    /// - Parameter clock: Says when exchanges began and ended.
    public init(_ inner: any Responder, clock: any Clock, observer: @escaping Observer) {
        self.inner = inner
        self.clock = clock
        self.observer = observer
    }

    public func answerNow(_ request: Request) -> Response? {
        let start = clock.now
        guard let response = inner.answerNow(request) else { return nil }
        return observed(response, Observation(of: request, since: start, clock: clock, observer: observer))
    }

    public func preview(of request: Request) -> Response? { inner.preview(of: request) }

    public func respond(to request: Request) async throws -> Response {
        let observation = Observation(of: request, since: clock.now, clock: clock, observer: observer)
        // Whatever it throws, no answer came; the observation says so when it is let go.
        return observed(try await inner.respond(to: request), observation)
    }

    private func observed(_ response: Response, _ observation: Observation) -> Response {
        var response = response
        observation.note(status: response.status, headers: response.headers)
        if let chunks = response.content.readyChunks {
            for chunk in chunks { observation.note(chunk) }
            observation.end()
            // As it is: what is ready has to stay so.
            return response
        }
        switch response.content {
        case .whole: break
        case .stream(let stream): response.content = .stream(observed(stream, observation))
        case .socket(let serve):
            response.content = .socket { peer in
                observation.noteSocket()
                let observed = ObservedPeer(peer, observation)
                try await serve(observed)
                if await observed.isGone { observation.cut() } else { observation.end() }
            }
        }
        return response
    }

    /// Pulled by its reader: nothing is read ahead, nothing kept waiting.
    private func observed(_ stream: ContentStream, _ observation: Observation) -> ContentStream {
        ContentStream {
            let parts = PartReader(stream)
            return AsyncThrowingStream {
                guard let part = try await parts.next() else {
                    observation.end()
                    return nil
                }
                switch part {
                case .chunk(let bytes): observation.note(bytes)
                case .pause: break
                case .drop: observation.cut()
                }
                return part
            }
        }
    }
}

/// One reader's place in a stream.
private actor PartReader {
    private let iterator: AsyncThrowingStream<ContentStream.Part, any Error>.Iterator

    init(_ stream: ContentStream) { iterator = stream.makeAsyncIterator() }

    func next() async throws -> ContentStream.Part? {
        // A copy stands at the same place: the place is the stream's.
        var iterator = iterator
        return try await iterator.next(isolation: self)
    }
}

/// A WebSocket's peer whose messages are noted as they pass.
private final class ObservedPeer: WebSocketPeer {
    private let peer: any WebSocketPeer
    private let observation: Observation
    private let hasEnded = Atomic(false)
    private let closed = Atomic(false)

    init(_ peer: any WebSocketPeer, _ observation: Observation) {
        self.peer = peer
        self.observation = observation
    }

    func receive() async throws -> WebSocketMessage? {
        let message = try await peer.receive()
        if let message {
            observation.note(.init(isFromClient: true, message))
        } else {
            hasEnded.store(true, ordering: .relaxed)
        }
        return message
    }

    func send(_ message: WebSocketMessage) async throws {
        try await peer.send(message)
        observation.note(.init(isFromClient: false, message))
    }

    func close(code: Int, reason: String) async throws {
        closed.store(true, ordering: .relaxed)
        try await peer.close(code: code, reason: reason)
    }

    private var hasClosed: Bool { closed.load(ordering: .relaxed) }

    /// True when the client left without a good-bye, and it was noticed.
    var isGone: Bool {
        get async { hasEnded.load(ordering: .relaxed) && !hasClosed ? await peer.closing == nil : false }
    }

    var closing: WebSocketClosing? { get async { await peer.closing } }
}
