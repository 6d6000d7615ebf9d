import Synchronization

/// Ids of texts that the last transactions have met, so that what is said again and again is not looked up again.
struct TextMemory {
    struct Body {
        let id: Int64
        var isSearched: Bool
    }

    /// SQLite's number for what other connections have written: with another one, what is remembered may have been removed.
    let version: Int64
    private(set) var names: [[UInt8]: Int64] = [:]
    private(set) var bodies: [TextHash: Body] = [:]
    private(set) var prompts: [TextHash: Int64] = [:]

    /// Of each kind; some megabytes at most.
    private static let limit = 1 << 16

    init(version: Int64) { self.version = version }

    mutating func remember(name: [UInt8], _ id: Int64) {
        if names.count >= TextMemory.limit { names = [:] }
        names[name] = id
    }

    mutating func remember(_ hash: TextHash, _ body: Body) {
        if bodies.count >= TextMemory.limit { bodies = [:] }
        bodies[hash] = body
    }

    mutating func remember(prompt hash: TextHash, _ id: Int64) {
        if prompts.count >= TextMemory.limit { prompts = [:] }
        prompts[hash] = id
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
