import Testing
import Transcripts

@Suite struct RetentionTests {
    /// The newest first: 100, 90, … seconds before "now", each labelled with its age.
    private static let runs = [100.0, 200, 300, 90_000].map { age in
        Run(id: "\(Int(age))", label: "l\(Int(age))", startedAt: 1e6 - age, endedAt: 1e6 - age + 1, toolVersion: "0")
    }

    static let cases: [(Retention, [String])] = [
        (Retention(), []), (Retention(labels: ["l100"]), []), (Retention(age: 200), ["300", "90000"]),
        (Retention(newestCount: 3), ["90000"]), (Retention(newestCount: 0), ["100", "200", "300", "90000"]),
        (Retention(age: 150, newestCount: 2), ["300", "90000"]),
        (Retention(age: 250, newestCount: 1), ["300", "90000"]),
        (Retention(age: 150, labels: ["l300", "other"]), ["200", "90000"]), (Retention(age: 1e9), []),
    ]

    @Test(arguments: cases)
    func whatNothingKeepsMayGo(retention: Retention, expired: [String]) {
        #expect(retention.expired(among: Self.runs, at: 1e6).map(\.id) == expired)
    }

    @Test func aRunThatMayStillGoOnStays() {
        let runs = Self.runs.map { run in
            var run = run
            run.endedAt = nil
            return run
        }
        #expect(Retention(newestCount: 0).expired(among: runs, at: 1e6).map(\.id) == ["90000"])
    }
}
