import Digests

/// What was accepted of a scenario at some time: the text of its baseline's file.
public struct BaselineVersion: Sendable, Equatable {
    public let text: String
    /// SHA-256 of the text in UTF-8, 64 hex digits.
    public let digest: String

    public init(_ text: String) {
        self.text = text
        digest = Digest.sha256Hex(Array(text.utf8))
    }
}

extension Attempt {
    /// An attempt beside what was accepted: the verdict of a check.
    public struct Comparison: Sendable, Equatable {
        /// The digest of the baseline's version.
        public var baseline: String
        /// The nearest variant, counted from 1; nil when none is for the scenario's matrix point.
        public var variant: Int?
        /// Hunks in which something else was done.
        public var suspicious: Int
        /// Hunks in which the same was done in other words.
        public var expected: Int

        public init(baseline: String, variant: Int?, suspicious: Int, expected: Int) {
            self.baseline = baseline
            self.variant = variant
            self.suspicious = suspicious
            self.expected = expected
        }

        public var isAccepted: Bool { variant != nil && suspicious == 0 && expected == 0 }
    }
}
