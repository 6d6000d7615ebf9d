public import Transcripts

/// One performance of a scenario that was wanted, with all tries that it took.
struct RunCase {
    /// In the order in which they were made; never empty.
    let tries: [Attempt]

    /// The one that counts.
    var last: Attempt { tries[tries.count - 1] }
    /// Seconds of all tries together.
    var duration: Double { tries.reduce(0) { $0 + $1.duration } }
    /// It passed, but not at once.
    var isFlaky: Bool { tries.count > 1 && last.outcome.status == .passed }
}

extension RunRecord {
    /// The attempts that count: of several tries the last.
    public var counted: [Attempt] { cases.map(\.last) }

    /// The attempts, those that were tried again together with what came of it.
    var cases: [RunCase] {
        var cases: [RunCase] = []
        for attempt in attempts {
            // A retry follows what it repeats.
            if attempt.number.retry > 0, let last = cases.last?.last, last.scenario == attempt.scenario,
                last.number.repetition == attempt.number.repetition
            {
                cases[cases.count - 1] = RunCase(tries: cases[cases.count - 1].tries + [attempt])
            } else {
                cases.append(RunCase(tries: [attempt]))
            }
        }
        return cases
    }
}
