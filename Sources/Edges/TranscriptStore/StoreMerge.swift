import Digests
import Foundation
import GRDB
import Transcripts

/// Copies what a store lacks from another one that is attached to it as `source`, both of the latest schema.
///
/// Runs and attempts are known by their UUIDs, bodies and chains by their hashes, names by their texts. Of two states of one run or
/// attempt the one with an end stays, so that any order of merging, and any repetition, comes to the same.
struct StoreMerge {
    private let db: Database
    private var counts = MergeCounts()

    /// Takes the source's rows over within the caller's transaction.
    ///
    /// - Throws: `DatabaseError`; of the source's making are `SQLITE_CORRUPT` and `SQLITE_CONSTRAINT`.
    static func run(_ db: Database) throws -> MergeCounts {
        var merge = StoreMerge(db: db)
        try merge.makeMaps()
        try merge.runs()
        try merge.chooseAttempts()
        try merge.chooseReviews()
        if merge.counts.attempts + merge.counts.replaced + merge.counts.reviews > 0 {
            try merge.scenarios()
            try merge.names()
            try merge.bodies()
            try merge.prompts()
            try merge.attempts()
            try merge.forgetOvertaken()
            try merge.reviews()
            if try WaitingTexts.byteCount(db) >= WaitingTexts.limit { try WaitingTexts.index(db) }
        }
        try merge.dropMaps()
        return merge.counts
    }

    private init(db: Database) { self.db = db }

    // MARK: Where a row of the source stands in the target

    private static let maps = [
        "copied_attempt", "copied_scenario", "copied_version", "copied_name", "copied_body", "copied_prompt",
        "copied_review",
    ]

    private func makeMaps() throws {
        for map in StoreMerge.maps {
            try db.execute(sql: "CREATE TEMP TABLE \(map) (source INTEGER PRIMARY KEY, target INTEGER)")
        }
        db.add(function: sha256)
    }

    private func dropMaps() throws {
        for map in StoreMerge.maps { try db.execute(sql: "DROP TABLE temp.\(map)") }
        db.remove(function: sha256)
    }

    // MARK: Runs and attempts

    private mutating func runs() throws {
        let values = StoredTable.runValues.joined(separator: ", ")
        try db.execute(
            sql: """
                INSERT INTO main.run (\(values)) SELECT \(values) FROM source.run
                WHERE uuid NOT IN (SELECT uuid FROM main.run) ORDER BY started_at, uuid
                """)
        counts.runs = db.changesCount
        try db.execute(
            sql: """
                UPDATE main.run SET ended_at = other.ended_at, status = other.status FROM source.run other
                WHERE other.uuid = run.uuid AND other.ended_at IS NOT NULL
                    AND (run.ended_at IS NULL OR (other.ended_at, other.status) > (run.ended_at, run.status))
                """)
    }

    /// Attempts that are not there, or of which only the beginning is.
    private mutating func chooseAttempts() throws {
        let all = try Int.fetchOne(db, sql: "SELECT count(*) FROM source.attempt") ?? 0
        try db.execute(
            sql: """
                INSERT INTO copied_attempt (source)
                SELECT other.id FROM source.attempt other LEFT JOIN main.attempt own ON own.uuid = other.uuid
                WHERE (own.id IS NULL OR (own.ended_at IS NULL AND other.ended_at IS NOT NULL))
                    AND NOT (other.ended_at IS NULL AND EXISTS (
                        SELECT 1 FROM main.attempt ended
                        WHERE ended.run_id = (SELECT id FROM main.run WHERE uuid =
                                (SELECT uuid FROM source.run WHERE id = other.run_id))
                            AND ended.scenario_id = (SELECT id FROM main.scenario WHERE name =
                                (SELECT name FROM source.scenario WHERE id = other.scenario_id))
                            AND (ended.place, ended.repetition, ended.retry)
                                = (other.place, other.repetition, other.retry)
                            AND ended.ended_at IS NOT NULL))
                """)
        counts.attempts = db.changesCount
        counts.known = all - counts.attempts
        // What has only begun has no rows of its own.
        try db.execute(
            sql: """
                DELETE FROM main.attempt WHERE uuid IN (
                    SELECT uuid FROM source.attempt WHERE id IN (SELECT source FROM copied_attempt))
                """)
        counts.replaced = db.changesCount
        counts.attempts -= counts.replaced
    }

    private func attempts() throws {
        let values = StoredTable.attemptValues.joined(separator: ", ")
        let others = StoredTable.attemptValues.map { "other.\($0)" }.joined(separator: ", ")
        try db.execute(
            sql: """
                INSERT INTO main.attempt (run_id, scenario_id, version_id, subject_id, baseline_id, \(values))
                SELECT (SELECT id FROM main.run WHERE uuid = (SELECT uuid FROM source.run WHERE id = other.run_id)),
                    (SELECT target FROM copied_scenario WHERE source = other.scenario_id),
                    (SELECT target FROM copied_version WHERE source = other.version_id),
                    (SELECT target FROM copied_name WHERE source = other.subject_id),
                    (SELECT target FROM copied_body WHERE source = other.baseline_id), \(others)
                FROM copied_attempt JOIN source.attempt other ON other.id = source ORDER BY source;
                UPDATE copied_attempt SET target = (
                    SELECT id FROM main.attempt WHERE uuid = (SELECT uuid FROM source.attempt other WHERE other.id = source))
                """)
        for table in StoredTable.ofAttempts {
            let names = table.columns.map(\.name).joined(separator: ", ")
            let values = table.columns.map { column -> String in
                let map: String
                switch column.reference {
                case nil: return "other.\(column.name)"
                case .body: map = "copied_body"
                case .name: map = "copied_name"
                case .prompt: map = "copied_prompt"
                }
                return "(SELECT target FROM \(map) WHERE source = other.\(column.name))"
            }.joined(separator: ", ")
            try db.execute(
                sql: """
                    INSERT INTO main.\(table.name) (attempt_id, \(names)) SELECT copied_attempt.target, \(values)
                    FROM copied_attempt CROSS JOIN source.\(table.name) other ON other.attempt_id = copied_attempt.source
                    """)
        }
        try db.execute(
            sql: """
                INSERT INTO main.waiting_use SELECT id, texts FROM main.attempt_text
                WHERE id IN (SELECT target FROM copied_attempt) AND texts IS NOT NULL ORDER BY id
                """)
    }

    /// Those that are not there.
    private mutating func chooseReviews() throws {
        try db.execute(
            sql: """
                INSERT INTO copied_review (source) SELECT id FROM source.review
                WHERE uuid NOT IN (SELECT uuid FROM main.review)
                """)
        counts.reviews = db.changesCount
    }

    private func reviews() throws {
        try db.execute(
            sql: """
                INSERT INTO main.review (uuid, run_id, scenario_id, reviewed_at, reviewer_id, decision, hunk, subject,
                    concern, baseline_id)
                SELECT uuid, (SELECT id FROM main.run WHERE uuid = (SELECT uuid FROM source.run WHERE id = other.run_id)),
                    (SELECT target FROM copied_scenario WHERE source = other.scenario_id), reviewed_at,
                    (SELECT target FROM copied_name WHERE source = other.reviewer_id), decision, hunk, subject, concern,
                    (SELECT target FROM copied_body WHERE source = other.baseline_id)
                FROM copied_review JOIN source.review other ON other.id = source ORDER BY source
                """)
    }

    /// A run that was taken up again has performed what it had left unfinished: nothing more is known of that.
    private func forgetOvertaken() throws {
        try db.execute(sql: "DELETE FROM main.attempt WHERE \(AttemptRow.isOvertaken)")
    }

    // MARK: What they refer to

    /// Those that have no attempt here are not taken over.
    private func scenarios() throws {
        try db.execute(
            sql: """
                INSERT INTO copied_scenario (source) SELECT scenario_id FROM source.attempt
                    WHERE id IN (SELECT source FROM copied_attempt)
                    UNION SELECT scenario_id FROM source.review WHERE id IN (SELECT source FROM copied_review);
                INSERT INTO main.scenario (name) SELECT name FROM source.scenario
                    WHERE id IN (SELECT source FROM copied_scenario) AND name NOT IN (SELECT name FROM main.scenario)
                    ORDER BY id;
                UPDATE copied_scenario SET target = (SELECT own.id FROM source.scenario other
                    JOIN main.scenario own ON own.name = other.name WHERE other.id = source);
                INSERT INTO copied_version (source) SELECT DISTINCT version_id FROM source.attempt
                    WHERE id IN (SELECT source FROM copied_attempt) AND version_id IS NOT NULL;
                INSERT OR IGNORE INTO main.scenario_version (scenario_id, hash)
                    SELECT copied_scenario.target, hash FROM copied_version
                    JOIN source.scenario_version other ON other.id = copied_version.source
                    JOIN copied_scenario ON copied_scenario.source = other.scenario_id ORDER BY other.id;
                UPDATE copied_version SET target = (SELECT own.id FROM source.scenario_version other
                    JOIN copied_scenario ON copied_scenario.source = other.scenario_id
                    JOIN main.scenario_version own ON own.scenario_id = copied_scenario.target AND own.hash = other.hash
                    WHERE other.id = copied_version.source)
                """)
    }

    private func names() throws {
        try db.execute(
            sql: """
                INSERT INTO main.name (text) SELECT text FROM source.name
                WHERE text NOT IN (SELECT text FROM main.name) ORDER BY id;
                INSERT INTO copied_name SELECT other.id, own.id FROM source.name other JOIN main.name own
                    ON own.text = other.text
                """)
    }

    private func bodies() throws {
        try db.execute(
            sql: """
                WITH RECURSIVE used (id) AS (
                    SELECT prompt_id FROM source.llm_call
                    WHERE attempt_id IN (SELECT source FROM copied_attempt) AND prompt_id IS NOT NULL
                    UNION SELECT parent_id FROM used JOIN source.prompt_node node ON node.id = used.id
                    WHERE parent_id IS NOT NULL)
                INSERT INTO copied_prompt (source) SELECT id FROM used;
                INSERT OR IGNORE INTO copied_body (source) SELECT body_id FROM source.prompt_node
                    WHERE id IN (SELECT source FROM copied_prompt)
                """)
        for table in StoredTable.ofAttempts {
            for column in table.columns where column.reference == .body {
                try db.execute(
                    sql: """
                        INSERT OR IGNORE INTO copied_body (source) SELECT \(column.name) FROM copied_attempt
                        CROSS JOIN source.\(table.name) other ON other.attempt_id = copied_attempt.source
                        WHERE \(column.name) IS NOT NULL
                        """)
            }
        }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO copied_body (source)
                    SELECT baseline_id FROM source.attempt WHERE baseline_id IS NOT NULL AND id IN (
                        SELECT source FROM copied_attempt)
                    UNION SELECT baseline_id FROM source.review WHERE baseline_id IS NOT NULL AND id IN (
                        SELECT source FROM copied_review)
                """)
        let twice = """
            SELECT hex(hash) FROM source.body WHERE id IN (SELECT source FROM copied_body)
            GROUP BY hash HAVING count(*) > 1 LIMIT 1
            """
        if let hash = try String.fetchOne(db, sql: twice) {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "the body \(hash.lowercased()) is stored more than once")
        }
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM main.body") ?? 0
        // Texts that somebody says here or there come into the index of words.
        try db.execute(
            sql: """
                INSERT INTO main.waiting_text SELECT own.id, own.size FROM copied_body
                    JOIN source.body other ON other.id = source JOIN main.body own ON own.hash = other.hash
                    WHERE other.is_searched AND NOT own.is_searched;
                UPDATE main.body SET is_searched = 1
                    WHERE NOT is_searched AND id IN (SELECT body_id FROM main.waiting_text);
                INSERT INTO main.body (hash, size, codec, is_searched, data)
                    SELECT hash, size, codec, is_searched, data FROM source.body other
                    WHERE id IN (SELECT source FROM copied_body)
                        AND NOT EXISTS (SELECT 1 FROM main.body own WHERE own.hash = other.hash) ORDER BY id;
                UPDATE copied_body SET target = (SELECT own.id FROM source.body other JOIN main.body own
                    ON own.hash = other.hash WHERE other.id = source)
                """)
        try requireTargets(in: "copied_body")
        let isWrong = "SELECT hex(hash) FROM main.body WHERE id > ? AND sha256(data) <> hash LIMIT 1"
        if let hash = try String.fetchOne(db, sql: isWrong, arguments: [last]) {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "the body \(hash.lowercased()) is not what its hash says")
        }
        try db.execute(
            sql: "INSERT INTO main.waiting_text SELECT id, size FROM main.body WHERE id > ? AND is_searched",
            arguments: [last])
    }

    private func prompts() throws {
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM main.prompt_node") ?? 0
        try db.execute(
            sql: """
                INSERT INTO main.prompt_node (chain_hash, body_id)
                    SELECT chain_hash, (SELECT target FROM copied_body WHERE source = other.body_id)
                    FROM copied_prompt JOIN source.prompt_node other ON other.id = source
                    WHERE chain_hash NOT IN (SELECT chain_hash FROM main.prompt_node) ORDER BY source;
                UPDATE copied_prompt SET target = (SELECT own.id FROM source.prompt_node other
                    JOIN main.prompt_node own ON own.chain_hash = other.chain_hash WHERE other.id = source)
                """)
        try db.execute(
            sql: """
                UPDATE main.prompt_node SET parent_id = parent.target
                FROM copied_prompt child JOIN source.prompt_node other ON other.id = child.source
                    JOIN copied_prompt parent ON parent.source = other.parent_id
                WHERE child.target = prompt_node.id AND prompt_node.id > ?
                """, arguments: [last])
        try requireTargets(in: "copied_prompt")
    }

    /// What the source refers to must be there; where NULL is allowed, nobody else would notice.
    private func requireTargets(in map: String) throws {
        guard let id = try Int64.fetchOne(db, sql: "SELECT source FROM \(map) WHERE target IS NULL") else { return }
        let kind = map.replacing("copied_", with: "")
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the \(kind) \(id) is referred to and not there")
    }
}

/// SQL's way to `Digest.sha256`.
let sha256 = DatabaseFunction("sha256", argumentCount: 1, pure: true) { values in
    Data.fromDatabaseValue(values[0]).map { Data(Digest.sha256(Array($0))) }
}
