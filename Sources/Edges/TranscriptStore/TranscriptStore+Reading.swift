import GRDB
public import Transcripts

extension TranscriptStore {
    /// Of each id the ones just before and after it, so that the ids can be told by as many digits as are needed.
    public func idsBeside(runs: [String]) async throws -> [String] { try await idsBeside(runs, in: "run") }
    public func idsBeside(attempts: [String]) async throws -> [String] { try await idsBeside(attempts, in: "attempt") }

    private func idsBeside(_ ids: [String], in table: String) async throws -> [String] {
        let ids = Set(ids).sorted()
        return try await read { db in
            var found: [String] = []
            for id in ids {
                for place in ["max(uuid) FROM \(table) WHERE uuid < ?", "min(uuid) FROM \(table) WHERE uuid > ?"] {
                    let statement = try db.cachedStatement(sql: "SELECT " + place)
                    if let other = try String.fetchOne(statement, arguments: [id]) { found.append(other) }
                }
            }
            return found
        }
    }

    /// Stored runs, the newest first; runs without an end are among them.
    public func runs(limit: Int? = nil) async throws -> [RunSummary] {
        try await read { db in
            let columns = """
                *, (SELECT count(*) FROM attempt WHERE run_id = run.id) AS attempts,
                (SELECT count(*) FROM attempt WHERE run_id = run.id AND status = 'passed') AS passed
                """
            let rows = try Row.fetchAll(
                db, sql: "SELECT \(columns) \(RunRow.order("")) LIMIT ?", arguments: [limit ?? -1])
            return try rows.map {
                RunSummary(run: try RunRow.run($0), attemptCount: $0["attempts"], passedCount: $0["passed"])
            }
        }
    }

    /// The run that a name stands for.
    ///
    /// - Throws: `RunNameError` with the names that would have done.
    public func run(named name: String) async throws -> Run {
        let parsed = try RunName(name)
        return try await read { db in
            switch parsed {
            case .latest(let back): return try nth(back, "", [], name, db)
            case .label(let label, let back): return try nth(back, "WHERE label = ?", [label], name, db)
            case .branch(let branch, let back): return try nth(back, "WHERE branch = ?", [branch], name, db)
            case .plan(let prefix, let back): return try DividedRuns.whole(prefix, back: back, name, db)
            case .idPrefix(let prefix):
                let runs = try Row.fetchAll(
                    db, sql: "SELECT * \(RunRow.order("WHERE substr(uuid, 1, ?) = ?")) LIMIT 11",
                    arguments: [prefix.utf8.count, prefix]
                ).map(RunRow.run)
                guard let run = runs.first else { throw RunNameError.unknown(name, candidates: try candidates(db)) }
                guard runs.count == 1 else { throw RunNameError.ambiguous(name, candidates: runs.map(\.id)) }
                return run
            }
        }
    }

    /// The attempts of a run in the order of its plan; those that were cut short are among them.
    ///
    /// For a run that was put together from its shards, those of all shards, as if it had performed them itself.
    public func attempts(of run: Run) async throws -> [AttemptSummary] {
        try await read { db in
            let marks = databaseQuestionMarks(count: run.storedIDs.count)
            let summaries = try Row.fetchAll(
                db, sql: "\(AttemptRow.columns) WHERE run.uuid IN (\(marks)) \(AttemptRow.order)",
                arguments: StatementArguments(run.storedIDs)
            ).map { try AttemptRow.summary($0, db) }
            return summaries.map { summary in
                var summary = summary
                summary.run = run.id
                return summary
            }
        }
    }

    /// One of `attempts(of:)` with its transcript.
    public func attempt(_ id: String, of run: Run) async throws -> Attempt {
        var attempt = try await attempt(id)
        attempt.run = run.id
        return attempt
    }

    /// The attempt whose id is given, or is the only one to begin so.
    ///
    /// - Throws: `AttemptNameError` with ids that would have done.
    public func attempt(named name: String) async throws -> Attempt {
        let id = try await read { db in
            if try Row.fetchOne(db, sql: "SELECT id FROM attempt WHERE uuid = ?", arguments: [name]) != nil {
                return name
            }
            func ids(_ condition: String, _ arguments: StatementArguments = []) throws -> [String] {
                let limit = AttemptNameError.candidateLimit + 1
                return try String.fetchAll(
                    db, sql: "SELECT uuid FROM attempt \(condition) ORDER BY started_at DESC, id DESC LIMIT \(limit)",
                    arguments: arguments)
            }
            let prefix = name.lowercased()
            let found =
                prefix.isEmpty ? [] : try ids("WHERE substr(uuid, 1, ?) = ?", [prefix.unicodeScalars.count, prefix])
            guard let id = found.first else { throw AttemptNameError.unknown(name, candidates: try ids("")) }
            guard found.count == 1 else { throw AttemptNameError.ambiguous(name, candidates: found) }
            return id
        }
        return try await attempt(id)
    }

    /// An attempt and its transcript, exactly as they were handed in; without entries when it was cut short.
    public func attempt(_ id: String) async throws -> Attempt {
        let found: Attempt? = try await read { db in
            let sql = "\(AttemptRow.columns) WHERE attempt.uuid = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else { return nil }
            let summary = try AttemptRow.summary(row, db)
            let subject = try Row.fetchOne(
                db, sql: "SELECT CAST(text AS BLOB) AS subject FROM name WHERE id = ?",
                arguments: [row["subject_id"] as Int64])
            var reader = EntryReader(attempt: row["id"], db)
            var attempt = Attempt(
                id: id, run: summary.run, scenario: summary.scenario, startedAt: summary.startedAt,
                endedAt: summary.endedAt,
                outcome: summary.outcome,
                transcript: Transcript(subject: (try subject?.text("subject")) ?? "", entries: try reader.entries()))
            attempt.number = summary.number
            attempt.seed = summary.seed
            attempt.scenarioDigest = summary.scenarioDigest
            return attempt
        }
        guard let found else { throw unknown(id, .read) }
        return found
    }
}

private func nth(
    _ back: Int, _ condition: String, _ arguments: StatementArguments, _ name: String, _ db: Database
) throws -> Run {
    let sql = "SELECT * \(RunRow.order(condition)) LIMIT 1 OFFSET ?"
    guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments + [back]) else {
        throw RunNameError.unknown(name, candidates: try candidates(db))
    }
    return try RunRow.run(row)
}

/// A few names that stand for stored runs, the newest first.
func candidates(_ db: Database) throws -> [String] {
    let runs = try Row.fetchAll(db, sql: "SELECT * \(RunRow.order("")) LIMIT 20").map(RunRow.run)
    guard !runs.isEmpty else { return [] }
    var names = runs.count > 1 ? ["latest", "latest~1"] : ["latest"]
    for name in runs.compactMap({ $0.label.map { "#" + $0 } }) + runs.compactMap({ $0.branch.map { "@" + $0 } })
    where !names.contains(name) { names.append(name) }
    return names + runs.prefix(5).map(\.id)
}
