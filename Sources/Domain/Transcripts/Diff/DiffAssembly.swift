/// Puts pairs and what is left over into the order of a diff.
struct DiffAssembly {
    let before: [Entry]
    let after: [Entry]
    /// Rising in both transcripts.
    var pairs: [TranscriptDiff.Pair] = []
    /// Rising in the second transcript.
    var moved: [TranscriptDiff.Pair] = []
    var relationsBefore: [Int: Relation] = [:]
    var relationsAfter: [Int: Relation] = [:]

    var operations: [TranscriptDiff.Operation] {
        var operations: [TranscriptDiff.Operation] = []
        let movedAway = Set(moved.map(\.before.index))
        var arrivals = moved[...]
        var block = 0
        var last: (Int, Int)?
        var i = 0, j = 0
        func advance(to endI: Int, _ endJ: Int) {
            for index in i..<endI where !movedAway.contains(index) {
                operations.append(.deleted(.init(index: index, entry: before[index]), relationsBefore[index]))
            }
            for index in j..<endJ {
                guard let pair = arrivals.first, pair.after.index == index else {
                    operations.append(.inserted(.init(index: index, entry: after[index]), relationsAfter[index]))
                    continue
                }
                arrivals.removeFirst()
                let follows = last.map { $0 == (pair.before.index - 1, index - 1) } ?? false
                if !follows { block += 1 }
                last = (pair.before.index, index)
                operations.append(.moved(pair, block: block))
            }
            (i, j) = (endI, endJ)
        }
        for pair in pairs {
            advance(to: pair.before.index, pair.after.index)
            operations.append(pair.isDifference ? .changed(pair) : .same(pair))
            (i, j) = (i + 1, j + 1)
        }
        advance(to: before.count, after.count)
        return operations
    }
}
