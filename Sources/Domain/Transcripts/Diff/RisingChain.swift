/// Of pairs that rise on the left, the most that rise on the right, too; patience sorting.
///
/// - Returns: Positions in the list, rising.
func longestRisingChain(_ pairs: [(Int, Int)]) -> [Int] {
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
    var chain: [Int] = []
    var next = ends.last
    while let index = next {
        chain.append(index)
        next = previous[index]
    }
    return chain.reversed()
}
