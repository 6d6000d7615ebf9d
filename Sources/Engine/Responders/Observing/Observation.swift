import HTTPMessages
import Synchronization

/// An exchange under way. It is told once: at its end, or, cut, when nobody holds it any more.
final class Observation: Sendable {
    private struct State {
        var status: Int?
        var headers: Headers = [:]
        var bytes: [UInt8] = []
        var messages: [ObservedExchange.SocketMessage] = []
        var isSocket = false
        var isTold = false
    }

    private let request: Request
    private let start: Double
    private let clock: any Clock
    private let observer: ObservingResponder.Observer
    private let state = Mutex(State())

    init(of request: Request, since start: Double, clock: any Clock, observer: @escaping ObservingResponder.Observer) {
        self.request = request
        self.start = start
        self.clock = clock
        self.observer = observer
    }

    // A reader that leaves in the middle of a stream says nothing; it only lets go of it.
    deinit { tell(isCut: true) }

    func note(status: Int, headers: Headers) {
        state.withLock { state in
            state.status = status
            state.headers = headers
        }
    }

    func note(_ chunk: [UInt8]) { state.withLock { $0.bytes += chunk } }

    func note(_ message: ObservedExchange.SocketMessage) {
        state.withLock { state in
            state.isSocket = true
            state.messages.append(message)
        }
    }

    /// A WebSocket, though nothing may be said on it.
    func noteSocket() { state.withLock { $0.isSocket = true } }

    func end() { tell(isCut: false) }

    func cut() { tell(isCut: true) }

    private func tell(isCut: Bool) {
        let now = clock.now
        let exchange = state.withLock { state -> ObservedExchange? in
            guard !state.isTold else { return nil }
            state.isTold = true
            return ObservedExchange(
                request: request, status: state.status, headers: state.headers,
                content: state.isSocket ? .messages(state.messages) : .bytes(state.bytes),
                isCut: isCut && state.status != nil, start: start, end: now)
        }
        if let exchange { observer(exchange) }
    }
}
