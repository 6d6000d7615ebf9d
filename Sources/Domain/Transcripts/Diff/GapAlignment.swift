/// Pairs two stretches without a landmark, order kept: by similarity (Needleman and Wunsch), then, where a stretch was
/// replaced by another of the same shape, by position.
struct GapAlignment {
    /// Positions in both stretches' indices, rising in both.
    private(set) var pairs: [(Int, Int)] = []

    /// Beyond this many comparisons only a band around the diagonal is looked at.
    private static let cellLimit = 4_000_000

    init(_ sliceA: ArraySlice<EntryKey>, _ sliceB: ArraySlice<EntryKey>) {
        let a = Array(sliceA), b = Array(sliceB)
        pairs = withReplacements(similarPairs(a, b), a, b).map { ($0 + sliceA.startIndex, $1 + sliceB.startIndex) }
    }

    private enum Step: UInt8 { case pair, delete, insert }

    /// The best-scoring alignment. It is built from the end, so that walking it from the start prefers early pairs.
    private func similarPairs(_ a: [EntryKey], _ b: [EntryKey]) -> [(Int, Int)] {
        guard !a.isEmpty, !b.isEmpty else { return [] }
        let isWhole = a.count * b.count <= GapAlignment.cellLimit
        let half = isWhole ? b.count : max(GapAlignment.cellLimit / (2 * a.count), b.count / a.count + 2)
        func band(_ i: Int) -> ClosedRange<Int> {
            let centre = i * b.count / a.count
            return max(0, centre - half)...min(b.count, centre + half)
        }
        let never = Int.min / 2
        var steps: [[UInt8]] = Array(repeating: [], count: a.count + 1)
        var below: [Int] = []
        var bandBelow = 0...0
        for i in stride(from: a.count, through: 0, by: -1) {
            let bandHere = band(i)
            var here = Array(repeating: never, count: bandHere.count)
            var row = Array(repeating: Step.delete.rawValue, count: bandHere.count)
            for j in bandHere.reversed() {
                var best = (i == a.count && j == b.count) ? 0 : never
                var step = Step.insert
                if j < bandHere.upperBound {
                    best = here[j + 1 - bandHere.lowerBound] + Similarity.gap
                }
                if i < a.count {
                    if bandBelow.contains(j) {
                        let score = below[j - bandBelow.lowerBound] + Similarity.gap
                        if score >= best { (best, step) = (score, .delete) }
                    }
                    if j < b.count, bandBelow.contains(j + 1), let similarity = Similarity.of(a[i], b[j]) {
                        let score = below[j + 1 - bandBelow.lowerBound] + similarity
                        if score >= best { (best, step) = (score, .pair) }
                    }
                }
                here[j - bandHere.lowerBound] = best
                row[j - bandHere.lowerBound] = step.rawValue
            }
            steps[i] = row
            (below, bandBelow) = (here, bandHere)
        }
        var pairs: [(Int, Int)] = []
        var i = 0, j = 0
        while i < a.count, j < b.count {
            switch Step(rawValue: steps[i][j - band(i).lowerBound]) {
            case .pair:
                pairs.append((i, j))
                i += 1
                j += 1
            case .delete: i += 1
            case .insert, nil: j += 1
            }
        }
        return pairs
    }

    /// Adds pairs between neighbours: what stood first, or last, in a replaced stretch is paired with what stands there
    /// now, as long as both are the same kind of event between the same people.
    private func withReplacements(_ pairs: [(Int, Int)], _ a: [EntryKey], _ b: [EntryKey]) -> [(Int, Int)] {
        func isReplacement(_ i: Int, _ j: Int) -> Bool {
            a[i].kind == b[j].kind && a[i].speaker == b[j].speaker && a[i].recipient == b[j].recipient
        }
        var result: [(Int, Int)] = []
        var i = 0, j = 0
        for (endA, endB) in pairs + [(a.count, b.count)] {
            while i < endA, j < endB, isReplacement(i, j) {
                result.append((i, j))
                i += 1
                j += 1
            }
            var tail: [(Int, Int)] = []
            var lastA = endA - 1, lastB = endB - 1
            while lastA >= i, lastB >= j, isReplacement(lastA, lastB) {
                tail.append((lastA, lastB))
                lastA -= 1
                lastB -= 1
            }
            result += tail.reversed()
            if endA < a.count, endB < b.count { result.append((endA, endB)) }
            i = endA + 1
            j = endB + 1
        }
        return result
    }
}

/// How alike two entries are, in millionths.
private enum Similarity {
    /// What leaving an entry alone costs.
    static let gap = -100_000
    /// Less alike than this is not the same event.
    static let floor = 0.30

    /// Nil when the two cannot be the same event.
    static func of(_ a: EntryKey, _ b: EntryKey) -> Int? {
        guard a.kind == b.kind else { return nil }
        if a.id == b.id { return 1_000_000 }
        // What came of the code says less about which run it was than the code.
        var value =
            switch a.kind {
            case .codeRun: 0.7 * dice(a.words, b.words) + 0.3 * dice(a.outcome, b.outcome)
            case .end: 0.5 + 0.5 * dice(a.words, b.words)
            case .message, .llmCall: dice(a.words, b.words)
            }
        if a.speaker != b.speaker || a.recipient != b.recipient { value *= 0.8 }
        return value >= floor ? Int((value * 1_000_000).rounded()) : nil
    }

    /// Twice the words in common, by the words of both; both lists are sorted.
    private static func dice(_ a: [UInt64], _ b: [UInt64]) -> Double {
        let total = a.count + b.count
        guard total > 0 else { return 1 }
        guard Double(2 * min(a.count, b.count)) / Double(total) >= 0.1 else { return 0 }
        var common = 0, i = 0, j = 0
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                common += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return Double(2 * common) / Double(total)
    }
}
