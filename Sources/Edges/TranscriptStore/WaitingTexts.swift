import GRDB

/// Texts, and where texts are used, that are stored and not in the file's indexes of words yet.
///
/// They are few: whoever writes brings them there once they are more than `limit`, whoever searches if it may write.
enum WaitingTexts {
    /// Bytes of texts and of lists of uses. To index as many takes a tenth of a second.
    static let limit = 1 << 22

    static func byteCount(_ db: Database) throws -> Int {
        let sizes = "(SELECT total(size) FROM waiting_text) + (SELECT total(length(texts)) FROM waiting_use)"
        return Int(try RowStatement("SELECT CAST(\(sizes) AS INTEGER)", db).number() ?? 0)
    }

    /// Brings all of them into the indexes of words.
    ///
    /// By one statement for each index: FTS5 writes out what it has gathered whenever a statement may have to be undone.
    static func index(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO search (rowid, text) SELECT id, CAST(data AS TEXT)
                    FROM waiting_text JOIN body ON body.id = body_id ORDER BY body_id;
                DELETE FROM waiting_text;
                INSERT INTO text_use (rowid, texts) SELECT attempt_id, texts FROM waiting_use ORDER BY attempt_id;
                DELETE FROM waiting_use
                """)
    }

    /// The same, unless another process is writing or nothing can be written; for a search, which can do without.
    static func indexIfPossible(_ db: Database) throws {
        guard !db.configuration.readonly, try byteCount(db) > 0 else { return }
        let patience = try Int.fetchOne(db, sql: "PRAGMA busy_timeout") ?? 0
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        let outcome = Result {
            try db.inTransaction(.immediate) {
                try index(db)
                return .commit
            }
        }
        try db.execute(sql: "PRAGMA busy_timeout = \(patience)")
        do {
            try outcome.get()
        } catch let error as DatabaseError where hindrances.contains(error.resultCode) {
            // What waits is searched all the same.
        }
    }

    private static let hindrances: [ResultCode] = [
        .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_IOERR,
    ]

    /// Tables of FTS5 that stand for all texts and uses of a transaction: the file's, and those of this connection alone in which
    /// there is what still waits.
    struct Indexes {
        /// Most often one.
        let search: [String]
        let uses: [String]
    }

    /// Reads within the caller's transaction, in which nothing waits unseen. When it throws, that is to be undone, and with it go
    /// the connection's own tables.
    static func reading<Result>(_ db: Database, _ body: (Indexes) throws -> Result) throws -> Result {
        guard try byteCount(db) > 0 else { return try body(Indexes(search: ["search"], uses: ["text_use"])) }
        try db.execute(
            sql: """
                CREATE VIRTUAL TABLE temp.late_search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
                INSERT INTO late_search (rowid, text) SELECT id, CAST(data AS TEXT)
                    FROM waiting_text JOIN body ON body.id = body_id;
                CREATE VIRTUAL TABLE temp.late_use USING fts5 (texts, tokenize = 'ascii', detail = none);
                INSERT INTO late_use (rowid, texts) SELECT attempt_id, texts FROM waiting_use
                """)
        let result = try body(Indexes(search: ["search", "late_search"], uses: ["text_use", "late_use"]))
        try db.execute(sql: "DROP TABLE temp.late_search; DROP TABLE temp.late_use")
        return result
    }
}
