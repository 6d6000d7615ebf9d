import Foundation
import GRDB
import Transcripts

/// The texts of baselines: bodies like others, that attempts and reviews refer to.
enum BaselineBody {
    /// - Throws: `DatabaseError` when no text has the digest.
    static func id(_ digest: String, _ db: Database) throws -> Int64 {
        let find = try RowStatement("SELECT id FROM body WHERE hash = ?", db)
        find.bind(TextHash(hex: digest), at: 1)
        guard let id = try find.number() else {
            throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "the baseline \(digest) is not there")
        }
        return id
    }

    /// Nil when no text has the digest.
    static func version(_ digest: String, _ db: Database) throws -> BaselineVersion? {
        let hash = TextHash(hex: digest).withUnsafeBytes { Data($0) }
        return try Row.fetchOne(db, sql: "SELECT data FROM body WHERE hash = ?", arguments: [hash]).map {
            BaselineVersion(try $0.text("data"))
        }
    }
}
