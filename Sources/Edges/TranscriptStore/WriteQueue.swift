import GRDB
import Synchronization

/// What tasks want to have written: all that waits at a time goes into one transaction.
///
/// The thread of the database takes the next ones by itself. Were a task to lead them, the file would lie idle until that task
/// had its turn again among all those that were told of the transaction before: a quarter of the time with 64 of them.
final class WriteQueue: Sendable {
    typealias Work = @Sendable (TextWriter) throws -> Void

    private struct Item {
        let work: Work
        let continuation: CheckedContinuation<Result<Void, any Error>, Never>
    }

    private struct State {
        /// In the order in which they came.
        var waiting: [Item] = []
        /// Somebody will take what waits.
        var isTaken = false
    }

    private let database: DatabaseQueue
    private let memory: SharedTextMemory
    private let state = Mutex(State())

    init(_ database: DatabaseQueue, _ memory: SharedTextMemory) {
        self.database = database
        self.memory = memory
    }

    /// Writes together with what others want to have written at this time; returns when it is committed.
    ///
    /// - Throws: What the work throws, then nothing of it is written; or why the transaction could not be committed.
    func write(_ work: @escaping Work) async throws {
        try Task.checkCancellation()
        let result = await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append(Item(work: work, continuation: continuation))
                defer { state.isTaken = true }
                return !state.isTaken
            }
            if isFirst { writeWaiting() }
        }
        try result.get()
    }

    /// Not cancelled with whom it writes for: others wait for it.
    private func writeWaiting() {
        database.asyncWriteWithoutTransaction { [self] db in
            let items = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for (item, result) in zip(items, commit(items.map(\.work), db)) {
                item.continuation.resume(returning: result)
            }
            let goesOn = state.withLock { state in
                state.isTaken = !state.waiting.isEmpty
                return state.isTaken
            }
            // After whatever else has been waiting for the database.
            if goesOn { writeWaiting() }
        }
    }

    /// One transaction for all; if what one of them does fails, one for each, so that nobody's fault is another's.
    private func commit(_ works: [Work], _ db: Database) -> [Result<Void, any Error>] {
        let result = Result { try commitTogether(works, db) }
        guard case .failure(let error) = result, works.count > 1, !isOfTheFile(error) else {
            return works.map { _ in result }
        }
        return works.map { work in Result { try commitTogether([work], db) } }
    }

    private func commitTogether(_ works: [Work], _ db: Database) throws {
        var known = memory.take()
        try db.inTransaction(.immediate) {
            try TextWriter.within(db, &known) { texts in
                for work in works { try work(texts) }
            }
            return .commit
        }
        if let known { memory.keep(known) }
    }

    /// Whether nothing else could be written either: a lock, a full disk, a damaged file.
    private func isOfTheFile(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return ![.SQLITE_CONSTRAINT, .SQLITE_NOTFOUND, .SQLITE_ERROR].contains(error.resultCode)
    }
}
