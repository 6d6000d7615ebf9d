/// How reliably a scenario passes, as far as its attempts can tell.
public struct Flakiness: Sendable, Equatable {
    public enum Verdict: String, Sendable, CaseIterable {
        /// The rate is as high as asked for, whatever else it is.
        case pass
        /// It is lower.
        case fail
        /// It may be either.
        case inconclusive
    }

    /// What would turn an inconclusive verdict into another; nil where nothing that can be counted would.
    public struct Missing: Sendable, Equatable {
        /// Further attempts, all passed, that would show that the rate is high enough.
        public var passes: Int?
        /// Further attempts, all failed, that would show that it is not.
        public var failures: Int?
        /// Further attempts that would decide if they go on as until now.
        public var attempts: Int?
    }

    public let passed: Int
    /// Attempts that passed or failed; those of which nothing is known do not count.
    public let total: Int
    public let confidence: Double
    public let interval: BinomialInterval

    /// More further attempts than this are not counted.
    static let limit = 100_000

    public init(passed: Int, of total: Int, confidence: Double) {
        self.passed = passed
        self.total = total
        self.confidence = confidence
        interval = BinomialInterval(successes: passed, of: total, confidence: confidence)
    }

    /// Counts the attempts that say something about their scenario.
    public init(_ statuses: some Sequence<Attempt.Status>, confidence: Double) {
        var passed = 0, total = 0
        for status in statuses where status == .passed || status == .failed {
            total += 1
            if status == .passed { passed += 1 }
        }
        self.init(passed: passed, of: total, confidence: confidence)
    }

    /// The share that passed; nil without attempts.
    public var rate: Double? { total == 0 ? nil : Double(passed) / Double(total) }

    public func verdict(atLeast rate: Double) -> Verdict {
        if interval.lower >= rate { return .pass }
        return interval.upper < rate ? .fail : .inconclusive
    }

    public func missing(atLeast rate: Double) -> Missing {
        func after(passes: Int, failures: Int) -> Flakiness {
            Flakiness(passed: passed + passes, of: total + passes + failures, confidence: confidence)
        }
        let share = self.rate ?? 0.5
        return Missing(
            passes: Flakiness.least { after(passes: $0, failures: 0).verdict(atLeast: rate) == .pass },
            failures: Flakiness.least { after(passes: 0, failures: $0).verdict(atLeast: rate) == .fail },
            attempts: total == 0
                ? nil
                : Flakiness.least { count in
                    let passes = Int((Double(count) * share).rounded())
                    return after(passes: passes, failures: count - passes).verdict(atLeast: rate) != .inconclusive
                })
    }

    /// The least number for which something holds that goes on to hold; nil beyond the limit.
    private static func least(_ holds: (Int) -> Bool) -> Int? {
        var high = 1
        while !holds(high) {
            high *= 2
            if high > limit { return nil }
        }
        var low = high / 2
        while high - low > 1 {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
