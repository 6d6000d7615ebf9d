import NIOCore
import Synchronization

/// Notices when a client closes its side of a connection.
///
/// HTTP lets a client do so and still wait for its answer, so nobody is cut off for it: only who asks is told. A server that
/// shuts down finishes what it has begun, but keeps nobody waiting on purpose: who asks is told then, too.
final class DepartureWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private struct State {
        var hasLeft = false
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { leave() }
        if event is ChannelShouldQuiesceEvent { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    /// Returns when the client has left or the server shuts down, or when the task is cancelled.
    func departure() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.hasLeft, !Task.isCancelled else { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    private func leave() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.hasLeft = true
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }
}
