/// What asking a sample of recorded questions again has shown.
public struct DriftReport: Sendable {
    /// One question that was asked again.
    public struct Line: Sendable {
        public var file: String
        public var number: Int
        public var service: Service
        public var operation: Operation
        public var drift: Drift

        public init(_ interaction: Interaction, file: String, drift: Drift) {
            self.file = file
            number = interaction.number
            service = interaction.service
            operation = interaction.operation
            self.drift = drift
        }
    }

    /// In the order in which they were asked.
    public var lines: [Line] = []
    /// Chose the sample; the same seed chooses the same.
    public var seed: UInt64
    /// Questions of the sample that were not asked.
    public var unaskedCount = 0
    /// Why it stopped before its end, in words; nil when it did not.
    public var stop: String?
    /// True when a service could not be reached at all.
    public var missedService = false

    public init(seed: UInt64) { self.seed = seed }

    public func count(_ kind: Drift.Kind) -> Int { lines.count { $0.drift.kind == kind } }

    /// As far as the answers say.
    public var tokens: Int { lines.reduce(0) { $0 + $1.drift.tokens } }

    /// True where a program would see more than other words.
    public var hasDrifted: Bool { count(.shape) + count(.failed) > 0 }
}
