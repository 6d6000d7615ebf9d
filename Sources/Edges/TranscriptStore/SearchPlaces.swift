import GRDB
import Transcripts

/// Where in attempts a body stands that search may find.
struct SearchPlaces {
    /// One column that holds such bodies.
    private struct Column {
        let kind: SearchHit.Kind
        let table: String
        let name: String
        /// Gives the id of the speaker's name, `p` being the row.
        let speaker: String
        /// The column that tells where in the attempt.
        var position: String { kind == .finding ? "ord" : "seq" }
    }

    /// A text that is in several places of the newest attempt is told at the first of these.
    private static let columns = [
        Column(kind: .message, table: "entry", name: "text_id", speaker: "p.speaker_id"),
        Column(kind: .code, table: "code_run", name: "code_id", speaker: "p.agent_id"),
        Column(kind: .stdout, table: "code_run", name: "stdout_id", speaker: "p.agent_id"),
        Column(kind: .stderr, table: "code_run", name: "stderr_id", speaker: "p.agent_id"),
        Column(
            kind: .arguments, table: "tool_call", name: "arguments_id",
            speaker: """
                coalesce((SELECT speaker_id FROM entry m WHERE m.attempt_id = p.attempt_id AND m.seq = p.seq),
                    (SELECT agent_id FROM llm_call c WHERE c.attempt_id = p.attempt_id AND c.seq = p.seq))
                """),
        Column(kind: .answer, table: "llm_call", name: "text_id", speaker: "p.agent_id"),
        Column(kind: .failure, table: "llm_call", name: "failure_id", speaker: "p.agent_id"),
        Column(kind: .failure, table: "code_run", name: "failure_id", speaker: "p.agent_id"),
        Column(kind: .failure, table: "ending", name: "failure_id", speaker: "p.agent_id"),
        Column(kind: .finding, table: "finding", name: "body_id", speaker: ""),
    ]

    private let db: Database
    private let scenario: Int64?
    private let runs: [Int64]?
    private let uses: [String]

    /// - Parameters:
    ///   - scenario: Only its attempts: the id of its name.
    ///   - runs: Only their attempts.
    ///   - uses: The indexes of where texts are used.
    init(scenario: Int64?, runs: [Int64]?, uses: [String], _ db: Database) {
        self.db = db
        self.uses = uses
        self.scenario = scenario
        self.runs = runs
    }

    /// The place that was stored last, with no snippet yet; nil when there is none among the attempts that are asked for.
    func last(ofBody body: Int64) throws -> SearchHit? {
        let newestFirst = uses.map { "SELECT rowid FROM \($0) WHERE \($0) MATCH ?1\(condition($0))" }
            .joined(separator: " UNION ALL ")
        let statement = try db.cachedStatement(
            sql: "\(newestFirst) ORDER BY 1 DESC LIMIT \(SearchHit.attemptLimit)")
        let attempts = try Int64.fetchAll(statement, arguments: ["\"\(body)\""])
        guard let newest = attempts.first else { return nil }
        for column in SearchPlaces.columns {
            let first = try db.cachedStatement(
                sql: """
                    SELECT min(\(column.position)) FROM \(column.table) WHERE attempt_id = ? AND \(column.name) = ?
                    """)
            guard let position = try Int.fetchOne(first, arguments: [newest, body]) else { continue }
            var hit = try hit(column, attempt: newest, at: position)
            hit.attemptCount = attempts.count
            return hit
        }
        throw DatabaseError(
            resultCode: .SQLITE_CORRUPT, message: "body \(body) is not where attempt \(newest) is said to have it")
    }

    /// SQL that is true of a body that is in one of the attempts that are asked for; empty when all are.
    func conditionOfBody(_ id: String) -> String {
        guard isLimited else { return "" }
        let isUsed = uses.map {
            "EXISTS (SELECT 1 FROM \($0) WHERE \($0) MATCH '\"' || \(id) || '\"'\(condition($0)))"
        }
        return " AND (\(isUsed.joined(separator: " OR ")))"
    }

    private var isLimited: Bool { scenario != nil || runs != nil }

    /// Looked at attempt by attempt, the newest first, until there are enough.
    ///
    /// Only numbers of this file's own making are put into the text.
    private func condition(_ uses: String) -> String {
        guard isLimited else { return "" }
        let parts = [
            scenario.map { "scenario_id = \($0)" },
            runs.map { "run_id IN (\($0.map(String.init).joined(separator: ", ")))" },
        ]
        return " AND EXISTS (SELECT 1 FROM attempt WHERE id = \(uses).rowid AND "
            + parts.compactMap(\.self).joined(separator: " AND ") + ")"
    }

    private func hit(_ column: Column, attempt: Int64, at position: Int) throws -> SearchHit {
        let isFinding = column.kind == .finding
        let place =
            isFinding
            ? "NULL AS turn, NULL AS speaker, p.kind AS kind"
            : """
            (SELECT turn FROM entry e WHERE e.attempt_id = p.attempt_id AND e.seq = p.seq) AS turn,
            (SELECT CAST(text AS BLOB) FROM name WHERE id = \(column.speaker)) AS speaker, NULL AS kind
            """
        let statement = try db.cachedStatement(
            sql: """
                SELECT run.uuid AS run, attempt.uuid AS attempt, CAST(scenario.name AS BLOB) AS scenario, \(place)
                FROM \(column.table) p JOIN attempt ON attempt.id = p.attempt_id JOIN run ON run.id = attempt.run_id
                JOIN scenario ON scenario.id = attempt.scenario_id
                WHERE p.attempt_id = ? AND p.\(column.position) = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [attempt, position]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a place of attempt \(attempt) is missing")
        }
        return SearchHit(
            run: row["run"], scenario: try row.text("scenario"), attempt: row["attempt"], turn: row["turn"],
            speaker: row.optionalText("speaker"),
            kind: (row["kind"] as String?).flatMap(SearchHit.Kind.init(rawValue:)) ?? column.kind, snippet: [])
    }
}
