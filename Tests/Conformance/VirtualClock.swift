import HTTPMessages
import Synchronization

/// Time that passes only by being waited for, at once.
final class VirtualClock: Clock {
    private let time = Mutex(1_700_000_000.0)
    private let onWait: @Sendable (Duration) -> Void

    /// - Parameter onWait: Told of each wait.
    init(onWait: @escaping @Sendable (Duration) -> Void = { _ in }) { self.onWait = onWait }

    var now: Double { time.withLock { $0 } }

    func wait(_ duration: Duration) async throws {
        onWait(duration)
        time.withLock { $0 += duration / .seconds(1) }
    }
}
