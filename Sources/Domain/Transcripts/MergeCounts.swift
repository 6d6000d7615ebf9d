/// What a store took over from elsewhere.
public struct MergeCounts: Sendable, Equatable {
    /// Runs that it did not have.
    public var runs: Int
    /// Attempts of which it had nothing.
    public var attempts: Int
    /// Attempts of which it had the beginning only.
    public var replaced: Int
    /// Attempts that it had already.
    public var known: Int
    /// Reviews that it did not have.
    public var reviews: Int

    public init(
        runs: Int = 0, attempts: Int = 0, replaced: Int = 0, known: Int = 0, reviews: Int = 0
    ) {
        self.runs = runs
        self.attempts = attempts
        self.replaced = replaced
        self.known = known
        self.reviews = reviews
    }
}
