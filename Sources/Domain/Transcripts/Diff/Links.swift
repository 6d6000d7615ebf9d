/// What an entry of one transcript alone is to another one of the same transcript.
public enum Relation: Sendable, Equatable {
    /// The same thing done once more: a retry.
    case repetition(of: Int)
    /// Said together with it on the other side: the message was split, or two were merged.
    case part(of: Int)
}

/// Pairs found so far, and what is left over on both sides.
struct Links {
    private(set) var partnerA: [Int?]
    private(set) var partnerB: [Int?]
    private(set) var relationsBefore: [Int: Relation] = [:]
    private(set) var relationsAfter: [Int: Relation] = [:]
    let a: [EntryKey]
    let b: [EntryKey]

    init(pairs: [(Int, Int)], _ a: [EntryKey], _ b: [EntryKey]) {
        self.a = a
        self.b = b
        partnerA = Array(repeating: nil, count: a.count)
        partnerB = Array(repeating: nil, count: b.count)
        for (i, j) in pairs { link(i, j) }
    }

    /// In the first list's order.
    var pairs: [(Int, Int)] { partnerA.indices.compactMap { i in partnerA[i].map { (i, $0) } } }
    var leftA: [Int] { partnerA.indices.filter { partnerA[$0] == nil && relationsBefore[$0] == nil } }
    var leftB: [Int] { partnerB.indices.filter { partnerB[$0] == nil && relationsAfter[$0] == nil } }

    mutating func link(_ i: Int, _ j: Int) {
        partnerA[i] = j
        partnerB[j] = i
    }

    // MARK: Moves

    /// Fewer words than this turn up anywhere.
    private static let leastWords = 4
    /// A word that this many leftovers have says nothing about which is which.
    private static let commonWord = 24
    private static let likeness = 0.75

    /// Pairs what is left over by equality, then by likeness, wherever it stands; what moved along with it is a block.
    mutating func addMoves() {
        let leftA = leftA, leftB = leftB
        guard !leftA.isEmpty, !leftB.isEmpty else { return }
        var equals: [Int: [Int]] = [:]
        for j in leftB.reversed() { equals[b[j].id, default: []].append(j) }
        for i in leftA where a[i].words.count >= Links.leastWords {
            if let j = equals[a[i].id]?.popLast() { link(i, j) }
        }
        for (i, j) in similarLeftovers(leftA, leftB) where partnerA[i] == nil && partnerB[j] == nil { link(i, j) }
        extendBlocks(leftA)
        // Boilerplate that went and turned up is taken to have moved only now that the rest has its place.
        for i in leftA where partnerA[i] == nil {
            while let j = equals[a[i].id]?.popLast() {
                guard partnerB[j] == nil else { continue }
                link(i, j)
                break
            }
        }
    }

    /// The most alike first; equally alike in order.
    private func similarLeftovers(_ leftA: [Int], _ leftB: [Int]) -> [(Int, Int)] {
        var holders: [UInt64: [Int]] = [:]
        for j in leftB where partnerB[j] == nil {
            var last: UInt64?
            for word in b[j].words where word != last {
                holders[word, default: []].append(j)
                last = word
            }
        }
        var found: [(likeness: Int, i: Int, j: Int)] = []
        for i in leftA where partnerA[i] == nil && a[i].words.count >= Links.leastWords {
            var candidates: Set<Int> = []
            var last: UInt64?
            for word in a[i].words where word != last {
                last = word
                guard let places = holders[word], places.count <= Links.commonWord else { continue }
                candidates.formUnion(places)
            }
            for j in candidates.sorted() where b[j].words.count >= Links.leastWords {
                guard let likeness = Similarity.of(a[i], b[j], least: Links.likeness) else { continue }
                found.append((likeness, i, j))
            }
        }
        return found.sorted { ($1.likeness, $0.i, $0.j) < ($0.likeness, $1.i, $1.j) }.map { ($0.i, $0.j) }
    }

    private mutating func extendBlocks(_ leftA: [Int]) {
        for start in leftA {
            guard let other = partnerA[start] else { continue }
            for step in [-1, 1] {
                var i = start + step, j = other + step
                while a.indices.contains(i), b.indices.contains(j), partnerA[i] == nil, partnerB[j] == nil,
                    Similarity.of(a[i], b[j]) != nil
                {
                    link(i, j)
                    i += step
                    j += step
                }
            }
        }
    }

    // MARK: Neighbours

    /// How far around a pair its neighbours are looked for.
    private static let nearby = 4

    /// Pairs what is left over near a pair on both sides, on the same side of it, even where other pairs cross.
    ///
    /// - Parameter least: The likeness from which on two are the same event; 0 takes any two of the same kind between the
    ///   same people.
    mutating func addNeighbours(least: Double) {
        var found: [(likeness: Int, distance: Int, i: Int, j: Int)] = []
        for i in leftA {
            var candidates: [Int: Int] = [:]
            for step in 1...Links.nearby {
                for (p, sign) in [(i - step, 1), (i + step, -1)] where a.indices.contains(p) {
                    guard let q = partnerA[p] else { continue }
                    for other in 1...Links.nearby where least > 0 || step <= 2 && step == other {
                        let j = q + sign * other
                        guard b.indices.contains(j), partnerB[j] == nil, relationsAfter[j] == nil else { continue }
                        candidates[j] = min(candidates[j] ?? .max, abs(step - other) * Links.nearby + step)
                    }
                }
            }
            for (j, distance) in candidates where a[i].kind == b[j].kind {
                if least == 0, !isReplacement(i, j) { continue }
                guard let likeness = Similarity.of(a[i], b[j], least: least) else { continue }
                found.append((likeness, distance, i, j))
            }
        }
        found.sort { ($1.likeness, $0.distance, $0.i, $0.j) < ($0.likeness, $1.distance, $1.i, $1.j) }
        for (_, _, i, j) in found where partnerA[i] == nil && partnerB[j] == nil { link(i, j) }
    }

    private func isReplacement(_ i: Int, _ j: Int) -> Bool {
        a[i].kind == b[j].kind && a[i].speaker == b[j].speaker && a[i].recipient == b[j].recipient
    }

    // MARK: Replacements

    /// Beyond this many comparisons in one gap, what is left over there stays so.
    private static let replacementLimit = 250_000

    /// Pairs what is left over between two neighbours that stayed with what stands there now, order kept, as long as both
    /// are the same kind of event between the same people, or share a few words.
    mutating func addReplacements() {
        let all = pairs
        let stayed = longestRisingChain(all).map { all[$0] }
        var i = 0, j = 0
        for (endA, endB) in stayed + [(a.count, b.count)] {
            let gapA = (i..<endA).filter { partnerA[$0] == nil && relationsBefore[$0] == nil }
            let gapB = (j..<endB).filter { partnerB[$0] == nil && relationsAfter[$0] == nil }
            if !gapA.isEmpty, !gapB.isEmpty, gapA.count * gapB.count <= Links.replacementLimit {
                for (i, j) in replacements(gapA, gapB) { link(i, j) }
            }
            i = endA + 1
            j = endB + 1
        }
    }

    /// The most pairs, the most alike ones first; of equals the earlier.
    private func replacements(_ gapA: [Int], _ gapB: [Int]) -> [(Int, Int)] {
        let width = gapB.count + 1
        var best = [Int](repeating: 0, count: (gapA.count + 1) * width)
        var worth = [Int](repeating: 0, count: gapA.count * gapB.count)
        for i in gapA.indices.reversed() {
            for j in gapB.indices.reversed() {
                let value = worthAsReplacement(gapA[i], gapB[j])
                worth[i * gapB.count + j] = value
                let unpaired = max(best[(i + 1) * width + j], best[i * width + j + 1])
                best[i * width + j] = value > 0 ? max(unpaired, value + best[(i + 1) * width + j + 1]) : unpaired
            }
        }
        var pairs: [(Int, Int)] = []
        var i = 0, j = 0
        while i < gapA.count, j < gapB.count {
            let value = worth[i * gapB.count + j]
            if value > 0, best[i * width + j] == value + best[(i + 1) * width + j + 1] {
                pairs.append((gapA[i], gapB[j]))
                i += 1
                j += 1
            } else if best[i * width + j] == best[(i + 1) * width + j] {
                i += 1
            } else {
                j += 1
            }
        }
        return pairs
    }

    /// Millionths; 0 for two that cannot replace each other.
    private func worthAsReplacement(_ i: Int, _ j: Int) -> Int {
        guard a[i].kind == b[j].kind else { return 0 }
        let likeness = Similarity.of(a[i], b[j], least: 0) ?? 0
        let isSameTalk = a[i].speaker == b[j].speaker && a[i].recipient == b[j].recipient
        return isSameTalk ? 200_000 + likeness : likeness >= 200_000 ? likeness : 0
    }

    // MARK: Relations

    /// How many entries away a repetition, or the other part of a message, is looked for.
    private static let reach = 6

    mutating func addRepetitions() {
        for j in leftB { relationsAfter[j] = Links.repetition(j, in: b, partners: partnerB) }
        for i in leftA { relationsBefore[i] = Links.repetition(i, in: a, partners: partnerA) }
    }

    private static func repetition(_ j: Int, in keys: [EntryKey], partners: [Int?]) -> Relation? {
        for distance in 1...reach {
            for k in [j + distance, j - distance] where keys.indices.contains(k) && partners[k] != nil {
                guard keys[k].speaker == keys[j].speaker, keys[k].recipient == keys[j].recipient else { continue }
                let isSame =
                    keys[k].id == keys[j].id
                    || keys[k].kind == keys[j].kind && keys[j].words.count >= leastWords
                        && Similarity.dice(keys[k].words, keys[j].words, least: 0.9) >= 0.9
                if isSame { return .repetition(of: k) }
            }
        }
        return nil
    }

    mutating func addSplits() {
        for j in leftB where b[j].kind == .message && partnerB[j] == nil {
            if let k = Links.whole(of: j, in: b, partners: partnerB, others: a) { relationsAfter[j] = .part(of: k) }
        }
        for i in leftA where a[i].kind == .message && partnerA[i] == nil {
            if let k = Links.whole(of: i, in: a, partners: partnerA, others: b) { relationsBefore[i] = .part(of: k) }
        }
    }

    /// A neighbour that together with this entry is more like the neighbour's partner than alone.
    private static func whole(of j: Int, in keys: [EntryKey], partners: [Int?], others: [EntryKey]) -> Int? {
        for distance in 1...reach {
            for k in [j - distance, j + distance] where keys.indices.contains(k) && keys[k].kind == .message {
                guard let partner = partners[k], keys[j].words.count > 0, keys[k].id != others[partner].id else {
                    continue
                }
                let whole = others[partner].words
                guard whole.count > keys[k].words.count else { continue }
                let alone = Similarity.common(whole, keys[k].words)
                let together = Similarity.common(whole, (keys[k].words + keys[j].words).sorted())
                // Nearly all of it is in the whole, beside what the other part is in it for.
                if 5 * (together - alone) >= 4 * keys[j].words.count, 5 * together >= 3 * whole.count { return k }
            }
        }
        return nil
    }
}
