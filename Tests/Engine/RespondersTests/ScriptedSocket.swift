import HTTPMessages
import Synchronization

/// A WebSocket's client that says its lines, each when so many messages have come, and then leaves.
final class ScriptedSocket: WebSocketPeer {
    enum Leaving: Sendable {
        case closes(Int)
        /// Without a word.
        case vanishes
        /// Not before it is closed.
        case stays
    }

    private struct State {
        var lines: [(text: String, after: Int)]
        var got: [WebSocketMessage] = []
        var closedWith: WebSocketClosing?
        var closing: WebSocketClosing?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let leaving: Leaving

    /// - Parameter lines: `after` counts messages since the beginning.
    init(_ lines: [(text: String, after: Int)], then leaving: Leaving = .stays) {
        state = Mutex(State(lines: lines))
        self.leaving = leaving
    }

    /// Says everything at once.
    convenience init(_ lines: [String], then leaving: Leaving = .stays) {
        self.init(lines.map { ($0, 0) }, then: leaving)
    }

    var got: [WebSocketMessage] { state.withLock { $0.got } }
    var texts: [String] { got.map { if case .text(let text) = $0 { text } else { "(binary)" } } }
    /// By the other side.
    var closedWith: WebSocketClosing? { state.withLock { $0.closedWith } }

    func receive() async throws -> WebSocketMessage? {
        while true {
            enum Next { case say(String), leave, wait }
            let next = state.withLock { state -> Next in
                if state.closedWith != nil { return .leave }
                guard let line = state.lines.first else {
                    if case .stays = leaving { return .wait }
                    if case .closes(let code) = leaving { state.closing = WebSocketClosing(code: code) }
                    return .leave
                }
                guard state.got.count >= line.after else { return .wait }
                state.lines.removeFirst()
                return .say(line.text)
            }
            switch next {
            case .say(let text): return .text(text)
            case .leave: return nil
            case .wait:
                try await withTaskCancellationHandler {
                    await waitForChange()
                    try Task.checkCancellation()
                } onCancel: {
                    wake { _ in }
                }
            }
        }
    }

    private func waitForChange() async {
        await withCheckedContinuation { continuation in
            let isLate = state.withLock { state in
                let isLate =
                    state.closedWith != nil || Task.isCancelled
                    || state.lines.first.map { state.got.count >= $0.after } ?? false
                if !isLate { state.waiting.append(continuation) }
                return isLate
            }
            if isLate { continuation.resume() }
        }
    }

    func send(_ message: WebSocketMessage) async throws {
        try wake { state in
            guard state.closedWith == nil else { throw Gone() }
            state.got.append(message)
        }
    }

    func close(code: Int, reason: String) async throws {
        wake { state in
            if state.closedWith == nil { state.closedWith = WebSocketClosing(code: code, reason: reason) }
        }
    }

    var closing: WebSocketClosing? { state.withLock { $0.closing } }

    struct Gone: Error {}

    private func wake(_ change: (inout State) throws -> Void) rethrows {
        let waiting = try state.withLock { state in
            try change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension Responder {
    /// Opens a WebSocket and stays with it to its end.
    ///
    /// - Returns: The answer to the handshake.
    @discardableResult
    func talk(_ request: Request, _ peer: some WebSocketPeer) async throws -> Response {
        var request = request
        request.headers["upgrade"] = "websocket"
        request.headers["connection"] = "Upgrade"
        let response = try await respond(to: request)
        if case .socket(let serve) = response.content { try await serve(peer) }
        return response
    }
}

/// A service with one WebSocket, as a closure has it.
struct SocketService: Responder {
    let serve: @Sendable (any WebSocketPeer) async throws -> Void

    func respond(to request: Request) async throws -> Response { Response(status: 101, content: .socket(serve)) }
}
