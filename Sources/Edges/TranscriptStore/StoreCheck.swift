import Digests
import Foundation
import GRDB
import Transcripts

/// Looks for what cannot be in a store that is whole.
struct StoreCheck {
    private let db: Database
    private(set) var problems: [StoreProblem] = []

    init(_ db: Database) { self.db = db }

    /// What SQLite itself finds; `quickly` leaves out whether each index has all of its table.
    mutating func file(quickly: Bool) throws {
        let name = quickly ? "quick_check(1)" : "integrity_check"
        for text in try String.fetchAll(db, sql: "PRAGMA \(name)") where text != "ok" {
            problems.append(StoreProblem(place: "file", message: text))
        }
    }

    /// Whether tables, indexes and views are those of this schema.
    mutating func objects() throws {
        let model = try DatabaseQueue()
        try model.write { try Migration.migrate($0) }
        let wanted = try model.read { try StoreCheck.objects($0) }
        let present = try StoreCheck.objects(db)
        for (name, columns) in wanted.sorted(by: { $0.key < $1.key }) where present[name] != columns {
            problems.append(
                StoreProblem(place: name, message: present[name] == nil ? "it is missing" : "its columns are others"))
        }
        for name in present.keys.sorted() where wanted[name] == nil {
            problems.append(StoreProblem(place: name, message: "it is none of a store's"))
        }
    }

    /// By `table NAME` and the like, with the columns of each.
    private static func objects(_ db: Database) throws -> [String: [String]] {
        var objects: [String: [String]] = [:]
        let rows = try Row.fetchAll(
            db, sql: "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        for row in rows {
            let name: String = row["name"]
            objects["\(row["type"] as String) \(name)"] = try String.fetchAll(
                db, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [name])
        }
        return objects
    }

    /// Whether words are of those that are written.
    mutating func words() throws {
        let columns: [(table: String, column: String, words: [String])] = [
            ("run", "status", Run.Status.allCases.map(\.rawValue)),
            ("attempt", "status", Attempt.Status.allCases.map(\.rawValue)),
            ("review", "decision", Review.Decision.allCases.map(\.rawValue)),
            ("review", "concern", Review.Concern.allCases.map(\.rawValue)),
        ]
        for (table, column, words) in columns {
            let known = words.map { "'\($0)'" }.joined(separator: ", ")
            for id in try Int64.fetchAll(db, sql: "SELECT id FROM \(table) WHERE \(column) NOT IN (\(known))") {
                problems.append(
                    StoreProblem(place: "\(table) \(id)", message: "its \(column) is none that a store has"))
            }
        }
    }

    mutating func references() throws {
        for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
            let place = (row["rowid"] as Int64?).map { " \($0)" } ?? ""
            problems.append(
                StoreProblem(
                    place: "\(row["table"] as String)\(place)",
                    message: "it refers to a \(row["parent"] as String) that is not there"))
        }
        for id in try Int64.fetchAll(
            db, sql: "SELECT id FROM attempt WHERE (suspicious IS NULL) <> (baseline_id IS NULL)")
        {
            problems.append(
                StoreProblem(place: "attempt \(id)", message: "what it was compared with is missing, or what came out"))
        }
        for (index, kind) in Entry.Kind.names.enumerated() where kind != "message" {
            let table = kind == "end" ? "ending" : kind
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT attempt_id, seq FROM entry WHERE kind = ? AND NOT EXISTS (
                        SELECT 1 FROM \(table) t WHERE t.attempt_id = entry.attempt_id AND t.seq = entry.seq)
                    """, arguments: [index + 1])
            for row in rows {
                problems.append(
                    StoreProblem(
                        place: "attempt \(row["attempt_id"] as Int64), entry \(row["seq"] as Int64)",
                        message: "its \(kind) is missing"))
            }
        }
    }

    /// Whether each body is what its hash says, and there once.
    mutating func bodies() throws {
        for id in try Int64.fetchAll(db, sql: "SELECT max(id) FROM body GROUP BY hash HAVING count(*) > 1") {
            problems.append(StoreProblem(place: "body \(id)", message: "its text is stored more than once"))
        }
        let rows = try Row.fetchCursor(db, sql: "SELECT id, hash, size, data FROM body")
        while let row = try rows.next() {
            let data: Data = row["data"]
            guard Data(Digest.sha256(Array(data))) != row["hash"] as Data || data.count != row["size"] as Int else {
                continue
            }
            problems.append(
                StoreProblem(place: "body \(row["id"] as Int64)", message: "its bytes are not those that were stored"))
        }
    }

    /// Whether each request's messages are those that it was stored with.
    mutating func chains() throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT node.id, node.chain_hash, body.hash, parent.chain_hash AS before
                FROM prompt_node node JOIN body ON body.id = node.body_id
                LEFT JOIN prompt_node parent ON parent.id = node.parent_id
                """)
        while let row = try rows.next() {
            let before = (row["before"] as Data?) ?? Data(count: 32)
            if Data(Digest.sha256(Array(before + (row["hash"] as Data)))) != row["chain_hash"] as Data {
                problems.append(
                    StoreProblem(
                        place: "prompt_node \(row["id"] as Int64)",
                        message: "it does not follow from the messages before it"))
            }
        }
    }

    /// Whether what is to come into the indexes of words is what should.
    mutating func waiting() throws {
        let texts = """
            SELECT body_id FROM waiting_text JOIN body ON body.id = body_id
            WHERE NOT is_searched OR waiting_text.size <> body.size
            """
        for id in try Int64.fetchAll(db, sql: texts) {
            problems.append(
                StoreProblem(place: "waiting_text \(id)", message: "it is not a text that somebody says, runs or reads")
            )
        }
        let uses = """
            SELECT attempt_id, waiting_use.texts AS waiting, attempt_text.texts AS used
            FROM waiting_use JOIN attempt_text ON id = attempt_id
            """
        for row in try Row.fetchAll(db, sql: uses) {
            let (waiting, used) = (row["waiting"] as String, row["used"] as String? ?? "")
            if waiting.split(separator: " ").sorted() != used.split(separator: " ").sorted() {
                problems.append(
                    StoreProblem(
                        place: "waiting_use \(row["attempt_id"] as Int64)", message: "its texts are not the attempt's"))
            }
        }
    }

    /// Whether the indexes of words and of uses are those of the texts; needs to be allowed to write, and changes nothing.
    mutating func search() throws {
        let indexes = [
            ("search", "the index of words is not that of the stored texts"),
            ("text_use", "the index of where texts are used is not that of the stored attempts"),
        ]
        for (table, message) in indexes {
            do {
                try db.execute(sql: "INSERT INTO \(table) (\(table), rank) VALUES ('integrity-check', 1)")
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
                problems.append(StoreProblem(place: table, message: message))
            }
        }
    }
}

/// Something in a store that cannot be when it is whole.
public struct StoreProblem: Sendable, Equatable {
    /// A table, mostly with the row's number.
    public var place: String
    public var message: String

    public init(place: String, message: String) {
        self.place = place
        self.message = message
    }
}
