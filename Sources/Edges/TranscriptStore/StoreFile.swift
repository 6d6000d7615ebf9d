import Foundation
import GRDB

/// Opens the database file, and refuses what is not a store that this build understands.
enum StoreFile {
    /// Makes the folder that a new file stands in, unless it is there.
    static func makeFolder(of path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        guard !FileManager.default.fileExists(atPath: folder.path) else { return }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        } catch  where FileManager.default.fileExists(atPath: folder.path) {
            // Another process was faster.
        } catch {
            let cause = TranscriptStoreError.Cause.cannotOpen(
                "the folder \(folder.path) does not exist and cannot be made")
            throw TranscriptStoreError(operation: .open, path: path, cause: cause)
        }
    }

    static func open(_ path: String, patience: Duration) throws -> DatabaseQueue {
        do {
            return try withPatience(patience) { try openOnce(path, patience: patience) }
        } catch let error as DatabaseError {
            throw TranscriptStoreError(error, .open, path: path)
        }
    }

    private static func openOnce(_ path: String, patience: Duration) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience / .seconds(1))
        configuration.label = "understudy.store"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // Looked at before anything is changed: the file may be someone else's.
        let version = try queue.read { db in try check(db, path: path) }
        if version == Migration.latest { return queue }
        try queue.writeWithoutTransaction { db in
            if version == 0 { try db.execute(sql: "PRAGMA page_size = 8192") }
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            try db.inTransaction(.immediate) {
                // Again, now that no other process can change it.
                if try check(db, path: path) == 0 {
                    try db.execute(sql: "PRAGMA application_id = \(TranscriptStore.applicationID)")
                }
                try Migration.migrate(db)
                return .commit
            }
        }
        return queue
    }

    /// The file's schema; 0 for a new, empty one.
    private static func check(_ db: Database, path: String) throws -> Int {
        func refuse(_ cause: TranscriptStoreError.Cause) -> TranscriptStoreError {
            TranscriptStoreError(operation: .open, path: path, cause: cause)
        }
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        if id != TranscriptStore.applicationID {
            guard id == 0, version == 0, isEmpty else { throw refuse(.foreign(applicationID: id)) }
            return 0
        }
        guard version <= Migration.latest else { throw refuse(.newer(version: version, known: Migration.latest)) }
        return version
    }

    /// Tries again while the file is busy.
    ///
    /// SQLite's own waiting does not cover two processes that both switch a new file to write-ahead logging.
    private static func withPatience<Result>(_ patience: Duration, _ body: () throws -> Result) throws -> Result {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while true {
            do {
                return try body()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && clock.now < deadline {
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }
}
