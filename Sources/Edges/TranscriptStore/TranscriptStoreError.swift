import GRDB

/// The store's file could not be used: what was tried, with which file, and why.
public struct TranscriptStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Operation: String, Sendable {
        case open, read, write
        case backUp = "back up"
    }

    public enum Cause: Sendable, Equatable {
        case absent
        /// Another program's database, with its `application_id`.
        case foreign(applicationID: Int)
        /// Not a database at all.
        case notADatabase
        /// Written by a later understudy.
        case newer(version: Int, known: Int)
        case corrupt(String)
        case locked
        case readOnly
        case diskFull
        case cannotOpen(String)
        /// What is to be made is there already.
        case exists(String)
        /// The caller named a run or an attempt that was never started.
        case unknownID(String)
        case other(String)
    }

    public let operation: Operation
    /// The file's path as the user typed it.
    public let path: String
    public let cause: Cause

    public init(operation: Operation, path: String, cause: Cause) {
        self.operation = operation
        self.path = path
        self.cause = cause
    }

    public var description: String {
        "cannot \(operation.rawValue) the store \(path): \(problem)\n  fix: \(advice)"
    }

    private var problem: String {
        switch cause {
        case .absent: "there is no such file"
        case .foreign(let id): "it is another program's database (application id \(id))"
        case .notADatabase: "it is not a database"
        case .newer(let version, let known): "it has schema \(version), this understudy knows \(known)"
        case .corrupt(let detail): "it is damaged (\(detail))"
        case .locked: "another process holds it"
        case .readOnly: "it may not be written to"
        case .diskFull: "the disk is full"
        case .cannotOpen(let detail), .other(let detail): detail
        case .exists(let path): "\(path) is there already"
        case .unknownID(let id): "nothing with the id '\(id)' was started"
        }
    }

    private var advice: String {
        switch cause {
        case .absent: "make one with 'understudy run'"
        case .foreign, .notADatabase: "give another path, or move that file away"
        case .newer: "use the understudy that wrote it, or a later one; or give another path"
        case .corrupt: "move it away to start a new one, and keep it: 'sqlite3 FILE .recover' may save its rows"
        case .locked: "wait for that process, or end it, then try again"
        case .readOnly: "make the file and its folder writable, or give another path"
        case .diskFull: "free some space, then try again; what was stored before is safe"
        case .cannotOpen: "check that the folder exists and may be entered and written to"
        case .exists: "give another path, or move that file away"
        case .unknownID: "start the run and the attempt first"
        case .other: "try again; if it stays, move the file away to start a new one"
        }
    }
}

extension TranscriptStoreError {
    /// What SQLite's result codes mean for the store (sqlite.org/rescode.html).
    init(_ error: DatabaseError, _ operation: Operation, path: String) {
        let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        let cause: Cause =
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
            case .SQLITE_READONLY, .SQLITE_PERM: .readOnly
            case .SQLITE_FULL: .diskFull
            case .SQLITE_NOTADB: .notADatabase
            // Of another store's rows, which is all that could break a rule: ours are made by it.
            case .SQLITE_CORRUPT, .SQLITE_CONSTRAINT: .corrupt(detail)
            case .SQLITE_CANTOPEN: .cannotOpen(detail)
            default: .other(detail)
            }
        self.init(operation: operation, path: path, cause: cause)
    }
}
