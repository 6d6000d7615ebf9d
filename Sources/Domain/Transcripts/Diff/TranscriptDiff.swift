/// What makes one transcript of another: every entry of both, in order, paired where they are the same event.
///
/// Timing, usage, request bodies and tool-call ids are never a difference; where they differ, a pair says so as metrics.
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
        case deleted(Placed)
        case inserted(Placed)
    }

    /// The subjects of the two transcripts; they name them and are not compared.
    public var subjectBefore: String
    public var subjectAfter: String
    /// Reading the `before`s gives the first transcript, reading the `after`s the second; deletions come before insertions.
    public var operations: [Operation]

    /// Nothing differs but metrics.
    public var isIdentical: Bool {
        operations.allSatisfy { if case .same = $0 { true } else { false } }
    }
}

/// What makes `b` of `a`.
///
/// The result depends on nothing but the two transcripts: ties go to the earlier entry. Costs about the sum of the
/// lengths, plus, where stretches without a common landmark differ, the product of their lengths.
public func diff(_ a: Transcript, _ b: Transcript) -> TranscriptDiff {
    let pairs = Alignment(a.entries, b.entries).pairs
    var operations: [TranscriptDiff.Operation] = []
    var i = 0, j = 0
    func advance(to nextI: Int, _ nextJ: Int) {
        operations += (i..<nextI).map { .deleted(.init(index: $0, entry: a.entries[$0])) }
        operations += (j..<nextJ).map { .inserted(.init(index: $0, entry: b.entries[$0])) }
    }
    for (before, after) in pairs {
        advance(to: before, after)
        let pair = TranscriptDiff.Pair(
            before: .init(index: before, entry: a.entries[before]), after: .init(index: after, entry: b.entries[after]),
            changes: FieldChange.between(a.entries[before], b.entries[after]))
        operations.append(pair.isDifference ? .changed(pair) : .same(pair))
        i = before + 1
        j = after + 1
    }
    advance(to: a.entries.count, b.entries.count)
    return TranscriptDiff(subjectBefore: a.subject, subjectAfter: b.subject, operations: operations)
}

extension TranscriptDiff {
    /// The second transcript, made of the first.
    ///
    /// - Returns: Nil when the diff was not taken from this transcript.
    public func apply(to transcript: Transcript) -> Transcript? {
        guard transcript.subject == subjectBefore else { return nil }
        var result = Transcript(subject: subjectAfter)
        var rest = transcript.entries[...]
        func take(_ placed: Placed) -> Bool { rest.popFirst() == placed.entry }
        for operation in operations {
            switch operation {
            case .same(let pair), .changed(let pair):
                guard take(pair.before) else { return nil }
                result.entries.append(pair.after.entry)
            case .deleted(let placed):
                guard take(placed) else { return nil }
            case .inserted(let placed):
                result.entries.append(placed.entry)
            }
        }
        return rest.isEmpty ? result : nil
    }
}
