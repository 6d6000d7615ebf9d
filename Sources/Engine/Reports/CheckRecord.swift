public import Baselines
public import Transcripts

/// What a check of transcripts against their baselines came to.
public struct CheckRecord: Sendable {
    /// A scenario that does not go as it was accepted to, or for which nothing was accepted.
    public struct Item: Sendable {
        public var scenario: String
        /// The baseline's file.
        public var file: String
        /// Where in that file it first differs: `scenarios/P.baseline.yaml:12:3`; the file alone where that cannot be said.
        public var place: String
        public var comparison: BaselineComparison
        /// The keys of hunks that were rejected in review.
        public var rejected: Set<String>
        /// Its attempt has failed in itself, and is left for no review.
        public var hasFailed: Bool

        public init(
            scenario: String, file: String, place: String? = nil, comparison: BaselineComparison,
            rejected: Set<String> = [], hasFailed: Bool = false
        ) {
            self.scenario = scenario
            self.file = file
            self.place = place ?? file
            self.comparison = comparison
            self.rejected = rejected
            self.hasFailed = hasFailed
        }

        public var isNew: Bool { comparison.variant == nil }

        /// `1 suspicious, 2 expected`.
        public var summary: String {
            Hunk.Concern.allCases.compactMap { concern in
                let count = comparison.count(concern)
                return count > 0 ? "\(count) \(concern.rawValue)" : nil
            }.joined(separator: ", ")
        }
    }

    /// In the order in which they were performed.
    public var items: [Item]
    /// Scenarios that were performed.
    public var scenarioCount: Int
    /// What there is in baselines that belongs to no scenario, a line each.
    public var unreferenced: [String]
    /// A scenario without a baseline fails the check.
    public var requiresBaselines: Bool
    /// What differs was left for review.
    public var isPending: Bool

    public init(
        items: [Item], scenarioCount: Int, unreferenced: [String] = [], requiresBaselines: Bool = false,
        isPending: Bool = false
    ) {
        self.items = items
        self.scenarioCount = scenarioCount
        self.unreferenced = unreferenced
        self.requiresBaselines = requiresBaselines
        self.isPending = isPending
    }

    public func count(_ concern: Hunk.Concern) -> Int { items.reduce(0) { $0 + $1.comparison.count(concern) } }

    /// Hunks that were rejected in review, and are still there.
    public var rejectedCount: Int {
        items.reduce(0) { sum, item in sum + item.comparison.hunks.count { item.rejected.contains($0.key) } }
    }

    /// Scenarios that differ from what was accepted.
    public var differingCount: Int { items.count { !$0.isNew } }
    public var newCount: Int { items.count(where: \.isNew) }

    /// Nothing differs, and nothing that is required is missing.
    public var hasPassed: Bool { differingCount == 0 && (newCount == 0 || !requiresBaselines) }

    /// The hunks of one concern, with where they are.
    public func hunks(_ concern: Hunk.Concern) -> [(item: Item, hunk: Hunk)] {
        items.flatMap { item in item.comparison.hunks.filter { $0.concern == concern }.map { (item, $0) } }
    }
}
