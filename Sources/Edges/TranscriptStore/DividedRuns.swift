import GRDB
public import Transcripts

/// Finds the stored runs that are parts of one.
enum DividedRuns {
    /// The run that `plan:PREFIX` stands for.
    ///
    /// - Throws: `RunNameError` with the names that would have done.
    static func whole(_ prefix: String, back: Int, _ name: String, _ db: Database) throws -> Run {
        let runs = try Row.fetchAll(
            db, sql: "SELECT * FROM run WHERE substr(plan, 1, ?) = ?", arguments: [prefix.utf8.count, prefix]
        ).map(RunRow.run)
        let plans = Set(runs.compactMap(\.plan)).sorted()
        guard plans.count < 2 else {
            throw RunNameError.ambiguous(name, candidates: plans.map { "plan:" + $0 })
        }
        let divided = DividedRun.all(in: runs)
        guard divided.indices.contains(back) else {
            throw RunNameError.unknown(name, candidates: try candidates(db))
        }
        return divided[back].whole
    }
}

extension TranscriptStore {
    /// Runs that were performed in more than one part, those that began last first.
    public func dividedRuns() async throws -> [DividedRun] {
        try await read { db in
            let runs = try Row.fetchAll(db, sql: "SELECT * FROM run WHERE plan IS NOT NULL AND shard_total > 1")
            return DividedRun.all(in: try runs.map(RunRow.run))
        }
    }
}
