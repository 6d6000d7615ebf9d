import Foundation
import GRDB

/// Opens the database file, and refuses what is not a store that this build understands.
enum StoreFile {
    /// An open file.
    struct Opened: Sendable {
        let queue: DatabaseQueue
        /// What SQLite opens to read the same rows.
        let attachment: String
        /// Where the file stays as it was before it was brought to the latest schema.
        var backup: (path: String, schema: Int)?
        /// A copy of the latest schema is read in place of a file that is older and cannot be changed.
        var copy: TemporaryCopy?
    }

    /// A file that is removed when nobody reads it any more.
    final class TemporaryCopy: Sendable {
        let path = FileManager.default.temporaryDirectory.appending(path: "understudy-\(UUID().uuidString).sqlite").path
        deinit { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
    }

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

    /// - Parameter isShared: Other machines may use the file, and so nobody keeps a write-ahead log beside it.
    static func open(
        _ path: String, for purpose: TranscriptStore.Purpose, patience: Duration, isShared: Bool
    ) throws -> Opened {
        do {
            let isThere = FileManager.default.fileExists(atPath: path)
            if isThere, purpose == .borrowing || !mayWrite(path) {
                guard purpose != .writing else {
                    throw TranscriptStoreError(operation: .open, path: path, cause: .readOnly)
                }
                return try withPatience(patience) { try openReadOnly(path, patience: patience, isShared: isShared) }
            }
            return try withPatience(patience) {
                try openOnce(path, for: purpose, patience: patience, isShared: isShared)
            }
        } catch let error as DatabaseError {
            throw TranscriptStoreError(error, .open, path: path)
        }
    }

    /// - Parameter isAlone: Nobody else uses the file until the caller says otherwise.
    static func configuration(_ patience: Duration, isAlone: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience / .seconds(1))
        configuration.label = "understudy.store"
        // What a row refers to was written in the same transaction. To look for it again costs a visit to a random page of
        // the texts for each message; `store check` does that.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            if isAlone { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            // Each commit waits for the disk, so that what was told to be stored survives a loss of power; without a log also for
            // the folder that the journal was removed from. As attempts share transactions, that costs 4 % of the time with 64
            // jobs. Hashes are spread all over their index: 128 MB of it stay
            // in memory, if it is as large, and 32 MB of changes are gathered before they are brought to their places.
            try db.execute(
                sql: """
                    PRAGMA synchronous = EXTRA; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -131072;
                    PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864
                    """)
        }
        return configuration
    }

    private static func openOnce(
        _ path: String, for purpose: TranscriptStore.Purpose, patience: Duration, isShared: Bool
    ) throws -> Opened {
        // Alone, SQLite needs no shared memory to read a log.
        let isToLoseItsLog = isShared && hasLog(path)
        let queue = try DatabaseQueue(
            path: path, configuration: configuration(patience, isAlone: isToLoseItsLog))
        var opened = Opened(queue: queue, attachment: path)
        // Looked at before anything is changed: the file may be someone else's.
        let (version, mode) = try queue.read { db in
            (try check(db, path: path), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
        }
        // A backup that is written to becomes a store like any other.
        if version == Migration.latest, !isToLoseItsLog, mode == (isShared ? "delete" : "wal") || purpose == .reading {
            return opened
        }
        let isOlder = version > 0 && version < Migration.latest
        let backup = isOlder ? try StoreBackup.draft(of: path, queue) : nil
        defer { backup?.discard() }
        opened.backup = try queue.writeWithoutTransaction { db in
            if version == 0 { try db.execute(sql: "PRAGMA page_size = 8192") }
            // What cannot have a log stays without one.
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = \(isShared ? "DELETE" : "WAL")")
            if isToLoseItsLog { try db.execute(sql: "PRAGMA locking_mode = NORMAL") }
            var kept: (String, Int)?
            try db.inTransaction(.immediate) {
                // Again, now that no other process can change it.
                let version = try check(db, path: path)
                if version == 0 { try db.execute(sql: "PRAGMA application_id = \(TranscriptStore.applicationID)") }
                if version < Migration.latest { kept = try backup?.keep() }
                try Migration.migrate(db)
                return .commit
            }
            return kept
        }
        return opened
    }

    /// Opens a file in which nothing may be changed, not even to lock it.
    private static func openReadOnly(_ path: String, patience: Duration, isShared: Bool) throws -> Opened {
        var configuration = configuration(patience)
        configuration.readonly = true
        let log = (try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int) ?? 0
        // Where SQLite cannot make its `-shm` beside a file with a log, or that would not be shared, it reads the file only when
        // told that nobody changes it.
        let isImmutable = hasLog(path) && log == 0 && (isShared || !mayWrite(folder(of: path)))
        let name = isImmutable ? "file:\(escaped(path))?immutable=1" : path
        let queue: DatabaseQueue
        let version: Int
        do {
            queue = try DatabaseQueue(path: name, configuration: configuration)
            version = try queue.read { db in try check(db, path: path) }
        } catch let error as DatabaseError where log > 0 && error.resultCode == .SQLITE_CANTOPEN {
            let detail =
                "what was stored last is in \(path)-wal, which cannot be read where nothing may be written; "
                + "a copy of both files can"
            throw TranscriptStoreError(operation: .open, path: path, cause: .cannotOpen(detail))
        }
        if version == Migration.latest { return Opened(queue: queue, attachment: name) }
        if version == 0 { throw TranscriptStoreError(operation: .open, path: path, cause: .absent) }
        let copy = TemporaryCopy()
        try queue.inDatabase { db in try db.execute(sql: "VACUUM INTO ?", arguments: [copy.path]) }
        let upgraded = try DatabaseQueue(path: copy.path, configuration: self.configuration(patience))
        try upgraded.write { db in try Migration.migrate(db) }
        return Opened(queue: upgraded, attachment: copy.path, copy: copy)
    }

    /// Whether its header says that a write-ahead log belongs to the file (sqlite.org/fileformat2.html, offset 19).
    private static func hasLog(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let header = try? file.read(upToCount: 20) else {
            return false
        }
        return header.count == 20 && header[19] == 2
    }

    private static func mayWrite(_ path: String) -> Bool { access(path, W_OK) == 0 }

    private static func folder(of path: String) -> String {
        URL(filePath: path).deletingLastPathComponent().path
    }

    /// As a part of a URI that SQLite reads (sqlite.org/uri.html).
    private static func escaped(_ path: String) -> String {
        path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
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
