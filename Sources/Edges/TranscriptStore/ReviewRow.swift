import Foundation
import GRDB
import Transcripts

/// Who has decided what about a run: rows of `review`.
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
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, db)
        row.bind(review.id, at: 1)
        row.bind(run, at: 2)
        row.bind(try texts.scenario(review.matter.scenario), at: 3)
        row.bind(review.at, at: 4)
        row.bind(try review.by.map { try texts.name($0) }, at: 5)
        row.bind(review.matter.decision.rawValue, at: 6)
        row.bind(review.matter.hunk, at: 7)
        row.bind(review.matter.subject, at: 8)
        row.bind(review.matter.concern.rawValue, at: 9)
        row.bind(try review.baseline.map { try BaselineBody.id($0, db) }, at: 10)
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

    /// - Parameter condition: SQL behind `WHERE`.
    static func all(_ condition: String, _ arguments: StatementArguments, _ db: Database) throws -> [Review] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT review.uuid, reviewed_at, decision, run.uuid AS run, CAST(scenario.name AS BLOB) AS scenario,
                    (SELECT CAST(text AS BLOB) FROM name WHERE id = reviewer_id) AS reviewer,
                    CAST(hunk AS BLOB) AS hunk, CAST(subject AS BLOB) AS subject, concern,
                    (SELECT lower(hex(hash)) FROM body WHERE id = baseline_id) AS baseline_digest
                FROM review JOIN run ON run.id = run_id JOIN scenario ON scenario.id = scenario_id
                WHERE \(condition) ORDER BY reviewed_at, review.uuid
                """, arguments: arguments)
        return try rows.map { row in
            guard let decision = Review.Decision(rawValue: row["decision"]),
                let concern = Review.Concern(rawValue: row["concern"])
            else {
                let words = "\(row["decision"] as String), \(row["concern"] as String)"
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "no review says '\(words)'")
            }
            return Review(
                id: row["uuid"], at: row["reviewed_at"], by: row.optionalText("reviewer"),
                matter: Review.Matter(
                    scenario: try row.text("scenario"), run: row["run"], decision: decision,
                    hunk: row.optionalText("hunk"), subject: try row.text("subject"), concern: concern),
                baseline: row["baseline_digest"])
        }
    }
}
