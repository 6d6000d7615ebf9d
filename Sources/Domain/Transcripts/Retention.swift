/// Which stored runs are to be kept.
public struct Retention: Sendable, Equatable {
    /// Seconds; a run that began longer ago may go. Nil: age does not matter.
    public var age: Double?
    /// The newest ones stay. Nil: their number does not matter.
    public var newestCount: Int?
    /// Runs with one of these labels stay.
    public var labels: Set<String>

    public init(age: Double? = nil, newestCount: Int? = nil, labels: Set<String> = []) {
        self.age = age
        self.newestCount = newestCount
        self.labels = labels
    }

    /// The runs that may go: those that nothing keeps; none if neither an age nor a number is set.
    ///
    /// A run without an end stays for a day in any case: it may still be going on.
    ///
    /// - Parameters:
    ///   - runs: The newest first.
    ///   - now: Seconds since 1970.
    public func expired(among runs: [Run], at now: Double) -> [Run] {
        guard age != nil || newestCount != nil else { return [] }
        return runs.enumerated().filter { index, run in
            let seconds = now - run.startedAt
            if let age, seconds <= age { return false }
            if let newestCount, index < newestCount { return false }
            if run.endedAt == nil, seconds <= 86_400 { return false }
            return !(run.label.map(labels.contains) ?? false)
        }.map(\.element)
    }
}

/// What was removed from a store.
public struct SweepCounts: Sendable, Equatable {
    /// The newest first.
    public var runs: [Run]
    public var attempts: Int
    /// Texts that nothing referred to any more, and their bytes.
    public var bodies: Int
    public var byteCount: Int
    public var names: Int
    /// Messages of requests.
    public var prompts: Int

    public init(
        runs: [Run] = [], attempts: Int = 0, bodies: Int = 0, byteCount: Int = 0, names: Int = 0, prompts: Int = 0
    ) {
        self.runs = runs
        self.attempts = attempts
        self.bodies = bodies
        self.byteCount = byteCount
        self.names = names
        self.prompts = prompts
    }
}
