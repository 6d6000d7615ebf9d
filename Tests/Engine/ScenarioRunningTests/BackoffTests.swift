import HTTPMessages
import Testing

@testable import ScenarioRunning

@Suite struct BackoffTests {
    @Test(
        arguments: [
            ([:], 0, 0.5), ([:], 1, 1), ([:], 2, 2), ([:], 9, 8), (["retry-after-ms": "5"], 0, 0.005),
            (["retry-after": "7"], 0, 7), (["retry-after": "1.5"], 0, 1.5), (["retry-after": "61"], 1, 1),
            (["retry-after": "0"], 0, 0.5), (["retry-after": "-1"], 0, 0.5), (["retry-after": "soon"], 0, 0.5),
            (["retry-after-ms": "x", "retry-after": "3"], 0, 3),
            (["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"], 0, 10),
            (["retry-after": "Sun, 06 Nov 1994 08:49:20 GMT"], 0, 0.5),
        ] as [(Headers, Int, Double)])
    func theWaitIsTheServicesOrDoubles(headers: Headers, retry: Int, seconds: Double) {
        #expect(Backoff.delay(after: headers, retry: retry, now: 784_111_767, jitter: 1) == seconds)
    }

    @Test func onlyOurOwnWaitsAreShortened() {
        #expect(Backoff.delay(after: nil, retry: 1, now: 0, jitter: 0.8) == 0.8)
        #expect(Backoff.delay(after: ["retry-after": "4"], retry: 1, now: 0, jitter: 0.8) == 4)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2025-01-15T10:30:00Z", 1_736_937_000),
            ("2025-01-15T10:30:00.250+02:00", 1_736_929_800.25),
            ("2024-02-29", 1_709_164_800), ("2025-01-15T10:30", 1_736_937_000), ("2025-13-01", nil), ("soon", nil),
            ("", nil),
            ("2025-01-15T10:30:00Zx", nil),
        ] as [(String, Double?)])
    func timesAreRead(text: String, seconds: Double?) {
        #expect(ISOTime.seconds(text) == seconds)
    }
}
