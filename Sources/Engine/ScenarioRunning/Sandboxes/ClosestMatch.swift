/// Python's `difflib.get_close_matches(word, candidates, n=1)`: the candidate most like the word, by at least 0.6.
func closestMatch(to word: String, among candidates: [String]) -> String? {
    let scored = candidates.map { (score: similarity(Array($0.unicodeScalars), Array(word.unicodeScalars)), name: $0) }
    return scored.filter { $0.score >= 0.6 }.max { ($0.score, $0.name) < ($1.score, $1.name) }?.name
}

/// Twice the characters in common, by longest common runs, over all characters.
private func similarity(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Double {
    let total = a.count + b.count
    return total == 0 ? 1 : 2 * Double(commonCount(a[...], b[...])) / Double(total)
}

/// The longest run in common, and what the parts before and after it have in common.
private func commonCount(_ a: ArraySlice<Unicode.Scalar>, _ b: ArraySlice<Unicode.Scalar>) -> Int {
    var best = (i: a.startIndex, j: b.startIndex, count: 0)
    for i in a.indices {
        for j in b.indices {
            var count = 0
            while i + count < a.endIndex, j + count < b.endIndex, a[i + count] == b[j + count] { count += 1 }
            if count > best.count { best = (i, j, count) }
        }
    }
    guard best.count > 0 else { return 0 }
    return best.count + commonCount(a[..<best.i], b[..<best.j])
        + commonCount(a[(best.i + best.count)...], b[(best.j + best.count)...])
}
