import GRDB

/// One step from a schema to the next.
///
/// A migration that has shipped is never edited: files made by it exist. A change is a new one at the end.
struct Migration: Sendable {
    /// The `user_version` of a file after this step; counted from 1 without gaps.
    let number: Int
    let sql: String

    static let all: [Migration] = [.first, .second, .third, .fourth, .fifth, .sixth, .seventh]

    /// The schema that this build writes.
    static var latest: Int { all.last?.number ?? 0 }

    /// Takes a file from whatever older schema it has to the latest.
    static func migrate(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        for migration in all where migration.number > version {
            try db.execute(sql: migration.sql)
            try db.execute(sql: "PRAGMA user_version = \(migration.number)")
        }
    }
}
