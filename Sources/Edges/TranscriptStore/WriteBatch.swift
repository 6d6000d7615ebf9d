import GRDB

/// What several tasks want to have written, and will be in one transaction.
///
/// The task that finds nobody writing writes for all who wait, and hands that over to one of those who came meanwhile.
struct WriteBatch {
    typealias Work = @Sendable (TextWriter) throws -> Void

    /// What a task that waits is told.
    enum Turn: Sendable {
        case written(Result<Void, any Error>)
        /// It is to write for all who wait, itself included.
        case lead
    }

    final class Item: Sendable {
        let work: Work
        init(_ work: @escaping Work) { self.work = work }
    }

    /// In the order in which they came.
    var items: [(item: Item, continuation: CheckedContinuation<Turn, Never>?)] = []
    var isWriting = false
}

extension TranscriptStore {
    /// Writes together with what others want to have written at this time; returns when it is committed.
    ///
    /// - Throws: What the work throws, then nothing of it is written; or why the transaction could not be committed.
    func writeWithOthers(_ work: @escaping WriteBatch.Work) async throws {
        try Task.checkCancellation()
        try await wrapping(.write) {
            let item = WriteBatch.Item(work)
            if batch.isWriting {
                let turn = await withCheckedContinuation { batch.items.append((item, $0)) }
                if case .written(let result) = turn { return try result.get() }
            } else {
                batch.isWriting = true
                batch.items.append((item, nil))
            }
            try await lead(with: item)
        }
    }

    /// Writes all that waits, tells those whose it is, and hands over to the next one.
    private func lead(with own: WriteBatch.Item) async throws {
        let items = batch.items
        batch.items = []
        let results = await commit(items.map(\.item))
        var ownResult = Result<Void, any Error>.success(())
        for (entry, result) in zip(items, results) {
            if entry.item === own {
                ownResult = result
            } else {
                entry.continuation?.resume(returning: .written(result))
            }
        }
        if let next = batch.items.first?.continuation {
            next.resume(returning: .lead)
        } else {
            batch.isWriting = false
        }
        try ownResult.get()
    }

    /// One transaction for all; if what one of them does fails, one for each, so that nobody's fault is another's.
    ///
    /// Not cancelled with the task that leads: others wait for it.
    private func commit(_ items: [WriteBatch.Item]) async -> [Result<Void, any Error>] {
        let (queue, memory) = (queue, memory)
        return await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { db in
                func write(_ items: [WriteBatch.Item]) -> Result<Void, any Error> {
                    Result {
                        var known = memory.take()
                        try db.inTransaction(.immediate) {
                            try TextWriter.within(db, &known) { texts in
                                for item in items { try item.work(texts) }
                            }
                            return .commit
                        }
                        if let known { memory.keep(known) }
                    }
                }
                let result = write(items)
                guard case .failure(let error) = result, items.count > 1, !isOfTheFile(error) else {
                    return continuation.resume(returning: items.map { _ in result })
                }
                continuation.resume(returning: items.map { write([$0]) })
            }
        }
    }
}

/// Whether nothing else could be written either: a lock, a full disk, a damaged file.
private func isOfTheFile(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    return ![.SQLITE_CONSTRAINT, .SQLITE_NOTFOUND, .SQLITE_ERROR].contains(error.resultCode)
}
