import Foundation
import GRDB
public import Transcripts

extension TranscriptStore {
    /// The attempts of a scenario with their runs, the oldest first; of more than the limit the newest.
    public func history(ofScenario scenario: String, limit: Int) async throws -> [(run: Run, attempt: AttemptSummary)] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    \(AttemptRow.columns) WHERE attempt.scenario_id = (SELECT id FROM scenario WHERE name = CAST(? AS TEXT))
                    ORDER BY attempt.started_at DESC, attempt.uuid DESC LIMIT ?
                    """,
                arguments: [Data(scenario.utf8), limit])
            var runs: [String: Run] = [:]
            return try rows.reversed().map { row in
                let summary = try AttemptRow.summary(row, db)
                if runs[summary.run] == nil {
                    runs[summary.run] = try Row.fetchOne(
                        db, sql: "SELECT * FROM run WHERE uuid = ?", arguments: [summary.run]
                    ).map(RunRow.run)
                }
                guard let run = runs[summary.run] else { preconditionFailure("an attempt is of a run that is there") }
                return (run, summary)
            }
        }
    }

    /// How all attempts of a scenario came out, the oldest first.
    public func statuses(ofScenario scenario: String) async throws -> [Attempt.Status] {
        try await read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT status FROM attempt WHERE scenario_id = (SELECT id FROM scenario WHERE name = CAST(? AS TEXT))
                    ORDER BY started_at, uuid
                    """, arguments: [Data(scenario.utf8)]
            ).map { Attempt.Status(rawValue: $0) ?? .cutShort }
        }
    }

    /// The names of all scenarios that have attempts, sorted.
    public func scenarios() async throws -> [String] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT CAST(name AS BLOB) AS text FROM scenario WHERE id IN (SELECT scenario_id FROM attempt)
                    """)
            return try rows.map { try $0.text("text") }.sorted()
        }
    }
}
