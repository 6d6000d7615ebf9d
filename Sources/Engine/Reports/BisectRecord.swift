public import Transcripts

/// What a search for the first attempt that went otherwise has found.
public struct BisectRecord: Sendable {
    public struct Place: Sendable {
        public var run: Run
        public var attempt: AttemptSummary

        public init(run: Run, attempt: AttemptSummary) {
            self.run = run
            self.attempt = attempt
        }
    }

    public var scenario: String
    /// The last that goes as the good one, or the good one itself where nothing differs.
    public var good: Place
    /// The first that does not; nil where nothing differs.
    public var bad: Place?
    /// From the good one to `bad`; nil where nothing differs.
    public var diff: TranscriptDiff?
    /// Attempts that were compared with the good one, of all between the two.
    public var comparedCount: Int
    public var attemptCount: Int

    public init(scenario: String, good: Place, attemptCount: Int) {
        self.scenario = scenario
        self.good = good
        self.attemptCount = attemptCount
        comparedCount = 1
    }
}
