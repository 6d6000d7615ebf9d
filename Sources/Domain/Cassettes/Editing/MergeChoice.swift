import Documents

/// Which interactions of two cassettes their merge has, and which of them are the same.
struct MergeChoice {
    /// Places in ours that stay.
    private(set) var ours: Set<Int>
    /// Places in theirs that are added.
    private(set) var theirs: Set<Int> = []
    /// For places in theirs, the place in ours of the same recording.
    private(set) var same: [Int: Int] = [:]
    /// For places in ours, where the document comes from when theirs has changed it: other spacing, a comment.
    private(set) var newer: [Int: Int] = [:]
    private(set) var conflicts: [String] = []
    private(set) var notes: [String] = []

    private let a: CassetteText
    private let b: CassetteText
    /// Places in ours of what neither the base nor theirs has.
    private var newInOurs: Set<Int> = []

    init(base: CassetteText?, ours a: CassetteText, theirs b: CassetteText, rules: MatchRules) {
        self.a = a
        self.b = b
        let old = MergeChoice.places(in: base, rules), mine = MergeChoice.places(in: a, rules)
        let other = MergeChoice.places(in: b, rules)
        ours = Set(a.documents.indices)
        var takenOut = 0
        for print in Set(mine.keys).union(other.keys) {
            let mine = mine[print] ?? [], other = other[print] ?? [], old = old[print] ?? []
            let count = MergeChoice.merged(old.count, mine.count, other.count)
            for (place, twin) in zip(other, mine) { same[place] = twin }
            for place in mine.dropFirst(count) { ours.remove(place) }
            takenOut += max(0, mine.count - count)
            theirs.formUnion(other.dropFirst(mine.count).prefix(max(0, count - mine.count)))
            newInOurs.formUnion(mine.prefix(count).dropFirst(old.count))
            for (index, place) in mine.prefix(count).enumerated() where index < other.count && index < old.count {
                guard let base else { continue }
                let texts = [base.documents[old[index]], a.documents[place], b.documents[other[index]]]
                if base.text(of: texts[0]) == a.text(of: texts[1]), a.text(of: texts[1]) != b.text(of: texts[2]) {
                    newer[place] = other[index]
                }
            }
        }
        if takenOut > 0 {
            notes.append(
                "\(takenOut) \(takenOut == 1 ? "interaction" : "interactions") that one side took out \(takenOut == 1 ? "is" : "are") out"
            )
        }
        noteConflicts(rules)
    }

    private static func places(in text: CassetteText?, _ rules: MatchRules) -> [InteractionPrint: [Int]] {
        guard let text else { return [:] }
        // Equal ones are paired in the order in which they are played.
        let order = text.documents.indices.sorted {
            text.documents[$0].interaction.number < text.documents[$1].interaction.number
        }
        return Dictionary(grouping: order) { InteractionPrint(text.documents[$0].interaction, rules: rules) }
    }

    /// How often something stands in a merge that stood so often before and on each side.
    private static func merged(_ base: Int, _ ours: Int, _ theirs: Int) -> Int {
        if ours == base { return theirs }
        if theirs == base || ours == theirs { return ours }
        if ours > base, theirs > base { return max(ours, theirs) }
        return max(0, min(ours, theirs) < base && max(ours, theirs) > base ? ours + theirs - base : min(ours, theirs))
    }

    /// Both sides have answers to the same request that the other has not.
    private mutating func noteConflicts(_ rules: MatchRules) {
        newInOurs.subtract(same.values)
        let mine = Dictionary(grouping: newInOurs) {
            a.documents[$0].interaction.computedKey(rules)
        }
        let other = Dictionary(grouping: theirs) { b.documents[$0].interaction.computedKey(rules) }
        let shared = mine.keys.filter { other[$0] != nil }.sorted { (mine[$0]?.min() ?? 0) < (mine[$1]?.min() ?? 0) }
        for key in shared {
            let ours = (mine[key] ?? []).map { a.documents[$0].interaction.number }.sorted()
            let theirs = (other[key] ?? []).map { b.documents[$0].interaction.number }.sorted()
            let operation = mine[key]?.first.map { place in
                let interaction = a.documents[place].interaction
                return "\(interaction.service.rawValue) \(interaction.operation)"
            }
            conflicts.append(
                "both sides have recorded different answers to \(operation ?? "a request"): interaction \(MergeChoice.list(ours)) of \(a.file), interaction \(MergeChoice.list(theirs)) of \(b.file)"
            )
        }
    }

    /// Sandboxes in which both sides ran something that the other has not.
    ///
    /// - Parameter labels: For labels of theirs, those in the merge.
    func sandboxConflicts(labels: [Int: Int]) -> [String] {
        let mine = Set(newInOurs.compactMap { a.documents[$0].interaction.sandbox })
        let other = Set(theirs.compactMap { b.documents[$0].interaction.sandbox }.compactMap { labels[$0] })
        return mine.intersection(other).sorted().map { label in
            "both sides have run something new in sandbox \(label): its calls play in their order, ours first; record one of them again"
        }
    }

    private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
}

extension CassetteText {
    fileprivate func text(of document: Document) -> ArraySlice<UInt8> { bytes[document.range] }
}
