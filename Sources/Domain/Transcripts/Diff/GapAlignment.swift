/// Pairs two stretches without a landmark by similarity, order kept (Needleman and Wunsch).
struct GapAlignment {
    /// Positions in both stretches, rising in both.
    private(set) var pairs: [(Int, Int)] = []

    /// Beyond this many comparisons only a band around the diagonal is looked at.
    static let cellLimit = 600_000
    /// The same for words: comparing long texts costs as much as comparing many.
    private static let wordLimit = 20_000_000

    private let cellLimit: Int

    init(_ a: [EntryKey], _ b: [EntryKey]) {
        let words = (a + b).reduce(0) { $0 + $1.words.count + $1.outcome.count } / max(1, a.count + b.count)
        cellLimit = min(GapAlignment.cellLimit, GapAlignment.wordLimit / (words + 1))
        pairs = similarPairs(a, b)
    }

    private enum Step: UInt8 { case pair, delete, insert }

    /// The best-scoring alignment. It is built from the end, so that walking it from the start prefers early pairs.
    private func similarPairs(_ a: [EntryKey], _ b: [EntryKey]) -> [(Int, Int)] {
        guard !a.isEmpty, !b.isEmpty else { return [] }
        let isWhole = a.count * b.count <= cellLimit
        let half = isWhole ? b.count : max(cellLimit / (2 * a.count), b.count / a.count + 2)
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
}
