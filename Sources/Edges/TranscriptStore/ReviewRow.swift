import Foundation
import GRDB
import Transcripts

/// What was accepted when, and who has decided that.
///
/// A baseline's text is a body like any other; attempts and reviews tell which one they are about.
enum ReviewRow {
    /// - Throws: `DatabaseError` when its run is not there.
    static func insert(_ review: Review, _ texts: TextWriter) throws {
        let db = texts.db
        let run = try RowStatement("SELECT id FROM run WHERE uuid = ?", db)
        run.bind(review.matter.run, at: 1)
        guard let run = try run.number() else {
            throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "run \(review.matter.run) is not there")
        }
        let row = try RowStatement(
            """
            INSERT INTO review (uuid, run_id, scenario_id, reviewed_at, reviewer_id, decision, hunk, subject, concern,
                baseline_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(bodyID))
            """, db)
        row.bind(review.id, at: 1)
        row.bind(run, at: 2)
        row.bind(try texts.scenario(review.matter.scenario), at: 3)
        row.bind(review.at, at: 4)
        row.bind(try review.by.map { try texts.name($0) }, at: 5)
        row.bind(review.matter.decision.rawValue, at: 6)
        row.bind(review.matter.hunk, at: 7)
        row.bind(review.matter.subject, at: 8)
        row.bind(review.matter.concern, at: 9)
        row.bind(review.baseline.map { TextHash(hex: $0) }, at: 10)
        try row.run()
    }

    /// True when it was not there.
    static func take(_ review: Review, _ texts: TextWriter) throws -> Bool {
        let known = try RowStatement("SELECT id FROM review WHERE uuid = ?", texts.db)
        known.bind(review.id, at: 1)
        guard try known.number() == nil else { return false }
        try insert(review, texts)
        return true
    }

    /// Writes what a check has found; the baseline's text is there already.
    static func compare(_ attempt: String, _ comparison: Attempt.Comparison, _ db: Database) throws {
        let row = try RowStatement(
            """
            UPDATE attempt SET variant = ?, suspicious = ?, expected = ?, baseline_id = \(bodyID) WHERE uuid = ?
            """, db)
        row.bind(comparison.variant.map { Int64($0) }, at: 1)
        row.bind(comparison.suspicious, at: 2)
        row.bind(comparison.expected, at: 3)
        row.bind(TextHash(hex: comparison.baseline), at: 4)
        row.bind(attempt, at: 5)
        try row.run()
    }

    private static let bodyID = "(SELECT id FROM body WHERE hash = ?)"

    static func comparison(_ row: Row) -> Attempt.Comparison? {
        (row["baseline_digest"] as String?).map { digest in
            Attempt.Comparison(
                baseline: digest, variant: row["variant"], suspicious: row["suspicious"] ?? 0,
                expected: row["expected"] ?? 0)
        }
    }

    /// - Parameter condition: SQL behind `WHERE`.
    static func all(_ condition: String, _ arguments: StatementArguments, _ db: Database) throws -> [Review] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT review.uuid, reviewed_at, decision, run.uuid AS run, CAST(scenario.name AS BLOB) AS scenario,
                    (SELECT CAST(text AS BLOB) FROM name WHERE id = reviewer_id) AS reviewer,
                    CAST(hunk AS BLOB) AS hunk, CAST(subject AS BLOB) AS subject, CAST(concern AS BLOB) AS concern,
                    (SELECT lower(hex(hash)) FROM body WHERE id = baseline_id) AS baseline_digest
                FROM review JOIN run ON run.id = run_id JOIN scenario ON scenario.id = scenario_id
                WHERE \(condition) ORDER BY reviewed_at, review.uuid
                """, arguments: arguments)
        return try rows.map { row in
            Review(
                id: row["uuid"], at: row["reviewed_at"], by: row.optionalText("reviewer"),
                matter: Review.Matter(
                    scenario: try row.text("scenario"), run: row["run"],
                    decision: Review.Decision(rawValue: row["decision"]) ?? .accepted, hunk: row.optionalText("hunk"),
                    subject: try row.text("subject"), concern: try row.text("concern")),
                baseline: row["baseline_digest"])
        }
    }

    /// Nil when no text has this digest.
    static func baseline(_ digest: String, _ db: Database) throws -> BaselineVersion? {
        let row = try Row.fetchOne(
            db, sql: "SELECT data FROM body WHERE hash = ?",
            arguments: [TextHash(hex: digest).withUnsafeBytes { Data($0) }])
        return try row.map { BaselineVersion(try $0.text("data")) }
    }
}
