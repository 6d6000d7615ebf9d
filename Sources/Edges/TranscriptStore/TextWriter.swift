import Foundation
import GRDB
import Transcripts

/// Stores texts once: bodies by their hash, names by their text, chains of messages by theirs. For one transaction.
///
/// Texts are bound and read as bytes. SQLite's text functions stop at U+0000, which agents may well say.
final class TextWriter {
    let db: Database
    private var memory: TextMemory
    private var statements: [RowStatement?] = Array(repeating: nil, count: StoredTable.ofAttempts.count)

    private let findName: RowStatement
    private let insertName: RowStatement
    private let findBody: RowStatement
    private let insertBody: RowStatement
    private let markSearched: RowStatement
    private let findPrompt: RowStatement
    private let insertPrompt: RowStatement
    private let letTextWait: RowStatement
    private let letUseWait: RowStatement

    private init(_ db: Database) throws {
        self.db = db
        memory = TextMemory(version: try RowStatement("PRAGMA data_version", db).number() ?? 0)
        findName = try RowStatement("SELECT id FROM name WHERE text = ?", db)
        insertName = try RowStatement("INSERT INTO name (text) VALUES (?)", db)
        // One number is read faster than a row of two.
        findBody = try RowStatement("SELECT id * 2 + is_searched FROM body WHERE hash = ?", db)
        insertBody = try RowStatement("INSERT INTO body (hash, size, data, is_searched) VALUES (?, ?, ?, ?)", db)
        markSearched = try RowStatement("UPDATE body SET is_searched = 1 WHERE id = ?", db)
        findPrompt = try RowStatement("SELECT id FROM prompt_node WHERE chain_hash = ?", db)
        insertPrompt = try RowStatement(
            "INSERT INTO prompt_node (chain_hash, parent_id, body_id) VALUES (?, ?, ?)", db)
        letTextWait = try RowStatement("INSERT INTO waiting_text (body_id, size) VALUES (?, ?)", db)
        letUseWait = try RowStatement("INSERT INTO waiting_use (attempt_id, texts) VALUES (?, ?)", db)
    }

    /// Writes what belongs into one transaction.
    ///
    /// - Parameter memory: What the transaction before this one knew; then what is known after this one, to be kept once it
    ///   is committed. Nil when it fails.
    static func within(
        _ db: Database, _ memory: inout TextMemory?, _ body: (TextWriter) throws -> Void
    ) throws {
        let texts = try TextWriter(db)
        if var known = memory, known.version == texts.memory.version {
            // Exchanged, so that it is changed in place and not copied.
            memory = nil
            swap(&known, &texts.memory)
        } else {
            memory = nil
            texts.memory.waitingByteCount = try WaitingTexts.byteCount(db)
        }
        try body(texts)
        memory = texts.memory
    }

    /// Writes all rows of an attempt but its own.
    func write(_ rows: PreparedAttempt, attempt: Int64) throws {
        let names = try rows.names.map { try name($0) }
        let bodies = try rows.texts.map { try body($0) }
        var prompts: [Int64] = []
        for prompt in rows.prompts {
            prompts.append(
                try self.prompt(prompt.hash, parent: prompt.parent.map { prompts[$0] }, body: bodies[prompt.text]))
        }
        var values = rows.values.makeIterator()
        for table in rows.tables {
            let insert = try statement(table)
            insert.bind(attempt, at: 1)
            for index in 0..<StoredTable[table].columns.count {
                switch values.next() {
                case .integer(let value): insert.bind(value, at: index + 2)
                case .real(let value): insert.bind(value, at: index + 2)
                case .word(let word): insert.bindText(word, at: index + 2)
                case .name(let name): insert.bind(names[name], at: index + 2)
                case .text(let text): insert.bind(bodies[text], at: index + 2)
                case .prompt(let prompt): insert.bind(prompts[prompt], at: index + 2)
                case .null, nil: insert.bindNull(at: index + 2)
                }
            }
            try insert.run()
        }
        var used: [UInt8] = []
        for (text, id) in zip(rows.texts, bodies) where text.isSearched {
            if !used.isEmpty { used.append(0x20) }
            used += String(id).utf8
        }
        if !used.isEmpty {
            letUseWait.bind(attempt, at: 1)
            letUseWait.bindText(used, at: 2)
            try letUseWait.run()
            memory.waitingByteCount += used.count
        }
        if memory.waitingByteCount >= WaitingTexts.limit {
            try WaitingTexts.index(db)
            memory.waitingByteCount = 0
        }
    }

    private func statement(_ table: StoredTable.Name) throws -> RowStatement {
        if let statement = statements[table.rawValue] { return statement }
        let columns = StoredTable[table].columns
        let marks = String(repeating: ", ?", count: columns.count)
        let statement = try RowStatement(
            """
            INSERT INTO \(StoredTable[table].name) (attempt_id, \(columns.map(\.name).joined(separator: ", ")))
            VALUES (?\(marks))
            """, db)
        statements[table.rawValue] = statement
        return statement
    }

    func name(_ text: String) throws -> Int64 { try name(Array(text.utf8)) }

    private func name(_ bytes: [UInt8]) throws -> Int64 {
        if let id = memory.name(bytes) { return id }
        findName.bindText(bytes, at: 1)
        var id = try findName.number()
        if id == nil {
            insertName.bindText(bytes, at: 1)
            try insertName.run()
            id = db.lastInsertedRowID
        }
        memory.remember(name: bytes, id ?? 0)
        return id ?? 0
    }

    func scenario(_ name: String) throws -> Int64 {
        let bytes = Array(name.utf8)
        let find = try RowStatement("SELECT id FROM scenario WHERE name = ?", db)
        find.bindText(bytes, at: 1)
        if let id = try find.number() { return id }
        let insert = try RowStatement("INSERT INTO scenario (name) VALUES (?)", db)
        insert.bindText(bytes, at: 1)
        try insert.run()
        return db.lastInsertedRowID
    }

    /// - Parameter digest: 64 hex digits.
    func version(of scenario: Int64, digest: String) throws -> Int64 {
        let hash = TextHash(hex: digest)
        let find = try RowStatement("SELECT id FROM scenario_version WHERE scenario_id = ? AND hash = ?", db)
        let insert = try RowStatement("INSERT INTO scenario_version (scenario_id, hash) VALUES (?, ?)", db)
        for statement in [find, insert] {
            statement.bind(scenario, at: 1)
            statement.bind(hash, at: 2)
        }
        if let id = try find.number() { return id }
        try insert.run()
        return db.lastInsertedRowID
    }

    /// Nobody says it, so that search does not find it.
    func write(_ baseline: BaselineVersion) throws {
        _ = try body(
            PreparedAttempt.Text(
                hash: TextHash(hex: baseline.digest), bytes: Array(baseline.text.utf8), isSearched: false))
    }

    private func body(_ text: PreparedAttempt.Text) throws -> Int64 {
        let isSearched = text.isSearched && !text.bytes.isEmpty
        var known = memory.body(text.hash)
        if known == nil {
            findBody.bind(text.hash, at: 1)
            known = try findBody.number().map { TextMemory.Body(id: $0 / 2, isSearched: $0 & 1 == 1) }
        } else if known?.isSearched == isSearched || !isSearched {
            return known?.id ?? 0
        }
        let id: Int64
        if let known {
            id = known.id
            if isSearched, !known.isSearched {
                markSearched.bind(id, at: 1)
                try markSearched.run()
                try letWait(id, text.bytes.count)
            }
        } else {
            insertBody.bind(text.hash, at: 1)
            insertBody.bind(text.bytes.count, at: 2)
            insertBody.bindBlob(text.bytes, at: 3)
            insertBody.bind(isSearched ? 1 : 0, at: 4)
            try insertBody.run()
            id = db.lastInsertedRowID
            if isSearched { try letWait(id, text.bytes.count) }
        }
        memory.remember(text.hash, .init(id: id, isSearched: isSearched || known?.isSearched == true))
        return id
    }

    private func letWait(_ id: Int64, _ size: Int) throws {
        letTextWait.bind(id, at: 1)
        letTextWait.bind(size, at: 2)
        try letTextWait.run()
        memory.waitingByteCount += size
    }

    private func prompt(_ hash: TextHash, parent: Int64?, body: Int64) throws -> Int64 {
        if let id = memory.prompt(hash) { return id }
        findPrompt.bind(hash, at: 1)
        var id = try findPrompt.number()
        if id == nil {
            insertPrompt.bind(hash, at: 1)
            insertPrompt.bind(parent, at: 2)
            insertPrompt.bind(body, at: 3)
            try insertPrompt.run()
            id = db.lastInsertedRowID
        }
        memory.remember(prompt: hash, id ?? 0)
        return id ?? 0
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
