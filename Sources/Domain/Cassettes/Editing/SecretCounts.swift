/// How many secrets of which kinds were found; never which.
public struct SecretCounts: Sendable, Equatable {
    /// By kind: `openai-key`, `value` for members known by their names, or the name of a variable.
    public private(set) var byKind: [String: Int] = [:]

    public init() {}

    public var isEmpty: Bool { byKind.isEmpty }
    public var total: Int { byKind.values.reduce(0, +) }

    /// Kinds in the order of their names.
    public var sorted: [(kind: String, count: Int)] { byKind.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    /// `2 openai-key, 1 jwt`.
    public var words: String { sorted.map { "\($0.count) \($0.kind)" }.joined(separator: ", ") }

    mutating func add(_ kind: String, _ count: Int = 1) {
        if count > 0 { byKind[kind, default: 0] += count }
    }

    mutating func add(_ other: SecretCounts) {
        for (kind, count) in other.byKind { add(kind, count) }
    }

    /// What is more in this than in another.
    func beyond(_ other: SecretCounts) -> SecretCounts {
        var counts = SecretCounts()
        for (kind, count) in byKind { counts.add(kind, count - (other.byKind[kind] ?? 0)) }
        return counts
    }
}
