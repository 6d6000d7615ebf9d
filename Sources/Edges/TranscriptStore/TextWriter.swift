import Digests
import Foundation
import GRDB

/// Stores texts once: bodies by their hash, names by their text.
///
/// Texts are bound and read as bytes. SQLite's text functions stop at U+0000, which agents may well say.
struct TextWriter {
    private let db: Database

    init(_ db: Database) { self.db = db }

    /// Of a text that nobody looks for.
    func body(_ text: String) throws -> Int64 { try body(Array(text.utf8)).id }

    /// Of a text that search finds.
    func searched(_ text: String) throws -> Int64 {
        let bytes = Array(text.utf8)
        let hash = Data(Digest.sha256(bytes))
        let found = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, is_searched FROM body WHERE hash = ?"), arguments: [hash])
        if let found, bytes.isEmpty || found["is_searched"] { return found["id"] }
        let id: Int64
        if let found {
            id = found["id"]
            try db.cachedStatement(sql: "UPDATE body SET is_searched = 1 WHERE id = ?").execute(arguments: [id])
        } else {
            try db.cachedStatement(sql: "INSERT INTO body (hash, size, data, is_searched) VALUES (?, ?, ?, ?)")
                .execute(arguments: [hash, bytes.count, Data(bytes), !bytes.isEmpty])
            id = db.lastInsertedRowID
        }
        if !bytes.isEmpty {
            try db.cachedStatement(sql: "INSERT INTO search (rowid, text) VALUES (?, CAST(? AS TEXT))")
                .execute(arguments: [id, Data(bytes)])
        }
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
        let bytes = Data(text.utf8)
        return try idOfRow(
            "SELECT id FROM name WHERE text = CAST(? AS TEXT)", [bytes],
            else: "INSERT INTO name (text) VALUES (CAST(? AS TEXT))", [bytes])
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
