import Conversations

/// How a scenario went, attempt after attempt.
public struct ScenarioHistory: Sendable {
    /// One attempt, and in what it differs from the one before.
    public struct Row: Sendable {
        public var run: Run
        public var attempt: AttemptSummary
        /// Nil for the first, for one that goes as the one before, and where one of the two has no transcript.
        public var divergence: Divergence?
        /// The scenario says something else than when it was performed before; false where that is not known.
        public fileprivate(set) var isOfChangedScenario = false

        public init(run: Run, attempt: AttemptSummary, divergence: Divergence? = nil) {
            self.run = run
            self.attempt = attempt
            self.divergence = divergence
        }

        /// Input and output tokens together.
        public var tokens: Int { attempt.usage.promptTokens + attempt.usage.completionTokens }
        /// Nil when no end is known.
        public var seconds: Double? { attempt.endedAt.map { max(0, $0 - attempt.startedAt) } }
    }

    /// How often one expectation held.
    public struct Expectation: Sendable, Equatable {
        /// As a scenario's file has it.
        public var expected: String
        public var passed: Int
        /// Attempts in which it was judged.
        public var total: Int
    }

    public var scenario: String
    /// The oldest first; of many the newest.
    public let rows: [Row]
    /// Attempts that are judged and not among the rows: all of them are older.
    public let olderCount: Int
    /// In the order in which they were judged first; those of all versions of the scenario.
    public let expectations: [Expectation]
    /// What was decided about its differences from what was accepted, the oldest first.
    public var reviews: [Review]
    public var flakiness: Flakiness
    /// The rate of passes that is asked for; nil when none is.
    public var minimum: Double?

    /// - Parameter older: How the attempts before the first row came out; they count for the rate of passes.
    public init(
        scenario: String, rows: [Row], older: [Attempt.Status] = [], reviews: [Review] = [], confidence: Double,
        minimum: Double? = nil
    ) {
        self.scenario = scenario
        self.rows = ScenarioHistory.compared(rows)
        expectations = ScenarioHistory.expectations(of: rows.map(\.attempt.outcome))
        self.reviews = reviews
        self.minimum = minimum
        olderCount = older.count
        flakiness = Flakiness(older + rows.map(\.attempt.outcome.status), confidence: confidence)
    }

    /// Nil when no rate is asked for.
    public var verdict: Flakiness.Verdict? { minimum.map(flakiness.verdict) }

    private static func compared(_ rows: [Row]) -> [Row] {
        var before: String?
        return rows.map { row in
            var row = row
            if let digest = row.attempt.scenarioDigest {
                row.isOfChangedScenario = before != nil && before != digest
                before = digest
            }
            return row
        }
    }

    private static func expectations(of outcomes: [Attempt.Outcome]) -> [Expectation] {
        var all: [Expectation] = []
        var indexes: [String: Int] = [:]
        for assertion in outcomes.flatMap(\.assertions) {
            let index = indexes[assertion.expected] ?? all.count
            if index == all.count {
                indexes[assertion.expected] = index
                all.append(Expectation(expected: assertion.expected, passed: 0, total: 0))
            }
            all[index].total += 1
            if assertion.passed { all[index].passed += 1 }
        }
        return all
    }
}
