import Synchronization

/// What the last transactions have met, so that what is said again and again is not looked up again.
struct TextMemory: Sendable {
    struct Body: Sendable {
        let id: Int64
        var isSearched: Bool
    }

    /// SQLite's number for what other connections have written: with another one, what is remembered may have been removed.
    let version: Int64
    /// Of what is not in the indexes of words yet.
    var waitingByteCount = 0
    // Some 65 MB when all are full.
    private var bodyIDs = Recent<ShortHash, Int64>(limit: 786_432)
    private var promptIDs = Recent<ShortHash, Int64>(limit: 98_304)
    private var nameIDs = Recent<[UInt8], Int64>(limit: 49_152)

    init(version: Int64) { self.version = version }

    mutating func name(_ name: [UInt8]) -> Int64? { nameIDs[name] }
    mutating func prompt(_ hash: TextHash) -> Int64? { promptIDs[hash.short] }

    mutating func body(_ hash: TextHash) -> Body? {
        bodyIDs[hash.short].map { Body(id: $0 >> 1, isSearched: $0 & 1 == 1) }
    }

    mutating func remember(name: [UInt8], _ id: Int64) { nameIDs.remember(name, id) }
    mutating func remember(prompt hash: TextHash, _ id: Int64) { promptIDs.remember(hash.short, id) }

    mutating func remember(_ hash: TextHash, _ body: Body) {
        bodyIDs.remember(hash.short, body.id << 1 | (body.isSearched ? 1 : 0))
    }
}

/// The half of a SHA-256 that is enough to tell texts of one file apart.
struct ShortHash: Hashable {
    let high: UInt64
    let low: UInt64

    // Its bits are as good as random.
    func hash(into hasher: inout Hasher) { hasher.combine(high) }
}

/// As many of the keys that were asked for last as `limit`, and up to as many more.
struct Recent<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var young: [Key: Value] = [:]
    /// What was young before.
    private var old: [Key: Value] = [:]

    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard !old.isEmpty, let value = old[key] else { return nil }
            remember(key, value)
            return value
        }
    }

    mutating func remember(_ key: Key, _ value: Value) {
        if young.count >= limit { (young, old) = ([:], young) }
        young[key] = value
    }
}

/// Hands what is remembered from one transaction to the next.
///
/// Who takes it gives it back once what was written is committed: ids of a transaction that failed are not remembered.
final class SharedTextMemory: Sendable {
    private let memory = Mutex(TextMemory?.none)

    func take() -> TextMemory? {
        memory.withLock { memory in
            defer { memory = nil }
            return memory
        }
    }

    func keep(_ new: TextMemory) { memory.withLock { $0 = new } }

    /// After this connection itself has removed texts, which SQLite's number does not tell.
    func forget() { _ = take() }
}
