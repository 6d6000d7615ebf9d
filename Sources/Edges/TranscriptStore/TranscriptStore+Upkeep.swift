import Foundation
import GRDB
public import Transcripts

extension TranscriptStore {
    /// Looks through the whole file.
    ///
    /// - Returns: All that is wrong; nothing when the store is whole. The index of words is looked at where the file may be
    ///   written to.
    public func check() async throws -> [StoreProblem] {
        do {
            return try await writeWithoutTransaction(.read) { db in
                var check = StoreCheck(db)
                try check.file(quickly: false)
                // What SQLite cannot read is not worth a closer look.
                guard check.problems.isEmpty else { return check.problems }
                try check.objects()
                guard check.problems.isEmpty else { return check.problems }
                try check.references()
                try check.words()
                try check.bodies()
                try check.chains()
                try check.waiting()
                if !db.configuration.readonly { try check.search() }
                return check.problems
            }
        } catch let error as TranscriptStoreError {
            guard case .corrupt(let detail) = error.cause else { throw error }
            return [StoreProblem(place: "file", message: detail)]
        }
    }

    /// - Throws: `TranscriptStoreError` when SQLite finds the file damaged.
    func check(quickly: Bool) async throws {
        let problems = try await read { db in
            var check = StoreCheck(db)
            try check.file(quickly: quickly)
            return check.problems
        }
        guard let first = problems.first else { return }
        throw TranscriptStoreError(operation: .read, path: path, cause: .corrupt(first.message))
    }

    /// Writes a copy of one state of the store to a new file, while others go on using it.
    public func backUp(to copy: String) async throws {
        if FileManager.default.fileExists(atPath: copy) {
            throw TranscriptStoreError(operation: .backUp, path: path, cause: .exists(copy))
        }
        do {
            try await writeWithoutTransaction(.backUp) { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
            }
        } catch {
            unlink(copy)
            throw error
        }
    }

    /// Writes the file anew without the room of what was removed.
    ///
    /// - Returns: Bytes before and after.
    public func vacuum() async throws -> (before: Int, after: Int) {
        func size() -> Int {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.size] as? Int) ?? 0
        }
        func checkpoint() async throws {
            try await writeWithoutTransaction { db in
                _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
        try await checkpoint()
        let before = size()
        try await writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                try WaitingTexts.index(db)
                return .commit
            }
            try db.execute(
                sql: """
                    INSERT INTO search (search) VALUES ('optimize'); INSERT INTO text_use (text_use) VALUES ('optimize')
                    """)
            try db.execute(sql: "VACUUM")
        }
        try await checkpoint()
        return (before, size())
    }

    /// Removes runs that are not to be kept, and all that nothing refers to any more.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970.
    ///   - isTrial: Only tells what would go.
    public func sweep(_ retention: Retention, at now: Double, isTrial: Bool) async throws -> SweepCounts {
        if isTrial, let (queue, copy) = try await copyToTry() {
            // SQLite does not write to a file that has lost its name.
            defer { withExtendedLifetime(copy) {} }
            return try await wrapping(.read) {
                try await queue.writeWithoutTransaction { db in
                    var counts = SweepCounts()
                    try db.inTransaction(.immediate) {
                        counts = try StoreSweep(db).run(retention, at: now)
                        return .rollback
                    }
                    return counts
                }
            }
        }
        let memory = memory
        return try await writeWithoutTransaction { db in
            defer { memory.forget() }
            var counts = SweepCounts()
            try db.inTransaction(.immediate) {
                counts = try StoreSweep(db).run(retention, at: now)
                return isTrial ? .rollback : .commit
            }
            return counts
        }
    }

    /// Where a store that cannot be written to is copied to, so that it can be told what would become of it; nil for others.
    private func copyToTry() async throws -> (queue: DatabaseQueue, copy: StoreFile.TemporaryCopy?)? {
        if isOfCopy { return (queue, nil) }
        guard queue.configuration.readonly else { return nil }
        let copy = StoreFile.TemporaryCopy()
        try await writeWithoutTransaction(.read) { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [copy.path])
        }
        return (try DatabaseQueue(path: copy.path), copy)
    }
}
