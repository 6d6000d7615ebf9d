/// The first place where two transcripts part.
public struct Divergence: Sendable, Equatable {
    public enum What: Sendable, Equatable {
        case changed(FieldChange)
        /// Only the first transcript has the entry.
        case missing
        /// Only the second transcript has the entry.
        case added
        /// Both have it, at different places among the others.
        case moved
    }

    /// In the second transcript, or in the first for an entry that is missing or moved away.
    public var turn: Int
    /// Whose turn it is: the speaker of a message, the agent of anything else.
    public var speaker: String?
    /// The entry as it is now, or was.
    public var entry: Entry
    public var what: What
}

extension TranscriptDiff {
    /// The headline: nil when the transcripts are identical.
    ///
    /// An answer of the model that became a message counts as the message: that is what people see.
    public var firstDivergence: Divergence? {
        var departures = operations.compactMap { operation -> Placed? in
            if case .moved(let pair, _) = operation { pair.before } else { nil }
        }.sorted { $0.index < $1.index }[...]
        /// The position in the first transcript up to which everything is the same.
        var reached = 0
        for (position, operation) in operations.enumerated() {
            // What moved here comes from elsewhere and passes nothing over.
            if case .moved = operation {
            } else if let index = operation.before?.index {
                departures = departures.drop { $0.index < reached }
                if let left = departures.first, left.index < index {
                    return Divergence(
                        turn: left.entry.turn, speaker: left.entry.speaker, entry: left.entry, what: .moved)
                }
                reached = index + 1
            }
            if let divergence = divergence(of: operation, at: position) { return divergence }
        }
        return nil
    }

    private func divergence(of operation: Operation, at position: Int) -> Divergence? {
        func divergence(_ entry: Entry, _ what: Divergence.What) -> Divergence {
            Divergence(turn: entry.turn, speaker: entry.speaker, entry: entry, what: what)
        }
        switch operation {
        case .same: return nil
        case .changed(let pair):
            guard let change = pair.changes.first(where: { $0.level != .metric }) else { return nil }
            let entry = messageEchoing(change, of: pair, after: position) ?? pair.after.entry
            return divergence(entry, .changed(change))
        case .moved(let pair, _): return divergence(pair.after.entry, .moved)
        case .deleted(let placed, _): return divergence(placed.entry, .missing)
        case .inserted(let placed, _): return divergence(placed.entry, .added)
        }
    }

    /// How many changes of each level there are; an entry on one side only, and a moved block, is one change of behaviour.
    ///
    /// An answer and the message it became are one change.
    public var counts: [FieldChange.Level: Int] {
        var counts: [FieldChange.Level: Int] = [:]
        var blocks: Set<Int> = []
        for (position, operation) in operations.enumerated() {
            switch operation {
            case .same(let pair), .changed(let pair), .moved(let pair, _):
                for change in pair.changes where messageEchoing(change, of: pair, after: position) == nil {
                    counts[change.level, default: 0] += 1
                }
                if case .moved(_, let block) = operation, blocks.insert(block).inserted {
                    counts[.behaviour, default: 0] += 1
                }
            case .deleted, .inserted: counts[.behaviour, default: 0] += 1
            }
        }
        return counts
    }

    /// A turn with more entries than this between an answer and its message is not looked through.
    private static let reach = 100

    /// The message of the same turn that changed in just the same way as the call that produced it.
    public func messageEchoing(_ change: FieldChange, of pair: Pair, after position: Int) -> Entry? {
        guard case .llmCall = pair.after.entry.kind else { return nil }
        for operation in operations[(position + 1)...].prefix(Self.reach) {
            switch operation {
            case .same(let other), .changed(let other):
                guard other.after.entry.turn == pair.after.entry.turn else { return nil }
                guard case .message = other.after.entry.kind else { continue }
                return other.changes.contains(change) ? other.after.entry : nil
            case .moved, .deleted, .inserted: continue
            }
        }
        return nil
    }
}

extension Entry {
    /// The speaker of a message, the agent of anything else; nil for an end that nobody noticed.
    public var speaker: String? {
        switch kind {
        case .message(let message): message.speaker
        case .llmCall(let call): call.agent
        case .codeRun(let run): run.agent
        case .end(let end): end.agent
        }
    }
}
