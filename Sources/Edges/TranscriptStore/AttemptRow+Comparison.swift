import GRDB
import Transcripts

extension AttemptRow {
    /// Writes what a check has found; the baseline's text is there already.
    static func note(_ comparison: Attempt.Comparison, of attempt: String, _ db: Database) throws {
        try note(comparison, of: attempt, where: "", db)
    }

    /// The same for an attempt from elsewhere: what is known here stays, as it does in a merge.
    ///
    /// - Returns: Whether it was not known.
    static func take(_ comparison: Attempt.Comparison, of attempt: String, _ db: Database) throws -> Bool {
        try note(comparison, of: attempt, where: "AND baseline_id IS NULL AND ended_at IS NOT NULL", db)
        return db.changesCount > 0
    }

    private static func note(
        _ comparison: Attempt.Comparison, of attempt: String, where condition: String, _ db: Database
    ) throws {
        let row = try RowStatement(
            """
            UPDATE attempt SET variant = ?, suspicious = ?, expected = ?, baseline_id = ? WHERE uuid = ? \(condition)
            """, db)
        row.bind(comparison.variant.map { Int64($0) }, at: 1)
        row.bind(comparison.suspicious, at: 2)
        row.bind(comparison.expected, at: 3)
        row.bind(try BaselineBody.id(comparison.baseline, db), at: 4)
        row.bind(attempt, at: 5)
        try row.run()
    }

    /// What the row of an attempt says of a check; nil when none has looked at it.
    static func comparison(_ row: Row) -> Attempt.Comparison? {
        (row["baseline_digest"] as String?).map { digest in
            Attempt.Comparison(
                baseline: digest, variant: row["variant"], suspicious: row["suspicious"] ?? 0,
                expected: row["expected"] ?? 0)
        }
    }
}
