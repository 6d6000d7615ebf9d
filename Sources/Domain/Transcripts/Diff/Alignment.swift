/// Which entries of two transcripts are the same event.
///
/// Equal beginnings and ends are trimmed; entries that occur just once on both sides are landmarks (patience diff), and
/// those of them that are out of order have moved; the gaps between landmarks are aligned by similarity. What is left
/// over may have moved and been changed (`Moves`), be a repetition or a part of a neighbour (`Relations`), or stand where
/// something else stood.
struct Alignment {
    /// Positions in both lists, rising in both; entries of one kind only.
    private(set) var pairs: [(Int, Int)] = []
    /// Pairs that cross those of `pairs`, rising on the right.
    private(set) var moved: [(Int, Int)] = []
    /// What an entry that only the first list has is to one that both have, both by position in the first list.
    private(set) var relationsBefore: [Int: Relation] = [:]
    /// The same of the second list.
    private(set) var relationsAfter: [Int: Relation] = [:]

    private let a: [EntryKey]
    private let b: [EntryKey]

    init(_ a: [Entry], _ b: [Entry], by rules: DiffRules) {
        var interner = EntryKey.Interner()
        let normaliser = Normaliser(rules: rules)
        self.a = a.map { interner.key(of: $0, by: normaliser) }
        self.b = b.map { interner.key(of: $0, by: normaliser) }
        let far = displacedLandmarks()
        let farA = Set(far.map(\.0)), farB = Set(far.map(\.1))
        let restA = self.a.indices.filter { !farA.contains($0) }, restB = self.b.indices.filter { !farB.contains($0) }
        align(restA[...], restB[...])
        var links = Links(pairs: pairs + far, self.a, self.b)
        links.addMoves()
        links.addSplits()
        links.addNeighbours(least: Similarity.floor)
        links.addReplacements()
        links.addNeighbours(least: 0)
        links.addRepetitions()
        arrange(links)
    }

    private mutating func arrange(_ links: Links) {
        let all = links.pairs
        let chain = longestRisingChain(all)
        pairs = chain.map { all[$0] }
        let inOrder = Set(chain)
        moved = all.indices.filter { !inOrder.contains($0) }.map { all[$0] }.sorted { $0.1 < $1.1 }
        relationsBefore = links.relationsBefore
        relationsAfter = links.relationsAfter
    }

    /// Pairs of equal, unique entries that are not where the others of their kind are.
    private func displacedLandmarks() -> [(Int, Int)] {
        var start = 0
        while start < min(a.count, b.count), a[start].id == b[start].id { start += 1 }
        var tail = 0
        while tail < min(a.count, b.count) - start, a[a.count - 1 - tail].id == b[b.count - 1 - tail].id { tail += 1 }
        let candidates = commonUniques(Array(start..<a.count - tail)[...], Array(start..<b.count - tail)[...])
        let kept = Set(longestRisingChain(candidates))
        return candidates.indices.filter { !kept.contains($0) }.map { candidates[$0] }
    }

    // MARK: Landmarks and gaps

    private mutating func align(_ listA: ArraySlice<Int>, _ listB: ArraySlice<Int>) {
        var listA = listA, listB = listB
        while let i = listA.first, let j = listB.first, a[i].id == b[j].id {
            pairs.append((i, j))
            listA.removeFirst()
            listB.removeFirst()
        }
        var tail: [(Int, Int)] = []
        while let i = listA.last, let j = listB.last, a[i].id == b[j].id {
            tail.append((i, j))
            listA.removeLast()
            listB.removeLast()
        }
        defer { pairs += tail.reversed() }
        guard !listA.isEmpty, !listB.isEmpty else { return }

        let landmarks = landmarks(in: listA, listB)
        guard !landmarks.isEmpty else {
            pairs += GapAlignment(listA.map { a[$0] }, listB.map { b[$0] }).pairs.map {
                (listA[listA.startIndex + $0], listB[listB.startIndex + $1])
            }
            return
        }
        // Where each landmark stands in the slices, which skip what has moved.
        var startA = listA.startIndex, startB = listB.startIndex
        for (i, j) in landmarks {
            var endA = startA, endB = startB
            while listA[endA] < i { endA += 1 }
            while listB[endB] < j { endB += 1 }
            align(listA[startA..<endA], listB[startB..<endB])
            pairs.append((i, j))
            startA = endA + 1
            startB = endB + 1
        }
        align(listA[startA...], listB[startB...])
    }

    /// The longest rising chain of pairs of entries that are equal, and unique on both sides; of long stretches without
    /// any, the runs that they have in common.
    private func landmarks(in listA: ArraySlice<Int>, _ listB: ArraySlice<Int>) -> [(Int, Int)] {
        let candidates = commonUniques(listA, listB)
        let chain = longestRisingChain(candidates).map { candidates[$0] }
        guard chain.isEmpty, listA.count * listB.count > GapAlignment.cellLimit / 4 else { return chain }
        let runs = CommonRuns.pairs(listA.map { a[$0].id }, listB.map { b[$0].id }) ?? []
        return runs.map { (listA[listA.startIndex + $0], listB[listB.startIndex + $1]) }
    }

    /// Pairs of equal entries that both lists have just once, in the first one's order.
    private func commonUniques(_ listA: ArraySlice<Int>, _ listB: ArraySlice<Int>) -> [(Int, Int)] {
        var places: [Int: (a: Int, b: Int, countA: Int, countB: Int)] = [:]
        for i in listA where a[i].isDistinctive {
            places[a[i].id, default: (i, 0, 0, 0)].countA += 1
        }
        for j in listB where b[j].isDistinctive {
            guard var place = places[b[j].id] else { continue }
            place.b = j
            place.countB += 1
            places[b[j].id] = place
        }
        return listA.compactMap { i -> (Int, Int)? in
            guard let place = places[a[i].id], place.a == i, place.countA == 1, place.countB == 1 else { return nil }
            return (i, place.b)
        }
    }
}
