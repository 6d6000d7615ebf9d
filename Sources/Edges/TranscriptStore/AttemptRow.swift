import Conversations
import Documents
import GRDB
import Transcripts

/// Attempts as rows; their entries are `EntryRows`.
enum AttemptRow {
    static func insert(_ attempt: Attempt, run: Int64, _ texts: TextWriter) throws {
        let scenario = try texts.scenario(attempt.scenario)
        let version = try attempt.scenarioDigest.map { try texts.version(of: scenario, digest: $0) }
        let row = try RowStatement(
            """
            INSERT INTO attempt
                (uuid, run_id, scenario_id, version_id, subject_id, started_at, status, place, repetition, retry, seed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, texts.db)
        row.bind(attempt.id, at: 1)
        row.bind(run, at: 2)
        row.bind(scenario, at: 3)
        row.bind(version, at: 4)
        row.bind(try texts.name(attempt.transcript.subject), at: 5)
        row.bind(attempt.startedAt, at: 6)
        row.bind(Attempt.Status.cutShort.rawValue, at: 7)
        row.bind(attempt.number.place, at: 8)
        row.bind(attempt.number.repetition, at: 9)
        row.bind(attempt.number.retry, at: 10)
        row.bind(attempt.seed.map { Int64($0) }, at: 11)
        try row.run()
    }

    /// Writes the outcome and the whole transcript.
    ///
    /// - Parameter rows: Made of the same attempt.
    static func end(_ summary: AttemptSummary, _ rows: PreparedAttempt, _ texts: TextWriter) throws {
        let db = texts.db
        let known = try RowStatement("SELECT id FROM attempt WHERE uuid = ?", db)
        known.bind(summary.id, at: 1)
        guard let id = try known.number() else {
            // Someone has removed it while it was performed.
            throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "attempt \(summary.id) is not there any more")
        }
        let row = try RowStatement(
            """
            UPDATE attempt SET ended_at = ?, status = ?, turns = ?, prompt_tokens = ?, completion_tokens = ?,
                llm_calls = ?, tool_calls = ?, code_runs = ?, latency = ?, cost = ?, baseline_id = ?, variant = ?,
                suspicious = ?, expected = ?
            WHERE id = ?
            """, db)
        row.bind(summary.endedAt, at: 1)
        row.bind(summary.outcome.status.rawValue, at: 2)
        row.bind(summary.turnCount, at: 3)
        row.bind(summary.usage.promptTokens, at: 4)
        row.bind(summary.usage.completionTokens, at: 5)
        row.bind(summary.metrics.llmCallCount, at: 6)
        row.bind(summary.metrics.toolCallCount, at: 7)
        row.bind(summary.metrics.codeRunCount, at: 8)
        row.bind(summary.metrics.latency, at: 9)
        row.bind(summary.outcome.cost, at: 10)
        let comparison = summary.outcome.comparison
        row.bind(try comparison.map { try BaselineBody.id($0.baseline, db) }, at: 11)
        row.bind(comparison?.variant.map { Int64($0) }, at: 12)
        row.bind(comparison.map { Int64($0.suspicious) }, at: 13)
        row.bind(comparison.map { Int64($0.expected) }, at: 14)
        row.bind(id, at: 15)
        try row.run()
        try texts.write(rows, attempt: id)
    }

    /// As planned, whichever of several at a time began or ended first; the same in every store that has them.
    static let order = """
        ORDER BY attempt.place, attempt.repetition, attempt.retry, attempt.started_at, attempt.uuid
        """

    static let columns = """
        SELECT attempt.*, run.uuid AS run_uuid, CAST(scenario.name AS BLOB) AS scenario,
            (SELECT lower(hex(hash)) FROM scenario_version WHERE id = version_id) AS scenario_digest,
            (SELECT lower(hex(hash)) FROM body WHERE id = baseline_id) AS baseline_digest
        FROM attempt JOIN run ON run.id = attempt.run_id JOIN scenario ON scenario.id = attempt.scenario_id
        """

    static func summary(_ row: Row, _ db: Database) throws -> AttemptSummary {
        let id: Int64 = row["id"]
        var outcome = Attempt.Outcome(
            status: Attempt.Status(rawValue: row["status"]) ?? .cutShort, findings: try texts("finding", of: id, db),
            misses: try texts("miss", of: id, db))
        outcome.cost = row["cost"]
        outcome.comparison = (row["baseline_digest"] as String?).map { digest in
            Attempt.Comparison(
                baseline: digest, variant: row["variant"], suspicious: row["suspicious"] ?? 0,
                expected: row["expected"] ?? 0)
        }
        let reactions = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT data FROM fault_reaction JOIN body ON body.id = body_id WHERE attempt_id = ? ORDER BY ord
                    """), arguments: [id])
        outcome.reactions = try reactions.map { try FaultReaction(json: JSONValue(parsing: $0.text("data"))) }
        let assertions = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT passed, turn, expected.data AS expected, seen.data AS seen FROM assertion
                    JOIN body expected ON expected.id = expected_id LEFT JOIN body seen ON seen.id = seen_id
                    WHERE attempt_id = ? ORDER BY ord
                    """), arguments: [id])
        outcome.assertions = try assertions.map {
            Attempt.Assertion(
                expected: try $0.text("expected"), passed: $0["passed"], seen: $0.optionalText("seen"), turn: $0["turn"]
            )
        }
        var summary = AttemptSummary(
            id: row["uuid"], run: row["run_uuid"], scenario: try row.text("scenario"), startedAt: row["started_at"],
            endedAt: row["ended_at"], outcome: outcome, turnCount: row["turns"],
            usage: Usage(promptTokens: row["prompt_tokens"], completionTokens: row["completion_tokens"]))
        summary.number = Attempt.Number(place: row["place"], repetition: row["repetition"], retry: row["retry"])
        summary.seed = row["seed"]
        summary.scenarioDigest = row["scenario_digest"]
        summary.metrics.llmCallCount = row["llm_calls"]
        summary.metrics.toolCallCount = row["tool_calls"]
        summary.metrics.codeRunCount = row["code_runs"]
        summary.metrics.latency = row["latency"]
        return summary
    }

    private static func texts(_ kind: String, of attempt: Int64, _ db: Database) throws -> [String] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT data FROM finding JOIN body ON body.id = body_id WHERE attempt_id = ? AND kind = ? ORDER BY ord
                """)
        return try Row.fetchAll(statement, arguments: [attempt, kind]).map { try $0.text("data") }
    }
}

extension AttemptRow {
    enum Taken { case new, replaced, known }

    /// Inserts an attempt from elsewhere whose run is there; one with an end takes the place of its mere beginning.
    static func take(_ attempt: Attempt, _ texts: TextWriter) throws -> Taken {
        let db = texts.db
        let own = try Row.fetchOne(db, sql: "SELECT ended_at FROM attempt WHERE uuid = ?", arguments: [attempt.id])
        let hasEnd = own.map { $0["ended_at"] != nil as Double? } ?? false
        if own != nil {
            guard !hasEnd, attempt.endedAt != nil else {
                return .known
            }
            try db.execute(sql: "DELETE FROM attempt WHERE uuid = ?", arguments: [attempt.id])
        }
        guard let run = try Int64.fetchOne(db, sql: "SELECT id FROM run WHERE uuid = ?", arguments: [attempt.run])
        else {
            preconditionFailure("an attempt comes after its run")
        }
        try insert(attempt, run: run, texts)
        if attempt.endedAt != nil { try end(AttemptSummary(attempt), PreparedAttempt(attempt), texts) }
        return own == nil ? .new : .replaced
    }

    /// True of an attempt without an end whose run has performed the same to an end.
    static let isOvertaken = """
        ended_at IS NULL AND EXISTS (
            SELECT 1 FROM attempt ended WHERE ended.run_id = attempt.run_id AND ended.scenario_id = attempt.scenario_id
                AND (ended.place, ended.repetition, ended.retry) = (attempt.place, attempt.repetition, attempt.retry)
                AND ended.ended_at IS NOT NULL)
        """
}
