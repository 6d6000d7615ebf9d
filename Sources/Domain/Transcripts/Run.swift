/// One performance of one or many scenarios, by one command.
public struct Run: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case passed
        /// A difference, a failed expectation or a miss.
        case failed
        /// The world failed: a port, a disk, a live service.
        case error
        /// Somebody stopped it; what had ended until then is stored.
        case interrupted
        /// No end is known: it was cut short, or is still going on.
        case unfinished
    }

    /// One of several parts of a run, each on a machine of its own.
    public struct Shard: Sendable, Hashable {
        /// Counted from 1.
        public var index: Int
        public var total: Int

        public init(index: Int, total: Int) {
            self.index = index
            self.total = total
        }
    }

    /// Unique for ever; sorts by time of birth (a UUID of version 7).
    public var id: String
    /// Given by a person; `#label` names the newest run that has it.
    public var label: String?
    /// Seconds since 1970.
    public var startedAt: Double
    /// Seconds since 1970; nil while `status` is `unfinished`.
    public var endedAt: Double?
    public var status: Status
    public var toolVersion: String
    public var gitSHA: String?
    public var branch: String?
    /// The command line, without the program's name.
    public var arguments: [String]
    /// Nil for a run that is whole.
    public var shard: Shard?
    /// The same for all shards of a run, and for runs of the same scenarios: a digest of what was to be performed.
    public var plan: String?
    /// The ids of the stored runs that a run stands for which was put together from its shards; empty for a stored run.
    public var parts: [String] = []

    /// The ids that its attempts are stored under.
    public var storedIDs: [String] { parts.isEmpty ? [id] : parts }

    public init(
        id: String, label: String? = nil, startedAt: Double, endedAt: Double? = nil, status: Status = .unfinished,
        toolVersion: String, gitSHA: String? = nil, branch: String? = nil, arguments: [String] = []
    ) {
        self.id = id
        self.label = label
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.status = status
        self.toolVersion = toolVersion
        self.gitSHA = gitSHA
        self.branch = branch
        self.arguments = arguments
    }
}

/// A run with the numbers that a list of runs shows.
public struct RunSummary: Sendable, Equatable {
    public var run: Run
    public var attemptCount: Int
    public var passedCount: Int

    public init(run: Run, attemptCount: Int, passedCount: Int) {
        self.run = run
        self.attemptCount = attemptCount
        self.passedCount = passedCount
    }
}
