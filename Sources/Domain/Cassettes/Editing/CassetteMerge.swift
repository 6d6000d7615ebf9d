import Documents

/// Puts two cassettes together: every recording of both, each once, under numbers that keep both orders.
public enum CassetteMerge {
    /// One side of a merge.
    public struct Side: Sendable {
        public let bytes: [UInt8]
        /// The path as the user typed it, for messages.
        public let file: String

        public init(_ bytes: [UInt8], file: String) {
            self.bytes = bytes
            self.file = file
        }
    }

    public struct Outcome: Sendable {
        public let edited: EditedCassette
        /// What a person has to look at, in words; both sides were kept.
        public let conflicts: [String]
        /// What was decided, and may be of interest.
        public let notes: [String]
    }

    /// Merges two cassettes; all documents that only one side has, or both have alike, are copied.
    ///
    /// What one side took out since `base` is out. A request that both sides recorded anew with different answers is a conflict:
    /// both answers are kept, ours first. So is a sandbox in which both sides ran something new.
    ///
    /// - Parameters:
    ///   - base: What both come from; nil when they have nothing in common.
    ///   - beside: Where the large contents of all of them are.
    /// - Throws: `Diagnostics` when one of them is broken.
    public static func merge(
        base: Side?, ours: Side, theirs: Side, beside: (any BesideFiles)? = nil
    ) throws -> Outcome {
        // A file that was empty before it was added has nothing in common with anything.
        let base = try base.flatMap {
            $0.bytes.isEmpty ? nil : try CassetteText($0.bytes, file: $0.file, beside: beside)
        }
        let a = try CassetteText(ours.bytes, file: ours.file, beside: beside)
        let b = try CassetteText(theirs.bytes, file: theirs.file, beside: beside)
        let header = HeaderMerge(base: base, ours: a, theirs: b)
        let choice = MergeChoice(base: base, ours: a, theirs: b, rules: header.rules)
        var conflicts = header.conflicts + choice.conflicts
        let assembly = MergeAssembly(ours: a, theirs: b, header: header, choice: choice)
        let (bytes, contents) = assembly.text()
        conflicts += choice.sandboxConflicts(labels: assembly.labels)
        return Outcome(
            edited: try a.edited(bytes, contents: contents, beside: beside), conflicts: conflicts,
            notes: header.notes + choice.notes)
    }
}
