public import HTTPMessages

/// How fast recorded time passes in a replay: as fast as it did, or any multiple of it.
public struct ReplayPace: Sendable {
    /// 1 is as recorded, 2 twice as fast.
    private let speed: Double
    private let clock: any Clock

    /// - Parameters:
    ///   - speed: Above 0.
    ///   - clock: On which is really waited.
    public init(speed: Double, clock: any Clock) {
        precondition(speed > 0, "a replay that does not wait has no pace")
        self.speed = speed
        self.clock = clock
    }

    func duration(_ seconds: Double) -> Duration { .seconds(max(0, seconds) / speed) }

    /// Waits as long as this many recorded seconds take.
    func wait(_ seconds: Double) async throws { if seconds > 0 { try await clock.wait(duration(seconds)) } }
}
