import Digests
import Foundation
import GRDB

/// Stores texts once: bodies by their hash, names by their text. For one transaction.
///
/// Texts are bound and read as bytes. SQLite's text functions stop at U+0000, which agents may well say.
final class TextWriter {
    let db: Database
    /// Ids of names that this transaction has met. Not kept for the next: another process may sweep in between.
    private var names: [String: Int64] = [:]
    private var unindexed: [(id: Int64, text: Data)] = []

    private init(_ db: Database) { self.db = db }

    /// Writes all that belongs into one transaction; the index of words comes last.
    ///
    /// FTS5 writes out what it has gathered whenever a statement may have to be undone, so each of its rows among others
    /// would be a segment of its own.
    static func within<Result>(_ db: Database, _ body: (TextWriter) throws -> Result) throws -> Result {
        let texts = TextWriter(db)
        let result = try body(texts)
        for (id, text) in texts.unindexed {
            try db.cachedStatement(sql: "INSERT INTO search (rowid, text) VALUES (?, CAST(? AS TEXT))")
                .execute(arguments: [id, text])
        }
        return result
    }

    /// Of a text that nobody looks for.
    func body(_ text: String) throws -> Int64 { try body(Array(text.utf8)).id }

    /// Of a text that search finds.
    func searched(_ text: String) throws -> Int64 {
        let bytes = Array(text.utf8)
        let hash = Data(Digest.sha256(bytes))
        // One number is read faster than a row of two.
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id * 2 + is_searched FROM body WHERE hash = ?"), arguments: [hash])
        if let found, bytes.isEmpty || found & 1 == 1 { return found / 2 }
        let id: Int64
        if let found {
            id = found / 2
            try db.cachedStatement(sql: "UPDATE body SET is_searched = 1 WHERE id = ?").execute(arguments: [id])
        } else {
            try db.cachedStatement(sql: "INSERT INTO body (hash, size, data, is_searched) VALUES (?, ?, ?, ?)")
                .execute(arguments: [hash, bytes.count, Data(bytes), !bytes.isEmpty])
            id = db.lastInsertedRowID
        }
        if !bytes.isEmpty { unindexed.append((id, Data(bytes))) }
        return id
    }

    func searched(_ text: String?) throws -> Int64? { try text.map { try searched($0) } }

    func body(_ bytes: [UInt8]) throws -> (id: Int64, hash: [UInt8]) {
        let hash = Digest.sha256(bytes)
        let id = try idOfRow(
            "SELECT id FROM body WHERE hash = ?", [Data(hash)],
            else: "INSERT INTO body (hash, size, data) VALUES (?, ?, ?)", [Data(hash), bytes.count, Data(bytes)])
        return (id, hash)
    }

    func name(_ text: String) throws -> Int64 {
        // Swift takes texts for equal that differ in their bytes, as with composed accents.
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        if isPlain, let id = names[text] { return id }
        let bytes = Data(text.utf8)
        let id = try idOfRow(
            "SELECT id FROM name WHERE text = CAST(? AS TEXT)", [bytes],
            else: "INSERT INTO name (text) VALUES (CAST(? AS TEXT))", [bytes])
        if isPlain { names[text] = id }
        return id
    }

    func name(_ text: String?) throws -> Int64? { try text.map { try name($0) } }

    /// The last node of a chain of messages; nil for none.
    func prompt(_ messages: [[UInt8]]) throws -> Int64? {
        var node: Int64?
        var chain = [UInt8](repeating: 0, count: 32)
        for message in messages {
            let (body, hash) = try body(message)
            chain = Digest.sha256(chain + hash)
            node = try idOfRow(
                "SELECT id FROM prompt_node WHERE chain_hash = ?", [Data(chain)],
                else: "INSERT INTO prompt_node (chain_hash, parent_id, body_id) VALUES (?, ?, ?)",
                [Data(chain), node, body])
        }
        return node
    }

    private func idOfRow(
        _ query: String, _ key: StatementArguments, else insert: String, _ values: StatementArguments
    ) throws -> Int64 {
        if let id = try Int64.fetchOne(db.cachedStatement(sql: query), arguments: key) { return id }
        try db.cachedStatement(sql: insert).execute(arguments: values)
        return db.lastInsertedRowID
    }
}

extension Row {
    /// A column of bytes as text.
    ///
    /// - Throws: `DatabaseError` when the row that it comes from is gone.
    func text(_ column: String) throws -> String {
        guard let text = optionalText(column) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a \(column) is missing")
        }
        return text
    }

    /// A column of bytes as text; nil for NULL.
    func optionalText(_ column: String) -> String? {
        (self[column] as Data?).map { String(decoding: $0, as: UTF8.self) }
    }
}
