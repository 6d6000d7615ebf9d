public import Transcripts

/// A run with all that was said in it, and perhaps the run that it is compared with: what the reports in files show.
public struct RunRecord: Sendable {
    public var run: Run
    /// In the order of the run's plan.
    public var attempts: [Attempt]
    /// The run before; nil when nothing is compared.
    public var against: Run?
    /// Those of `against`.
    public var attemptsBefore: [Attempt]
    public var rules: DiffRules
    /// In place of `rules` for some scenarios, by their names.
    public var scenarioRules: [String: DiffRules] = [:]

    public init(
        run: Run, attempts: [Attempt], against: Run? = nil, attemptsBefore: [Attempt] = [],
        rules: DiffRules = DiffRules()
    ) {
        self.run = run
        self.attempts = attempts
        self.against = against
        self.attemptsBefore = attemptsBefore
        self.rules = rules
    }

    /// How an attempt came out before: the last attempt of its scenario; nil when there was none.
    func before(_ attempt: Attempt) -> Attempt? { attemptsBefore.last { $0.scenario == attempt.scenario } }

    func comparison(of attempt: Attempt) -> TranscriptDiff? {
        let rules = scenarioRules[attempt.scenario] ?? rules
        return before(attempt).map { diff($0.transcript, attempt.transcript, by: rules) }
    }
}

extension Run {
    /// Stands for what was accepted, where a run is compared with that.
    public static func baseline(of run: Run) -> Run {
        Run(
            id: "baseline", label: "baseline", startedAt: run.startedAt, endedAt: run.startedAt, status: .passed,
            toolVersion: run.toolVersion)
    }

    var isBaseline: Bool { id == "baseline" }
}

extension Attempt.Status {
    /// Neither as expected nor left out on purpose.
    var isBad: Bool { self != .passed && self != .skipped }
}

extension Attempt {
    /// Seconds; 0 when no end is known.
    var duration: Double { endedAt.map { max(0, $0 - startedAt) } ?? 0 }
}
