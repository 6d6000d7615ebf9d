import Digests
import Documents
public import Transcripts

/// A stretch of differences that is accepted or rejected as one.
public struct Hunk: Sendable {
    public typealias Concern = Review.Concern

    /// Names it by what differs and not by where; the second of equal ones in a transcript ends in `.2`.
    public internal(set) var key: String
    public let concern: Concern
    /// Where its operations stand in the comparison's diff.
    public let range: Range<Int>
    /// Its operations alone.
    public let diff: TranscriptDiff

    init(_ range: Range<Int>, of whole: TranscriptDiff, concern: Concern) {
        self.range = range
        self.concern = concern
        diff = whole.part(range)
        key = Hunk.digest(of: diff)
    }

    /// What kind of change it is, the same for changes of the same sort: `text`, `exit_code, stdout`, `new message`.
    public var kind: String {
        if concern == .new { return "new" }
        var words: [String] = []
        for operation in diff.operations {
            let more: [String] =
                switch operation {
                case .same: []
                case .changed(let pair): pair.changes.filter { $0.level != .metric }.map(\.field.name)
                case .moved: ["moved"]
                case .deleted(let placed, _): ["missing " + placed.entry.kind.name]
                case .inserted(let placed, _): ["new " + placed.entry.kind.name]
                }
            for word in more where !words.contains(word) { words.append(word) }
        }
        return words.joined(separator: ", ")
    }

    /// The turns that it touches, as they are now, or were.
    public var turns: ClosedRange<Int> {
        let turns = diff.operations.compactMap { ($0.after ?? $0.before)?.entry.turn }
        return (turns.min() ?? 1)...(turns.max() ?? 1)
    }

    /// `turn 4`, `turns 4–6`.
    public var place: String {
        turns.count == 1 ? "turn \(turns.lowerBound)" : "turns \(turns.lowerBound)–\(turns.upperBound)"
    }

    /// 8 hex digits of the SHA-256 of what differs.
    private static func digest(of diff: TranscriptDiff) -> String {
        var text = ""
        for operation in diff.operations {
            let name =
                switch operation {
                case .same: "same"
                case .changed: "changed"
                case .moved: "moved"
                case .deleted: "deleted"
                case .inserted: "inserted"
                }
            text += name + "\n" + content(operation.before) + "\n" + content(operation.after) + "\n"
        }
        return String(Digest.sha256Hex(Array(text.utf8)).prefix(8))
    }

    private static func content(_ placed: TranscriptDiff.Placed?) -> String {
        guard var json = placed?.entry.json else { return "-" }
        for name in ["turn", "at", "took", "usage", "request"] { json.set(nil, at: JSONPointer([name])) }
        return json.text()
    }
}

extension Hunk {
    /// The hunks of a diff, in its order: neighbouring turns of one concern together, each moved block for itself.
    static func all(of diff: TranscriptDiff) -> [Hunk] {
        var hunks: [Range<Int>] = []
        var last: Unit?
        for unit in units(of: diff, in: diff.operations.indices) {
            if let before = last, before.range.upperBound == unit.range.lowerBound, before.block == nil,
                unit.block == nil, before.concern == unit.concern, let joined = hunks.popLast()
            {
                hunks.append(joined.lowerBound..<unit.range.upperBound)
            } else {
                hunks.append(unit.range)
            }
            last = unit
        }
        return numbered(hunks.map { Hunk($0, of: diff, concern: concern(of: diff.operations[$0])) })
    }

    /// The same differences turn by turn, by the keys that they have when it is split; those of one turn are one hunk still.
    public func parts(in comparison: BaselineComparison) -> [Hunk] {
        comparison.hunks(splitting: [key]).filter { range.contains($0.range.lowerBound) }
    }

    func split(in whole: TranscriptDiff) -> [Hunk] {
        Hunk.units(of: whole, in: range).map { Hunk($0.range, of: whole, concern: $0.concern) }
    }

    /// Tells equal ones apart.
    static func numbered(_ hunks: [Hunk]) -> [Hunk] {
        var counts: [String: Int] = [:]
        return hunks.map { hunk in
            var hunk = hunk
            let base = String(hunk.key.prefix { $0 != "." })
            let count = counts[base, default: 0] + 1
            counts[base] = count
            hunk.key = count == 1 ? base : "\(base).\(count)"
            return hunk
        }
    }

    /// What of one turn differs, without a gap; of a moved block, what of it is of one turn.
    private struct Unit {
        var range: Range<Int>
        var turn: Int
        var block: Int?
        var concern: Concern
    }

    private static func units(of diff: TranscriptDiff, in range: Range<Int>) -> [Unit] {
        var units: [Unit] = []
        for position in range {
            let operation = diff.operations[position]
            if case .same = operation { continue }
            let turn = (operation.after ?? operation.before)?.entry.turn ?? 0
            var block: Int?
            if case .moved(_, let number) = operation { block = number }
            if let last = units.last, last.range.upperBound == position, last.turn == turn, last.block == block {
                units[units.count - 1].range = last.range.lowerBound..<position + 1
            } else {
                units.append(Unit(range: position..<position + 1, turn: turn, block: block, concern: .expected))
            }
        }
        for index in units.indices { units[index].concern = concern(of: diff.operations[units[index].range]) }
        return units
    }

    private static func concern(of operations: ArraySlice<TranscriptDiff.Operation>) -> Concern {
        operations.allSatisfy { operation in
            if case .changed(let pair) = operation { pair.changes.allSatisfy { $0.level != .behaviour } } else { false }
        } ? .expected : .suspicious
    }
}
