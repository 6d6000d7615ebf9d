public import Conversations

/// One performance of one scenario.
public struct Attempt: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case passed
        /// A difference, a failed expectation or a miss.
        case failed
        /// The world failed; nothing is known about the scenario.
        case error
        case timedOut = "timed_out"
        /// It reached one of its scenario's limits, or the run's budget.
        case limit
        case skipped
        /// No end is known: the process died, was stopped, or is still at it.
        case cutShort = "cut_short"
    }

    /// How an attempt came out.
    public struct Outcome: Sendable, Equatable {
        public var status: Status
        /// What expectations, or the world, had to say: a readable text each.
        public var findings: [String]
        /// The cassette's misses in the order in which they came, a readable text each.
        public var misses: [String]
        /// What the client did about each fault that it met, in the order in which they hit.
        public var reactions: [FaultReaction]
        /// What each expectation came to, in the scenario's order; none where nothing was judged.
        public var assertions: [Assertion] = []
        /// Dollars for all calls of models; nil when a price is not known.
        public var cost: Double?
        /// Nil where it was not compared with what was accepted, or nothing was.
        public var comparison: Comparison?

        public init(
            status: Status, findings: [String] = [], misses: [String] = [], reactions: [FaultReaction] = []
        ) {
            self.status = status
            self.findings = findings
            self.misses = misses
            self.reactions = reactions
        }

        /// What is known of an attempt before its end.
        public static let none = Outcome(status: .cutShort)
    }

    /// One judged expectation.
    public struct Assertion: Sendable, Equatable {
        /// The expectation as a scenario's file has it.
        public var expected: String
        public var passed: Bool
        /// What there was instead, as one line; nil for one that passed.
        public var seen: String?
        /// Where to look in the transcript; nil when nothing there bears on it.
        public var turn: Int?

        public init(expected: String, passed: Bool, seen: String? = nil, turn: Int? = nil) {
            self.expected = expected
            self.passed = passed
            self.seen = seen
            self.turn = turn
        }
    }

    /// Which of a run's attempts at one scenario it is.
    public struct Number: Sendable, Hashable {
        /// Its scenario's place in the run's plan, counted from 0.
        public var place: Int
        /// Counted from 1.
        public var repetition: Int
        /// 0 for the first try; each that followed a failure counts one up.
        public var retry: Int

        public init(place: Int = 0, repetition: Int = 1, retry: Int = 0) {
            self.place = place
            self.repetition = repetition
            self.retry = retry
        }
    }

    /// Unique for ever; sorts by time of birth (a UUID of version 7).
    public var id: String
    /// The id of the run that it belongs to.
    public var run: String
    public var number = Number()
    /// What chance was drawn from; nil where nothing was left to it.
    public var seed: Int?
    /// The scenario's stable name, the same in every run: its path, and the matrix point if there is one.
    public var scenario: String
    /// SHA-256 of all that the scenario says, 64 hex digits; nil where nobody has told it.
    public var scenarioDigest: String?
    /// Seconds since 1970.
    public var startedAt: Double
    /// Seconds since 1970; nil when no end is known.
    public var endedAt: Double?
    public var outcome: Outcome
    public var transcript: Transcript

    public init(
        id: String, run: String, scenario: String, startedAt: Double, endedAt: Double? = nil, outcome: Outcome = .none,
        transcript: Transcript
    ) {
        self.id = id
        self.run = run
        self.scenario = scenario
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.transcript = transcript
    }
}

/// An attempt without its transcript: what a list of attempts shows.
public struct AttemptSummary: Sendable, Equatable {
    public var id: String
    public var run: String
    public var number = Attempt.Number()
    public var seed: Int?
    public var scenario: String
    public var scenarioDigest: String?
    public var startedAt: Double
    public var endedAt: Double?
    public var outcome: Attempt.Outcome
    public var turnCount: Int
    public var usage: Usage
    public var metrics = Transcript.Metrics()

    public init(
        id: String, run: String, scenario: String, startedAt: Double, endedAt: Double?, outcome: Attempt.Outcome,
        turnCount: Int, usage: Usage
    ) {
        self.id = id
        self.run = run
        self.scenario = scenario
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.turnCount = turnCount
        self.usage = usage
    }

    public init(_ attempt: Attempt) {
        self.init(
            id: attempt.id, run: attempt.run, scenario: attempt.scenario, startedAt: attempt.startedAt,
            endedAt: attempt.endedAt, outcome: attempt.outcome, turnCount: attempt.transcript.turnCount,
            usage: attempt.transcript.usage)
        number = attempt.number
        seed = attempt.seed
        scenarioDigest = attempt.scenarioDigest
        metrics = attempt.transcript.metrics
    }
}
