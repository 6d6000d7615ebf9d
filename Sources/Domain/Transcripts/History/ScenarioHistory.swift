import Conversations

/// How a scenario went, attempt after attempt.
public struct ScenarioHistory: Sendable {
    /// One attempt, and in what it differs from the one before.
    public struct Row: Sendable {
        public var run: Run
        public var attempt: AttemptSummary
        /// Nil for the first, for one that goes as the one before, and where one of the two has no transcript.
        public var divergence: Divergence?

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

    public var scenario: String
    /// The oldest first.
    public var rows: [Row]
    public var flakiness: Flakiness
    /// The rate of passes that is asked for; nil when none is.
    public var minimum: Double?

    public init(scenario: String, rows: [Row], confidence: Double, minimum: Double? = nil) {
        self.scenario = scenario
        self.rows = rows
        self.minimum = minimum
        flakiness = Flakiness(rows.map(\.attempt.outcome.status), confidence: confidence)
    }

    /// Nil when no rate is asked for.
    public var verdict: Flakiness.Verdict? { minimum.map(flakiness.verdict) }
}
