import HTTPMessages
import HopXProtocol
import Synchronization

extension FakeHopX {
    /// A WebSocket of a running sandbox, or the reason why there is none.
    func openSocket(_ exchange: Exchange, _ call: SandboxCall) async throws -> Response {
        guard exchange.request.opensSocket else {
            throw HopXError(426, "UPGRADE_REQUIRED", "\(exchange.request.path) is a WebSocket")
        }
        if call.operation.runsCode, let id = call.sandbox {
            try fleet.withLock { try $0.update(id) { $0.files = nil } }
        }
        var response = try await outcomes.outcome(of: call)
        guard case .socket(let serve) = response.content, needsGaps(exchange.request) else { return response }
        response.content = .socket { peer in try await serve(SpacedPeer(peer)) }
        return response
    }

    /// The JavaScript client listens anew after each message, and loses what comes in between. The library that the Python
    /// clients use names itself and loses nothing.
    private func needsGaps(_ request: Request) -> Bool {
        request.headers["user-agent"]?.contains("websockets/") != true
    }
}

/// A WebSocket's peer that gets its messages, and the good-bye, no closer together than it can bear.
private final class SpacedPeer: WebSocketPeer {
    private static let gap = Duration.milliseconds(10)

    private let peer: any WebSocketPeer
    private let next = Mutex<ContinuousClock.Instant?>(nil)

    init(_ peer: any WebSocketPeer) { self.peer = peer }

    func receive() async throws -> WebSocketMessage? { try await peer.receive() }

    func send(_ message: WebSocketMessage) async throws {
        try await wait()
        try await peer.send(message)
    }

    func close(code: Int, reason: String) async throws {
        try await wait()
        try await peer.close(code: code, reason: reason)
    }

    var closing: WebSocketClosing? { get async { await peer.closing } }

    private func wait() async throws {
        let now = ContinuousClock.now
        let due = next.withLock { next in
            let due = max(next ?? now, now)
            next = due + SpacedPeer.gap
            return due
        }
        if due > now { try await Task.sleep(until: due, tolerance: .zero, clock: .continuous) }
    }
}
