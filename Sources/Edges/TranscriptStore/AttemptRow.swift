import Conversations
import Documents
import GRDB
import Transcripts

/// Attempts as rows; their entries are `EntryRows`.
enum AttemptRow {
    static func insert(_ attempt: Attempt, run: Int64, _ texts: TextWriter) throws {
        let statement = try texts.db.cachedStatement(
            sql: """
                INSERT INTO attempt
                    (uuid, run_id, scenario_id, subject_id, started_at, status, place, repetition, retry, seed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            attempt.id, run, try texts.name(attempt.scenario), try texts.name(attempt.transcript.subject),
            attempt.startedAt, Attempt.Status.cutShort.rawValue, attempt.number.place, attempt.number.repetition,
            attempt.number.retry, attempt.seed,
        ])
    }

    /// Writes the outcome and the whole transcript.
    static func end(_ attempt: Attempt, _ texts: TextWriter) throws {
        let db = texts.db
        let summary = AttemptSummary(attempt)
        let known = try db.cachedStatement(sql: "SELECT id FROM attempt WHERE uuid = ?")
        guard let id = try Int64.fetchOne(known, arguments: [attempt.id]) else {
            // Someone has removed it while it was performed.
            throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "attempt \(attempt.id) is not there any more")
        }
        let update = try db.cachedStatement(
            sql: """
                UPDATE attempt SET ended_at = ?, status = ?, turns = ?, prompt_tokens = ?, completion_tokens = ?
                WHERE id = ?
                """)
        try update.execute(arguments: [
            attempt.endedAt, attempt.outcome.status.rawValue, summary.turnCount, summary.usage.promptTokens,
            summary.usage.completionTokens, id,
        ])
        let findings = attempt.outcome.findings.map { ("finding", $0) } + attempt.outcome.misses.map { ("miss", $0) }
        for (ord, (kind, text)) in findings.enumerated() {
            try db.execute(
                sql: "INSERT INTO finding (attempt_id, ord, kind, body_id) VALUES (?, ?, ?, ?)",
                arguments: [id, ord, kind, try texts.searched(text)])
        }
        for (ord, reaction) in attempt.outcome.reactions.enumerated() {
            try db.execute(
                sql: "INSERT INTO fault_reaction (attempt_id, ord, body_id) VALUES (?, ?, ?)",
                arguments: [id, ord, try texts.body(reaction.json.text())])
        }
        var rows = EntryRows(attempt: id, texts)
        for entry in attempt.transcript.entries { try rows.insert(entry) }
    }

    /// As planned, whichever of several at a time began or ended first; the same in every store that has them.
    static let order = """
        ORDER BY attempt.place, attempt.repetition, attempt.retry, attempt.started_at, attempt.uuid
        """

    static let columns = """
        SELECT attempt.*, run.uuid AS run_uuid, CAST(name.text AS BLOB) AS scenario FROM attempt
        JOIN run ON run.id = attempt.run_id JOIN name ON name.id = attempt.scenario_id
        """

    static func summary(_ row: Row, _ db: Database) throws -> AttemptSummary {
        var outcome = Attempt.Outcome(status: Attempt.Status(rawValue: row["status"]) ?? .cutShort)
        let findings = try Row.fetchCursor(
            db, sql: "SELECT kind, data FROM finding JOIN body ON body.id = body_id WHERE attempt_id = ? ORDER BY ord",
            arguments: [row["id"] as Int64])
        while let finding = try findings.next() {
            let text = try finding.text("data")
            if finding["kind"] == "miss" { outcome.misses.append(text) } else { outcome.findings.append(text) }
        }
        let reactions = try Row.fetchCursor(
            db,
            sql: """
                SELECT data FROM fault_reaction JOIN body ON body.id = body_id WHERE attempt_id = ? ORDER BY ord
                """,
            arguments: [row["id"] as Int64])
        while let reaction = try reactions.next() {
            outcome.reactions.append(try FaultReaction(json: JSONValue(parsing: reaction.text("data"))))
        }
        var summary = AttemptSummary(
            id: row["uuid"], run: row["run_uuid"], scenario: try row.text("scenario"), startedAt: row["started_at"],
            endedAt: row["ended_at"], outcome: outcome, turnCount: row["turns"],
            usage: Usage(promptTokens: row["prompt_tokens"], completionTokens: row["completion_tokens"]))
        summary.number = Attempt.Number(place: row["place"], repetition: row["repetition"], retry: row["retry"])
        summary.seed = row["seed"]
        return summary
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
            guard !hasEnd, attempt.endedAt != nil else { return .known }
            try db.execute(sql: "DELETE FROM attempt WHERE uuid = ?", arguments: [attempt.id])
        }
        guard let run = try Int64.fetchOne(db, sql: "SELECT id FROM run WHERE uuid = ?", arguments: [attempt.run])
        else {
            preconditionFailure("an attempt comes after its run")
        }
        try insert(attempt, run: run, texts)
        if attempt.endedAt != nil { try end(attempt, texts) }
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
