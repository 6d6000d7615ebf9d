import Responders
import Testing

@Suite struct MovableClockTests {
    @Test func aShiftedClockIsAheadOfItsBase() async throws {
        let base = VirtualClock(start: 100)
        let clock = ShiftedClock(base)
        clock.advance(by: 50)
        try await clock.wait(.seconds(5))
        #expect(clock.now == 155)
        #expect(base.now == 105)
        clock.advance(by: -70)
        #expect(clock.now == 85)
        clock.reset()
        #expect(clock.now == 105)
    }

    /// A program outside feels the wait, and the session's time moves by it.
    @Test func aFeltWaitMovesBothClocks() async throws {
        let session = VirtualClock(start: 0), outside = VirtualClock(start: 1000)
        let clock = FeltClock(session, outside: outside)
        try await clock.wait(.milliseconds(1500))
        #expect(session.now == 1.5)
        #expect(outside.now == 1001.5)
        #expect(clock.now == 1.5)
    }

    @Test func aVirtualClockGoesBackToItsStart() async throws {
        let clock = VirtualClock(start: 7)
        try await clock.wait(.seconds(3))
        clock.advance(by: -20)
        #expect(clock.now == -10)
        clock.reset()
        #expect(clock.now == 7)
    }

    /// The base is the machine's time, which nobody has to sit out.
    @Test func aPassedWaitMovesTheSessionAlone() async throws {
        let base = VirtualClock(start: 100)
        let session = ShiftedClock(base)
        let clock = PassedClock(session)
        try await clock.wait(.milliseconds(1500))
        #expect((session.now, clock.now, base.now) == (101.5, 101.5, 100))
    }
}
