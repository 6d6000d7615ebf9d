/// What makes one transcript of another: every entry of both, paired where they are the same event.
///
/// Timing, usage, request bodies, tool-call ids and values that vary by chance are never a difference; where they differ,
/// a pair says so as metrics.
public struct TranscriptDiff: Sendable {
    /// An entry and its place in its transcript's `entries`.
    public struct Placed: Sendable, Equatable {
        public var index: Int
        public var entry: Entry
    }

    /// The same event in both transcripts.
    public struct Pair: Sendable {
        public var before: Placed
        public var after: Placed
        /// In the order in which people read an entry: who, to whom, what, how it came out.
        public var changes: [FieldChange]

        /// The pair differs in more than metrics.
        public var isDifference: Bool { changes.contains { $0.level != .metric } }
    }

    public enum Operation: Sendable {
        /// Equal, but for the turn's number and metrics.
        case same(Pair)
        case changed(Pair)
        /// At another place among the others, changed or not; entries that moved together have one block's number.
        case moved(Pair, block: Int)
        case deleted(Placed, Relation?)
        case inserted(Placed, Relation?)
    }

    /// The subjects of the two transcripts; they name them and are not compared.
    public var subjectBefore: String
    public var subjectAfter: String
    /// Reading the `after`s gives the second transcript, reading the `before`s the first but for what moved, which stands
    /// where it is now; deletions come before insertions.
    public var operations: [Operation]

    /// Nothing differs but metrics.
    public var isIdentical: Bool {
        operations.allSatisfy { if case .same = $0 { true } else { false } }
    }
}

/// What makes `b` of `a`.
///
/// The result depends on nothing but the two transcripts: ties go to the earlier entry. Costs about the sum of the
/// lengths, plus, where stretches without a common landmark differ, the product of their lengths. Beyond 600,000
/// comparisons such a stretch is split at the runs of entries that both have, if few entries differ, and else compared
/// in a band around its diagonal.
public func diff(_ a: Transcript, _ b: Transcript, by rules: DiffRules = DiffRules()) -> TranscriptDiff {
    let alignment = Alignment(a.entries, b.entries, by: rules)
    func pair(_ i: Int, _ j: Int) -> TranscriptDiff.Pair {
        TranscriptDiff.Pair(
            before: .init(index: i, entry: a.entries[i]), after: .init(index: j, entry: b.entries[j]),
            changes: FieldChange.between(a.entries[i], b.entries[j], by: rules))
    }
    var assembly = DiffAssembly(before: a.entries, after: b.entries)
    assembly.pairs = alignment.pairs.map(pair)
    assembly.moved = alignment.moved.map(pair)
    assembly.relationsBefore = alignment.relationsBefore
    assembly.relationsAfter = alignment.relationsAfter
    return TranscriptDiff(subjectBefore: a.subject, subjectAfter: b.subject, operations: assembly.operations)
}

extension TranscriptDiff {
    /// The second transcript, made of the first.
    ///
    /// - Returns: Nil when the diff was not taken from this transcript.
    public func apply(to transcript: Transcript) -> Transcript? {
        guard transcript.subject == subjectBefore else { return nil }
        var result = Transcript(subject: subjectAfter)
        var isUsed = [Bool](repeating: false, count: transcript.entries.count)
        func take(_ placed: Placed) -> Bool {
            guard isUsed.indices.contains(placed.index), !isUsed[placed.index] else { return false }
            isUsed[placed.index] = true
            return transcript.entries[placed.index] == placed.entry
        }
        for operation in operations {
            if let before = operation.before, !take(before) { return nil }
            if let after = operation.after { result.entries.append(after.entry) }
        }
        return isUsed.allSatisfy { $0 } ? result : nil
    }

    /// What makes the first transcript of the second.
    public var inverted: TranscriptDiff {
        var assembly = DiffAssembly(before: entries(\.after), after: entries(\.before))
        for operation in operations {
            switch operation {
            case .same(let pair), .changed(let pair): assembly.pairs.append(pair.inverted)
            case .moved(let pair, _): assembly.moved.append(pair.inverted)
            case .deleted(let placed, let relation): assembly.relationsAfter[placed.index] = relation
            case .inserted(let placed, let relation): assembly.relationsBefore[placed.index] = relation
            }
        }
        assembly.moved.sort { $0.after.index < $1.after.index }
        return TranscriptDiff(
            subjectBefore: subjectAfter, subjectAfter: subjectBefore, operations: assembly.operations)
    }

    private func entries(_ side: (Operation) -> Placed?) -> [Entry] {
        operations.compactMap(side).sorted { $0.index < $1.index }.map(\.entry)
    }
}

extension TranscriptDiff.Operation {
    /// The entry of the first transcript; nil for an insertion.
    public var before: TranscriptDiff.Placed? {
        switch self {
        case .same(let pair), .changed(let pair), .moved(let pair, _): pair.before
        case .deleted(let placed, _): placed
        case .inserted: nil
        }
    }

    /// The entry of the second transcript; nil for a deletion.
    public var after: TranscriptDiff.Placed? {
        switch self {
        case .same(let pair), .changed(let pair), .moved(let pair, _): pair.after
        case .inserted(let placed, _): placed
        case .deleted: nil
        }
    }
}

extension TranscriptDiff.Pair {
    fileprivate var inverted: TranscriptDiff.Pair {
        TranscriptDiff.Pair(
            before: after, after: before,
            changes: changes.map {
                FieldChange(field: $0.field, before: $0.after, after: $0.before, level: $0.level)
            })
    }
}
