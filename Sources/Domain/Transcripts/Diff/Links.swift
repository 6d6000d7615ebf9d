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

    // MARK: Replacements

    /// Pairs what stood first, or last, between two neighbours that stayed with what stands there now, as long as both
    /// are the same kind of event between the same people.
    mutating func addReplacements() {
        let all = pairs
        let stayed = longestRisingChain(all).map { all[$0] }
        var i = 0, j = 0
        for (endA, endB) in stayed + [(a.count, b.count)] {
            var gapA = (i..<endA).filter { partnerA[$0] == nil && relationsBefore[$0] == nil }[...]
            var gapB = (j..<endB).filter { partnerB[$0] == nil && relationsAfter[$0] == nil }[...]
            while let i = gapA.first, let j = gapB.first, isReplacement(i, j) {
                link(i, j)
                gapA.removeFirst()
                gapB.removeFirst()
            }
            while let i = gapA.last, let j = gapB.last, isReplacement(i, j) {
                link(i, j)
                gapA.removeLast()
                gapB.removeLast()
            }
            i = endA + 1
            j = endB + 1
        }
    }

    private func isReplacement(_ i: Int, _ j: Int) -> Bool {
        a[i].kind == b[j].kind && a[i].speaker == b[j].speaker && a[i].recipient == b[j].recipient
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
                let alone = Similarity.dice(whole, keys[k].words, least: 0)
                let together = Similarity.dice(whole, (keys[k].words + keys[j].words).sorted(), least: 0)
                if together >= 0.6, together >= alone + 0.05 { return k }
            }
        }
        return nil
    }
}
