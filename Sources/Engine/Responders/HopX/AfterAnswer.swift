import HTTPMessages
import Synchronization

/// Opens once, for all who wait.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func passed() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

extension Response {
    /// The same answer, whose taker's end is told: when its last byte has been taken, or nobody will take it any more.
    func then(_ act: @escaping @Sendable () -> Void) -> Response {
        guard case .whole(let bytes) = content else {
            act()
            return self
        }
        let end = LastAct(act)
        var response = self
        response.content = .stream(
            ContentStream {
                let isTaken = Mutex(false)
                return AsyncThrowingStream {
                    let isSecond = isTaken.withLock { isTaken in
                        defer { isTaken = true }
                        return isTaken
                    }
                    guard isSecond else { return .chunk(bytes) }
                    end.perform()
                    return nil
                }
            })
        return response
    }
}

/// Something that is done once, at the latest when nobody can do it any more.
private final class LastAct: Sendable {
    private let act: Mutex<(@Sendable () -> Void)?>

    init(_ act: @escaping @Sendable () -> Void) { self.act = Mutex(act) }

    func perform() {
        let act = act.withLock { act in
            defer { act = nil }
            return act
        }
        act?()
    }

    deinit { perform() }
}
