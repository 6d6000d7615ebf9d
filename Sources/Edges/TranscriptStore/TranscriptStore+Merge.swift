import GRDB
public import Transcripts

extension TranscriptStore {
    /// Takes over what another store has and this one lacks, all of it or, on any error, nothing.
    ///
    /// - Throws: `TranscriptStoreError` with the source's path when the source is damaged.
    public func merge(_ source: TranscriptStore) async throws -> MergeCounts {
        try await source.check(quickly: true)
        let file = source.attachment
        do {
            return try await writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS source", arguments: [file])
                defer { try? db.execute(sql: "DETACH DATABASE source") }
                var counts = MergeCounts()
                try db.inTransaction(.immediate) {
                    counts = try StoreMerge.run(db)
                    return .commit
                }
                return counts
            }
        } catch let error as TranscriptStoreError where error.isOfDamagedRows {
            throw TranscriptStoreError(operation: .read, path: source.path, cause: error.cause)
        }
    }

    /// Takes over runs and attempts that were read from a file, all of them or, on any error, none.
    ///
    /// - Parameter lines: Each attempt after its run.
    public func take(_ lines: [StoredLine]) async throws -> MergeCounts {
        try await write { db in
            var counts = MergeCounts()
            try TextWriter.within(db) { texts in
                for line in lines {
                    switch line {
                    case .run(let run): counts.runs += try RunRow.take(run, db) ? 1 : 0
                    case .attempt(let attempt):
                        switch try AttemptRow.take(attempt, texts) {
                        case .new: counts.attempts += 1
                        case .replaced: counts.replaced += 1
                        case .known: counts.known += 1
                        }
                    }
                }
            }
            try db.execute(sql: "DELETE FROM attempt WHERE \(AttemptRow.isOvertaken)")
            return counts
        }
    }

    /// All that is stored, each run before its attempts: the oldest run first, attempts as planned.
    ///
    /// - Parameter tell: Takes one at a time, so that no more than one transcript is in memory.
    public nonisolated func export(_ runs: [Run], _ tell: (StoredLine) throws -> Void) async throws {
        for run in runs {
            try tell(.run(run))
            for summary in try await attempts(of: run) { try tell(.attempt(try await attempt(summary.id))) }
        }
    }
}

extension TranscriptStoreError {
    /// Rows that contradict each other.
    var isOfDamagedRows: Bool {
        if case .corrupt = cause { return true }
        return false
    }
}
