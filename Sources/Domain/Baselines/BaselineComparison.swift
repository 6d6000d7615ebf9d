public import Transcripts

/// A transcript beside the accepted variant that is nearest to it.
public struct BaselineComparison: Sendable {
    /// The variant's place in its baseline; nil when nothing was accepted yet.
    public let variant: Int?
    /// The transcript in normal form.
    public let after: Transcript
    public let diff: TranscriptDiff
    /// What differs; a transcript for which nothing was accepted is one hunk.
    public let hunks: [Hunk]

    /// - Parameter point: Only variants for this matrix point are looked at.
    public init(of transcript: Transcript, with baseline: Baseline, point: String?) {
        let after = baseline.normalised(transcript)
        self.after = after
        var best: (variant: Int, diff: TranscriptDiff, cost: (Int, Int))?
        for place in baseline.places(for: point) {
            let before = Transcript(subject: after.subject, entries: baseline.variants[place].entries)
            let difference = Transcripts.diff(before, after)
            let counts = difference.counts
            let cost = (counts[.behaviour] ?? 0, counts[.wording] ?? 0)
            if let best, best.cost <= cost { continue }
            best = (place, difference, cost)
            if cost == (0, 0), difference.isIdentical { break }
        }
        variant = best?.variant
        if let best {
            diff = best.diff
            hunks = best.diff.isIdentical ? [] : Hunk.all(of: best.diff)
        } else {
            diff = Transcripts.diff(Transcript(subject: after.subject), after)
            hunks = [Hunk(diff.operations.indices, of: diff, concern: .new)]
        }
    }

    /// It goes as it was accepted to.
    public var isAccepted: Bool { hunks.isEmpty }

    /// The hunks with some of them taken apart by turns.
    public func hunks(splitting keys: Set<String>) -> [Hunk] {
        guard !keys.isEmpty else { return hunks }
        return Hunk.numbered(hunks.flatMap { keys.contains($0.key) ? $0.split(in: diff) : [$0] })
    }

    /// The first entry of the variant that is otherwise now, or behind which something new comes; nil where nothing differs,
    /// or nothing was accepted.
    public var firstDifference: Int? {
        guard variant != nil, !isAccepted else { return nil }
        var last = 0
        for operation in diff.operations {
            if case .same(let pair) = operation {
                last = pair.before.index
            } else {
                return operation.before?.index ?? last
            }
        }
        return nil
    }

    public func count(_ concern: Hunk.Concern) -> Int { hunks.count { $0.concern == concern } }
}

extension BaselineComparison {
    /// The variant after some hunks were accepted: what they changed is as it is now, everything else as it was.
    public func entries(accepting hunks: [Hunk]) -> [Entry] {
        let accepted = Set(hunks.flatMap(\.range))
        let isWhole = diff.operations.indices.allSatisfy { position in
            if case .same = diff.operations[position] { true } else { accepted.contains(position) }
        }
        if isWhole { return after.entries }
        var merged: [Merged] = []
        // What has moved, but is not accepted to have, goes back to where it was.
        var returning: [Merged] = []
        for (position, operation) in diff.operations.enumerated() {
            let isAccepted = accepted.contains(position)
            switch operation {
            case .same(let pair): merged.append(Merged(pair.before, turnAfter: pair.after.entry.turn))
            case .changed(let pair):
                var entry = Merged(pair.before, turnAfter: pair.after.entry.turn)
                if isAccepted { entry.entry = pair.after.entry }
                merged.append(entry)
            case .moved(let pair, _):
                if isAccepted {
                    merged.append(Merged(after: pair.after))
                } else {
                    returning.append(Merged(pair.before))
                }
            case .deleted(let placed, _): if !isAccepted { merged.append(Merged(placed)) }
            case .inserted(let placed, _): if isAccepted { merged.append(Merged(after: placed)) }
            }
        }
        for entry in returning.sorted(by: { ($0.index ?? 0) < ($1.index ?? 0) }) {
            let before = merged.lastIndex { $0.index.map { $0 < entry.index ?? 0 } ?? false }
            merged.insert(entry, at: before.map { $0 + 1 } ?? 0)
        }
        return Merged.renumbered(merged)
    }
}

/// An entry of a merged variant, with what is known of its place on either side.
private struct Merged {
    var entry: Entry
    /// Its place in the accepted variant; nil for what is new there.
    var index: Int?
    var turnBefore: Int?
    var turnAfter: Int?

    init(_ before: TranscriptDiff.Placed, turnAfter: Int? = nil) {
        entry = before.entry
        index = before.index
        turnBefore = before.entry.turn
        self.turnAfter = turnAfter
    }

    init(after: TranscriptDiff.Placed) {
        entry = after.entry
        turnAfter = after.entry.turn
    }

    /// Turns begin where they begin on a side that both of two neighbours are from.
    static func renumbered(_ entries: [Merged]) -> [Entry] {
        var turn = 0
        var last: Merged?
        return entries.map { merged in
            if let last {
                let sides = [(last.turnBefore, merged.turnBefore), (last.turnAfter, merged.turnAfter)]
                let steps = sides.compactMap { before, after in before.flatMap { a in after.map { $0 - a } } }
                turn += steps.isEmpty ? 1 : steps.contains(0) ? 0 : max(1, steps[0])
            } else {
                turn = max(1, merged.turnBefore ?? merged.turnAfter ?? 1)
            }
            last = merged
            var entry = merged.entry
            entry.turn = turn
            return entry
        }
    }
}
