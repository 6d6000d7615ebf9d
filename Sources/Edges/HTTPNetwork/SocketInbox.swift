import HTTPMessages
import Synchronization

/// The messages that have come over a WebSocket and that nobody has taken yet.
///
/// It is filled on the event loop and emptied by one reader. When it holds much, whoever fills it is to stop reading from
/// the network; `onRoom` tells when to go on.
final class SocketInbox: Sendable {
    private struct State {
        var messages: [WebSocketMessage] = []
        var byteCount = 0
        var isEnded = false
        var closing: WebSocketClosing?
        var reader: CheckedContinuation<WebSocketMessage?, any Error>?
        var isHeld = false
        var isDropping = false
        var onRoom: (@Sendable () -> Void)?
    }

    private enum Found {
        case message(WebSocketMessage, room: (@Sendable () -> Void)?)
        case end, cancelled, nothing
    }

    /// Bytes, messages counted with some each: from here on the network has to wait.
    private static let highMark = 1 << 20
    private static let lowMark = 1 << 18

    private let state = Mutex(State())

    /// - Parameter action: Called, on any thread, when there is room again after `isFull`.
    func onRoom(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onRoom = action } }

    /// True when nothing more should be read for now; who asks is told when that has changed.
    var isFull: Bool {
        state.withLock { state in
            state.isHeld = state.byteCount >= SocketInbox.highMark && !state.isEnded
            return state.isHeld
        }
    }

    var closing: WebSocketClosing? { state.withLock { $0.closing } }

    func put(_ message: WebSocketMessage) {
        let reader = state.withLock { state -> CheckedContinuation<WebSocketMessage?, any Error>? in
            guard !state.isEnded, !state.isDropping else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.messages.append(message)
            state.byteCount += message.weight
            return nil
        }
        reader?.resume(returning: message)
    }

    /// Forgets what is there and what is still coming, so that the peer's good-bye gets through.
    func drop() {
        let room = state.withLock { state in
            state.messages = []
            state.byteCount = 0
            state.isDropping = true
            defer { state.isHeld = false }
            return state.isHeld ? state.onRoom : nil
        }
        room?()
    }

    /// Nothing will follow; what is there can still be taken.
    func end(_ closing: WebSocketClosing?) {
        let reader = state.withLock { state in
            if !state.isEnded {
                state.isEnded = true
                state.closing = closing
            }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// The next message, when there is one; nil after the last.
    func next() async throws -> WebSocketMessage? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let found = state.withLock { state -> Found in
                    if !state.messages.isEmpty {
                        let message = state.messages.removeFirst()
                        state.byteCount -= message.weight
                        guard state.isHeld, state.byteCount <= SocketInbox.lowMark else {
                            return .message(message, room: nil)
                        }
                        state.isHeld = false
                        return .message(message, room: state.onRoom)
                    }
                    if state.isEnded { return .end }
                    // Asked under the lock: a cancellation that comes later finds the reader there.
                    if Task.isCancelled { return .cancelled }
                    precondition(state.reader == nil, "a WebSocket has one reader")
                    state.reader = continuation
                    return .nothing
                }
                switch found {
                case .message(let message, let room):
                    continuation.resume(returning: message)
                    room?()
                case .end: continuation.resume(returning: nil)
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .nothing: break
                }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }
}

extension WebSocketMessage {
    /// Empty messages take room, too.
    fileprivate var weight: Int {
        switch self {
        case .text(let text): text.utf8.count + 64
        case .binary(let bytes): bytes.count + 64
        }
    }
}
