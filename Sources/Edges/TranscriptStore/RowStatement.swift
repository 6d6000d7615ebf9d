import GRDB
import GRDBSQLite

/// A statement that is bound and stepped through SQLite's own functions.
///
/// GRDB boxes each value, checks arguments against names and looks for observers, which is more than SQLite itself does for a
/// row: a message of 100,000 costs 10.8 µs of CPU, and 16.2 when the rows of entries alone go through GRDB's arguments.
struct RowStatement {
    /// Keeps the statement alive; GRDB's cache may drop it.
    private let statement: Statement
    private let handle: OpaquePointer
    private let db: Database

    /// - Parameter sql: One statement, whose parameters are all bound each time that it runs.
    init(_ sql: String, _ db: Database) throws {
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        self.db = db
    }

    func bindNull(at index: Int) { sqlite3_bind_null(handle, Int32(index)) }
    func bind(_ value: Int64, at index: Int) { sqlite3_bind_int64(handle, Int32(index), value) }
    func bind(_ value: Double, at index: Int) { sqlite3_bind_double(handle, Int32(index), value) }
    func bind(_ value: Int, at index: Int) { bind(Int64(value), at: index) }
    func bind(_ text: String, at index: Int) { bindText(Array(text.utf8), at: index) }

    func bind(_ value: Int64?, at index: Int) {
        if let value { bind(value, at: index) } else { bindNull(at: index) }
    }

    func bind(_ value: Double?, at index: Int) {
        if let value { bind(value, at: index) } else { bindNull(at: index) }
    }

    func bind(_ text: String?, at index: Int) {
        if let text { bind(text, at: index) } else { bindNull(at: index) }
    }

    func bind(_ hash: TextHash?, at index: Int) {
        if let hash { bind(hash, at: index) } else { bindNull(at: index) }
    }

    func bind(_ hash: TextHash, at index: Int) {
        hash.withUnsafeBytes { _ = sqlite3_bind_blob(handle, Int32(index), $0.baseAddress, 32, transient) }
    }

    func bindBlob(_ bytes: [UInt8], at index: Int) {
        // Without an address, as an empty array may be, it would be NULL.
        guard !bytes.isEmpty else { return _ = sqlite3_bind_zeroblob(handle, Int32(index), 0) }
        bytes.withUnsafeBytes {
            _ = sqlite3_bind_blob64(handle, Int32(index), $0.baseAddress, UInt64($0.count), transient)
        }
    }

    /// Bytes of UTF-8, U+0000 among them.
    func bindText(_ bytes: [UInt8], at index: Int) {
        bytes.withUnsafeBytes {
            let start = $0.baseAddress?.assumingMemoryBound(to: CChar.self)
            if let start {
                sqlite3_bind_text64(handle, Int32(index), start, UInt64($0.count), transient, UInt8(SQLITE_UTF8))
            } else {
                sqlite3_bind_text64(handle, Int32(index), "", 0, transient, UInt8(SQLITE_UTF8))
            }
        }
    }

    /// Runs a statement that gives no row.
    func run() throws {
        let code = sqlite3_step(handle)
        guard sqlite3_reset(handle) == SQLITE_OK, code == SQLITE_DONE else { throw failure(code) }
    }

    /// The first column of the first row; nil without a row.
    func number() throws -> Int64? {
        let code = sqlite3_step(handle)
        let value = code == SQLITE_ROW ? sqlite3_column_int64(handle, 0) : nil
        guard sqlite3_reset(handle) == SQLITE_OK, code == SQLITE_ROW || code == SQLITE_DONE else { throw failure(code) }
        return value
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
            message: sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) } ?? "SQLite error \(code)")
    }
}

/// Has SQLite copy what it is given.
private nonisolated(unsafe) let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
