/// Equal entries of two long stretches by the shortest script of deletions and insertions (E. Myers, "An O(ND)
/// Difference Algorithm"), for stretches whose entries repeat too much to have landmarks.
enum CommonRuns {
    /// Scripts longer than this are not looked for: time and memory grow with its square.
    static let scriptLimit = 1500
    /// Shorter runs of equal entries may be chance.
    private static let leastRun = 3

    /// Pairs of positions in runs of equal entries; nil when the script would be too long.
    static func pairs(_ a: [Int], _ b: [Int]) -> [(Int, Int)]? {
        let limit = min(scriptLimit, a.count + b.count)
        guard abs(a.count - b.count) <= limit else { return nil }
        // The furthest position in `a` on each diagonal, kept for each length of the script to walk back.
        var furthest = [Int](repeating: 0, count: 2 * limit + 3)
        let centre = limit + 1
        var history: [[Int32]] = []
        for length in 0...limit {
            history.append(furthest[(centre - length)...(centre + length)].map(Int32.init))
            for diagonal in stride(from: -length, through: length, by: 2) {
                let at = centre + diagonal
                var i =
                    diagonal == -length || (diagonal != length && furthest[at - 1] < furthest[at + 1])
                    ? furthest[at + 1] : furthest[at - 1] + 1
                var j = i - diagonal
                while i < a.count, j < b.count, a[i] == b[j] {
                    i += 1
                    j += 1
                }
                furthest[at] = i
                if i >= a.count, j >= b.count { return walkBack(history, from: length, a.count, b.count) }
            }
        }
        return nil
    }

    private static func walkBack(_ history: [[Int32]], from length: Int, _ i: Int, _ j: Int) -> [(Int, Int)] {
        var i = i, j = j
        var runs: [[(Int, Int)]] = []
        for length in stride(from: length, through: 0, by: -1) {
            let row = history[length]
            func at(_ diagonal: Int) -> Int {
                let index = diagonal + length
                return row.indices.contains(index) ? Int(row[index]) : -1
            }
            let diagonal = i - j
            let comesDown = diagonal == -length || (diagonal != length && at(diagonal - 1) < at(diagonal + 1))
            let previous = comesDown ? diagonal + 1 : diagonal - 1
            let startI = length == 0 ? 0 : at(previous)
            let startJ = length == 0 ? 0 : startI - previous
            var run: [(Int, Int)] = []
            while i > startI, j > startJ {
                i -= 1
                j -= 1
                run.append((i, j))
            }
            runs.append(run)
            (i, j) = (startI, startJ)
        }
        return runs.reversed().filter { $0.count >= leastRun }.flatMap { $0.reversed() }
    }
}
