public import HTTPMessages
import Synchronization

/// A session's clock, which its owner may move.
public protocol MovableClock: Clock {
    /// - Parameter seconds: Negative for back.
    func advance(by seconds: Double)

    /// Seconds by which it is ahead of where nobody would have moved it and nothing would have waited.
    var moved: Double { get }

    /// Back to where it would be if nobody had moved it and nothing had waited.
    func reset()
}

extension VirtualClock: MovableClock {}

/// Another clock's time, moved by some seconds: for sessions that live in real time.
public final class ShiftedClock: MovableClock {
    private let base: any Clock
    private let shift = Mutex(0.0)

    public init(_ base: any Clock) { self.base = base }

    public var now: Double { base.now + shift.withLock { $0 } }

    public func wait(_ duration: Duration) async throws { try await base.wait(duration) }

    public func advance(by seconds: Double) { shift.withLock { $0 += seconds } }

    public var moved: Double { shift.withLock { $0 } }

    public func reset() { shift.withLock { $0 = 0 } }
}

/// A session's clock whose waits also take their time for the one who waits: a program outside has a clock of its own.
public struct FeltClock: Clock {
    private let session: any Clock
    private let outside: any Clock

    public init(_ session: any Clock, outside: any Clock) {
        self.session = session
        self.outside = outside
    }

    public var now: Double { session.now }

    public func wait(_ duration: Duration) async throws {
        try await outside.wait(duration)
        try await session.wait(duration)
    }
}

/// A session's clock whose waits move it and take no time: for clients that live by that clock, too.
public struct PassedClock: Clock {
    private let session: any MovableClock

    public init(_ session: any MovableClock) { self.session = session }

    public var now: Double { session.now }

    /// - Throws: `CancellationError`.
    public func wait(_ duration: Duration) async throws {
        try Task.checkCancellation()
        session.advance(by: duration / .seconds(1))
    }
}
