/// The first place where two transcripts part.
public struct Divergence: Sendable, Equatable {
    public enum What: Sendable, Equatable {
        case changed(FieldChange)
        /// Only the first transcript has the entry.
        case missing
        /// Only the second transcript has the entry.
        case added
    }

    /// In the second transcript, or in the first for an entry that is missing.
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
        for (position, operation) in operations.enumerated() {
            switch operation {
            case .same: continue
            case .changed(let pair):
                guard let change = pair.changes.first(where: { $0.level != .metric }) else { continue }
                if let message = messageEchoing(change, of: pair, after: position) {
                    return Divergence(
                        turn: message.turn, speaker: message.speaker, entry: message, what: .changed(change))
                }
                let entry = pair.after.entry
                return Divergence(turn: entry.turn, speaker: entry.speaker, entry: entry, what: .changed(change))
            case .deleted(let placed):
                return Divergence(
                    turn: placed.entry.turn, speaker: placed.entry.speaker, entry: placed.entry, what: .missing)
            case .inserted(let placed):
                return Divergence(
                    turn: placed.entry.turn, speaker: placed.entry.speaker, entry: placed.entry, what: .added)
            }
        }
        return nil
    }

    /// How many changes of each level there are; an entry on one side only is one change of behaviour.
    ///
    /// An answer and the message it became are one change.
    public var counts: [FieldChange.Level: Int] {
        var counts: [FieldChange.Level: Int] = [:]
        for (position, operation) in operations.enumerated() {
            switch operation {
            case .same(let pair), .changed(let pair):
                for change in pair.changes where messageEchoing(change, of: pair, after: position) == nil {
                    counts[change.level, default: 0] += 1
                }
            case .deleted, .inserted: counts[.behaviour, default: 0] += 1
            }
        }
        return counts
    }

    /// The message of the same turn that changed in just the same way as the call that produced it.
    public func messageEchoing(_ change: FieldChange, of pair: Pair, after position: Int) -> Entry? {
        guard case .llmCall = pair.after.entry.kind else { return nil }
        for operation in operations[(position + 1)...] {
            switch operation {
            case .same(let other), .changed(let other):
                guard other.after.entry.turn == pair.after.entry.turn else { return nil }
                guard case .message = other.after.entry.kind else { continue }
                return other.changes.contains(change) ? other.after.entry : nil
            case .deleted, .inserted: continue
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
