import GRDB
import Transcripts

/// Removes runs, then what nothing refers to any more: mark and sweep.
struct StoreSweep {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func run(_ retention: Retention, at now: Double) throws -> SweepCounts {
        var counts = SweepCounts()
        // What is to be taken out of the indexes has to be in them.
        try WaitingTexts.index(db)
        let runs = try Row.fetchAll(db, sql: "SELECT * \(RunRow.order(""))").map(RunRow.run)
        for run in retention.expired(among: runs, at: now) {
            counts.runs.append(run)
            let attempts = "(SELECT id FROM attempt WHERE run_id = (SELECT id FROM run WHERE uuid = ?))"
            try db.execute(
                sql: """
                    INSERT INTO text_use (text_use, rowid, texts) SELECT 'delete', id, texts FROM used_text
                    WHERE texts IS NOT NULL AND id IN \(attempts)
                    """, arguments: [run.id])
            for table in StoredTable.ofAttempts.reversed() {
                try db.execute(
                    sql: "DELETE FROM \(table.name) WHERE attempt_id IN \(attempts)", arguments: [run.id])
            }
            try db.execute(
                sql: "DELETE FROM attempt WHERE run_id = (SELECT id FROM run WHERE uuid = ?)", arguments: [run.id])
            counts.attempts += db.changesCount
            try db.execute(
                sql: "DELETE FROM review WHERE run_id = (SELECT id FROM run WHERE uuid = ?)", arguments: [run.id])
            try db.execute(sql: "DELETE FROM run WHERE uuid = ?", arguments: [run.id])
        }
        try db.execute(
            sql: """
                WITH RECURSIVE used (id) AS (
                    SELECT prompt_id FROM llm_call WHERE prompt_id IS NOT NULL
                    UNION SELECT parent_id FROM used JOIN prompt_node node ON node.id = used.id WHERE parent_id IS NOT NULL)
                DELETE FROM prompt_node WHERE id NOT IN (SELECT id FROM used)
                """)
        counts.prompts = db.changesCount
        let names =
            references(.name) + [
                "SELECT subject_id FROM attempt", "SELECT reviewer_id FROM review WHERE reviewer_id IS NOT NULL",
            ]
        try db.execute(sql: "DELETE FROM name WHERE id NOT IN (\(names.joined(separator: " UNION ")))")
        counts.names = db.changesCount
        try db.execute(
            sql: """
                DELETE FROM scenario_version WHERE id NOT IN (
                    SELECT version_id FROM attempt WHERE version_id IS NOT NULL);
                DELETE FROM scenario WHERE id NOT IN (
                    SELECT scenario_id FROM attempt UNION SELECT scenario_id FROM review)
                """)
        counts.names += db.changesCount
        try sweepBodies(&counts)
        return counts
    }

    private func sweepBodies(_ counts: inout SweepCounts) throws {
        let baselines = ["attempt", "review"].map {
            "SELECT baseline_id FROM \($0) WHERE baseline_id IS NOT NULL"
        }
        let used = (references(.body) + baselines + ["SELECT body_id FROM prompt_node"]).joined(separator: " UNION ")
        try db.execute(
            sql: """
                CREATE TEMP TABLE unused AS SELECT id, size, is_searched FROM body WHERE id NOT IN (\(used));
                INSERT INTO search (search, rowid, text) SELECT 'delete', id, CAST(data AS TEXT) FROM body
                    WHERE id IN (SELECT id FROM unused WHERE is_searched);
                DELETE FROM body WHERE id IN (SELECT id FROM unused)
                """)
        let sums = try Row.fetchOne(db, sql: "SELECT count(*) AS count, total(size) AS bytes FROM temp.unused")
        counts.bodies = sums?["count"] ?? 0
        counts.byteCount = sums?["bytes"] ?? 0
        try db.execute(sql: "DROP TABLE temp.unused")
    }

    /// For each column that refers so, what it refers to.
    private func references(_ reference: StoredTable.Reference) -> [String] {
        StoredTable.ofAttempts.flatMap { table in
            table.columns.filter { $0.reference == reference }.map { column in
                "SELECT \(column.name) FROM \(table.name) WHERE \(column.name) IS NOT NULL"
            }
        }
    }
}
