public import HTTPMessages
import Synchronization

/// Time that moves only when something waits: nothing expires because a test was slow.
public final class VirtualClock: Clock {
    private let start: Double
    private let time: Mutex<Double>

    /// - Parameter start: Seconds since 1970.
    public init(start: Double) {
        self.start = start
        time = Mutex(start)
    }

    /// 2026-01-01 00:00:00 UTC: where scenarios begin, so that two runs have the same times.
    public static let fixedStart = 1_767_225_600.0

    public var now: Double { time.withLock { $0 } }

    /// Returns at once; the time has passed.
    public func wait(_ duration: Duration) async throws {
        try Task.checkCancellation()
        let (seconds, attoseconds) = duration.components
        advance(by: Double(seconds) + Double(attoseconds) / 1e18)
    }

    /// - Parameter seconds: Negative for back.
    public func advance(by seconds: Double) { time.withLock { $0 += seconds } }

    /// Seconds since the start.
    public var moved: Double { now - start }

    /// Back to the start.
    public func reset() { time.withLock { $0 = start } }
}
