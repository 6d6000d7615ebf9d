/// Hands results on in the order of a plan, whichever of them is there first.
struct OrderedResults<Result: Sendable> {
    private var waiting: [Int: Result] = [:]
    private var next = 0

    /// - Returns: What is in turn now, this or earlier ones that waited for it among them.
    mutating func add(_ result: Result, at place: Int) -> [Result] {
        waiting[place] = result
        var ready: [Result] = []
        while let result = waiting.removeValue(forKey: next) {
            ready.append(result)
            next += 1
        }
        return ready
    }

    /// What came after one that never came, in order.
    mutating func rest() -> [Result] {
        defer { waiting = [:] }
        return waiting.sorted { $0.key < $1.key }.map(\.value)
    }
}
