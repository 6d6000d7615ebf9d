import Documents
import Foundation
import GRDB
public import Transcripts

/// Runs and their transcripts in one SQLite file that any number of processes may use at once.
///
/// An attempt is written whole, in one transaction, when it ends; until then the file knows that it began. Attempts that end at
/// the same time share a transaction, and none is told to be stored before it is committed.
public actor TranscriptStore {
    /// `UDst`, in the file's header: tells our files from other programs'.
    static let applicationID = 0x5544_7374

    /// What the caller means to do decides what an absent file means.
    public enum Purpose: Sendable {
        /// An absent file is made, and its folder, but not the folder's folder.
        case writing
        /// An absent file is an error.
        case reading
        /// The same, and the file stays as it is, whatever its schema.
        case borrowing
    }

    /// As the user typed it.
    public nonisolated let path: String
    private let file: StoreFile.Opened
    var queue: DatabaseQueue { file.queue }
    /// Attempts that have begun and not ended, by id, with the entries so far.
    private var open: [String: Attempt] = [:]
    /// Those that attempts may name when they end, by their digests.
    var baselines: [String: BaselineVersion] = [:]
    /// Of the texts that were written last.
    let memory = SharedTextMemory()
    private let writing: WriteQueue

    /// Opens a store, and brings an older one up to date.
    ///
    /// - Parameter patience: How long to wait for another process that is writing.
    /// - Throws: `TranscriptStoreError`.
    public init(path: String, for purpose: Purpose, patience: Duration = .seconds(10)) throws {
        // Which disk it is on is known once its folder is there.
        if purpose == .writing { try StoreFile.makeFolder(of: path) }
        try self.init(path: path, for: purpose, patience: patience, isShared: Mount.isShared(path))
    }

    /// - Parameter isShared: Other machines may use the file.
    init(path: String, for purpose: Purpose, patience: Duration = .seconds(10), isShared: Bool) throws {
        self.path = path
        if purpose != .writing, !FileManager.default.fileExists(atPath: path) {
            throw TranscriptStoreError(operation: .open, path: path, cause: .absent)
        }
        file = try StoreFile.open(path, for: purpose, patience: patience, isShared: isShared)
        writing = WriteQueue(file.queue, memory)
    }

    /// What became of the file when it was opened, for its user; nil if it was opened as it was.
    public nonisolated var note: String? {
        file.backup.map { backup in
            "\(path) has schema \(Migration.latest) now; as it was, with schema \(backup.schema), it is kept as \(backup.path)"
        }
    }

    /// What is read is a copy of a file that is older and cannot be changed.
    var isOfCopy: Bool { file.copy != nil }

    /// What SQLite opens to read the same rows.
    nonisolated var attachment: String { file.attachment }

    /// Runs a transaction; SQLite's errors come out as the store's.
    func write<Result: Sendable>(_ body: @Sendable @escaping (Database) throws -> Result) async throws -> Result {
        try requireOwnFile()
        return try await wrapping(.write) { try await queue.write(body) }
    }

    /// Writes together with what others want to have written at this time; returns when it is committed.
    func writeWithOthers(_ work: @escaping WriteQueue.Work) async throws {
        try await wrapping(.write) { try await writing.write(work) }
    }

    /// For what cannot be done within a transaction, or makes its own.
    func writeWithoutTransaction<Result: Sendable>(
        _ operation: TranscriptStoreError.Operation = .write, _ body: @Sendable @escaping (Database) throws -> Result
    ) async throws -> Result {
        if operation == .write { try requireOwnFile() }
        return try await wrapping(operation) { try await queue.writeWithoutTransaction(body) }
    }

    /// What is written to a copy would be lost.
    private func requireOwnFile() throws {
        if isOfCopy { throw TranscriptStoreError(operation: .write, path: path, cause: .readOnly) }
    }

    /// Reads one state of the store; SQLite's errors come out as the store's.
    func read<Result: Sendable>(_ body: @Sendable @escaping (Database) throws -> Result) async throws -> Result {
        try await wrapping(.read) { try await queue.read(body) }
    }

    func wrapping<Result: Sendable>(
        _ operation: TranscriptStoreError.Operation, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw TranscriptStoreError(error, operation, path: path)
        } catch let error as JSONError {
            throw TranscriptStoreError(operation: operation, path: path, cause: .corrupt(error.description))
        } catch let error as TranscriptFormatError {
            throw TranscriptStoreError(operation: operation, path: path, cause: .corrupt("\(error)"))
        }
    }

    func unknown(_ id: String, _ operation: TranscriptStoreError.Operation) -> TranscriptStoreError {
        TranscriptStoreError(operation: operation, path: path, cause: .unknownID(id))
    }
}

extension TranscriptStore: TranscriptSink {
    public func start(_ run: Run) async throws {
        try await write { db in try RunRow.insert(run, db) }
    }

    public func start(_ attempt: Attempt) async throws {
        let path = path
        try await writeWithOthers { texts in
            let known = try RowStatement("SELECT id FROM run WHERE uuid = ?", texts.db)
            known.bind(attempt.run, at: 1)
            guard let run = try known.number() else {
                throw TranscriptStoreError(operation: .write, path: path, cause: .unknownID(attempt.run))
            }
            try AttemptRow.insert(attempt, run: run, texts)
        }
        open[attempt.id] = attempt
    }

    public func add(_ entry: Entry, toAttempt id: String) async throws {
        guard open[id] != nil else { throw unknown(id, .write) }
        open[id]?.transcript.entries.append(entry)
    }

    public func endAttempt(_ id: String, with outcome: Attempt.Outcome, at time: Double) async throws {
        guard var attempt = open[id] else { throw unknown(id, .write) }
        attempt.outcome = outcome
        attempt.endedAt = time
        let summary = AttemptSummary(attempt)
        let rows = await PreparedAttempt.prepare(attempt)
        let baseline = outcome.comparison.flatMap { baselines[$0.baseline] }
        try await writeWithOthers { texts in
            if let baseline { try texts.write(baseline) }
            try AttemptRow.end(summary, rows, texts)
        }
        open[id] = nil
    }

    /// Takes a run up again that has been cut short: attempts without an end are forgotten, as nothing of them is known.
    ///
    /// - Throws: `TranscriptStoreError` when there is no such run.
    public func resume(_ id: String) async throws {
        let found = try await write { db in
            try db.execute(
                sql: """
                    DELETE FROM attempt WHERE status = ? AND ended_at IS NULL
                    AND run_id = (SELECT id FROM run WHERE uuid = ?)
                    """,
                arguments: [Attempt.Status.cutShort.rawValue, id])
            try db.execute(
                sql: "UPDATE run SET status = ?, ended_at = NULL WHERE uuid = ?",
                arguments: [Run.Status.unfinished.rawValue, id])
            return db.changesCount > 0
        }
        if !found { throw unknown(id, .write) }
    }

    public func endRun(_ id: String, as status: Run.Status, at time: Double) async throws {
        let found = try await write { db in try RunRow.end(id, as: status, at: time, db) }
        if !found { throw unknown(id, .write) }
    }
}
