/// Which entries of two transcripts are the same event.
///
/// Equal beginnings and ends are trimmed; entries that occur just once on both sides are landmarks (patience diff); the
/// gaps between landmarks are aligned by similarity. Later steps (moves, swapped speakers, retries) work on what is left
/// unpaired.
struct Alignment {
    /// Positions in both lists, rising in both; entries of one kind only.
    private(set) var pairs: [(Int, Int)] = []

    private let a: [EntryKey]
    private let b: [EntryKey]

    init(_ a: [Entry], _ b: [Entry]) {
        var interner = EntryKey.Interner()
        self.a = a.map { interner.key(of: $0) }
        self.b = b.map { interner.key(of: $0) }
        align(0..<a.count, 0..<b.count)
    }

    private mutating func align(_ rangeA: Range<Int>, _ rangeB: Range<Int>) {
        var rangeA = rangeA, rangeB = rangeB
        while let i = rangeA.first, let j = rangeB.first, a[i].id == b[j].id {
            pairs.append((i, j))
            rangeA.removeFirst()
            rangeB.removeFirst()
        }
        var tail: [(Int, Int)] = []
        while let i = rangeA.last, let j = rangeB.last, a[i].id == b[j].id {
            tail.append((i, j))
            rangeA.removeLast()
            rangeB.removeLast()
        }
        defer { pairs += tail.reversed() }
        guard !rangeA.isEmpty, !rangeB.isEmpty else { return }

        let landmarks = landmarks(in: rangeA, rangeB)
        guard !landmarks.isEmpty else {
            pairs += GapAlignment(a[rangeA], b[rangeB]).pairs
            return
        }
        for (i, j) in landmarks {
            align(rangeA.lowerBound..<i, rangeB.lowerBound..<j)
            pairs.append((i, j))
            rangeA = i + 1..<rangeA.upperBound
            rangeB = j + 1..<rangeB.upperBound
        }
        align(rangeA, rangeB)
    }

    /// The longest rising chain of pairs of entries that are equal, and unique on both sides.
    private func landmarks(in rangeA: Range<Int>, _ rangeB: Range<Int>) -> [(Int, Int)] {
        var places: [Int: (a: Int, b: Int, countA: Int, countB: Int)] = [:]
        for i in rangeA where a[i].isDistinctive {
            places[a[i].id, default: (i, 0, 0, 0)].countA += 1
        }
        for j in rangeB where b[j].isDistinctive {
            guard var place = places[b[j].id] else { continue }
            place.b = j
            place.countB += 1
            places[b[j].id] = place
        }
        let candidates = rangeA.compactMap { i -> (Int, Int)? in
            guard let place = places[a[i].id], place.a == i, place.countA == 1, place.countB == 1 else { return nil }
            return (i, place.b)
        }
        return longestRisingChain(candidates)
    }

    /// Of pairs that rise on the left, the most that rise on the right, too; patience sorting.
    private func longestRisingChain(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
        // The pair that ends the best chain of each length, and each pair's predecessor in its chain.
        var ends: [Int] = []
        var previous: [Int?] = []
        for (index, pair) in pairs.enumerated() {
            var low = 0, high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
            }
            previous.append(low > 0 ? ends[low - 1] : nil)
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var chain: [(Int, Int)] = []
        var next = ends.last
        while let index = next {
            chain.append(pairs[index])
            next = previous[index]
        }
        return chain.reversed()
    }
}
