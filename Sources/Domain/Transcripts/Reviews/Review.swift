/// What somebody has decided about a difference between a run and what was accepted.
public struct Review: Sendable, Equatable {
    public enum Decision: String, Sendable, CaseIterable {
        /// It is written into the baseline.
        case accepted
        /// It stays a difference.
        case rejected
        /// Texts of its kind do not count any more.
        case masked
        /// The whole transcript is accepted, beside what was accepted before.
        case variant
    }

    /// How much a difference asks to be looked at.
    public enum Concern: String, Sendable, CaseIterable {
        /// Something else was done.
        case suspicious
        /// The same was done in other words.
        case expected
        /// Nothing was accepted before.
        case new
    }

    /// What it is about.
    public struct Matter: Sendable, Equatable {
        /// The scenario's key, with its matrix point.
        public var scenario: String
        /// The id of the run that differs.
        public var run: String
        public var decision: Decision
        /// The hunk's key; nil for a whole transcript.
        public var hunk: String?
        /// Where and what, as one line: `turn 2 · text`; of a mask what it covers.
        public var subject: String
        /// As `check` has told it.
        public var concern: Concern

        public init(
            scenario: String, run: String, decision: Decision, hunk: String?, subject: String, concern: Concern
        ) {
            self.scenario = scenario
            self.run = run
            self.decision = decision
            self.hunk = hunk
            self.subject = subject
            self.concern = concern
        }
    }

    /// Unique for ever; sorts by time of birth (a UUID of version 7).
    public var id: String
    /// Seconds since 1970.
    public var at: Double
    /// Who, as git knows them; nil when nobody is known.
    public var by: String?
    public var matter: Matter
    /// The digest of the baseline's file once that was decided, and written if it was accepted; nil while there was none.
    public var baseline: String?

    public init(id: String, at: Double, by: String?, matter: Matter, baseline: String?) {
        self.id = id
        self.at = at
        self.by = by
        self.matter = matter
        self.baseline = baseline
    }
}
