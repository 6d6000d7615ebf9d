import Documents
import GRDB
import Transcripts

/// Runs as rows.
enum RunRow {
    static func insert(_ run: Run, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO run (uuid, label, started_at, ended_at, status, tool_version, git_sha, branch, arguments,
                    shard_index, shard_total, plan)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                run.id, run.label, run.startedAt, run.endedAt, run.status.rawValue, run.toolVersion, run.gitSHA,
                run.branch,
                JSONValue.array(run.arguments.map(JSONValue.string)).text(), run.shard?.index, run.shard?.total,
                run.plan,
            ])
    }

    /// False when there is no such run.
    static func end(_ id: String, as status: Run.Status, at time: Double, _ db: Database) throws -> Bool {
        try db.execute(
            sql: "UPDATE run SET status = ?, ended_at = ? WHERE uuid = ?", arguments: [status.rawValue, time, id])
        return db.changesCount > 0
    }

    /// The newest first; runs that began together in the reverse order of their ids.
    static func order(_ condition: String) -> String { "FROM run \(condition) ORDER BY started_at DESC, uuid DESC" }

    static func run(_ row: Row) throws -> Run {
        let arguments = try JSONValue(parsing: row["arguments"] as String).arrayValue ?? []
        var run = Run(
            id: row["uuid"], label: row["label"], startedAt: row["started_at"], endedAt: row["ended_at"],
            status: Run.Status(rawValue: row["status"]) ?? .unfinished, toolVersion: row["tool_version"],
            gitSHA: row["git_sha"], branch: row["branch"], arguments: arguments.compactMap(\.stringValue))
        if let index = row["shard_index"] as Int?, let total = row["shard_total"] as Int? {
            run.shard = Run.Shard(index: index, total: total)
        }
        run.plan = row["plan"]
        return run
    }
}

extension RunRow {
    /// Inserts a run from elsewhere, or takes its end over; true when it was not there.
    static func take(_ run: Run, _ db: Database) throws -> Bool {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM run WHERE uuid = ?", arguments: [run.id]) else {
            try insert(run, db)
            return true
        }
        let own = try self.run(row)
        if let end = run.endedAt, own.endedAt.map({ (end, run.status.rawValue) > ($0, own.status.rawValue) }) ?? true {
            _ = try self.end(run.id, as: run.status, at: end, db)
        }
        return false
    }
}
