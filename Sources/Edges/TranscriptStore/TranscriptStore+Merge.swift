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
            let memory = memory
            return try await writeWithoutTransaction { db in
                // Texts that are remembered may be searched now that were not before.
                defer { memory.forget() }
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

    /// Takes over runs and attempts that come one by one, all of them or, on any error, none.
    ///
    /// - Parameter next: The next run or attempt, each attempt after its run; nil after the last one. What it throws comes out.
    public func take(_ next: @escaping @Sendable () throws -> StoredLine?) async throws -> MergeCounts {
        let shared = memory
        return try await write { db in
            // Texts that are remembered may be searched now that were not before.
            defer { shared.forget() }
            var counts = MergeCounts()
            var memory: TextMemory?
            try TextWriter.within(db, &memory) { texts in
                while let line = try next() { try counts.take(line, texts) }
            }
            try db.execute(sql: "DELETE FROM attempt WHERE \(AttemptRow.isOvertaken)")
            return counts
        }
    }

    /// All that is stored of some runs: each run, its attempts as planned, its reviews, the oldest first.
    ///
    /// - Parameter tell: Takes one at a time, so that no more than one transcript is in memory.
    public nonisolated func export(_ runs: [Run], _ tell: (StoredLine) throws -> Void) async throws {
        var told: Set<String> = []
        func tellBaseline(_ digest: String?) async throws {
            guard let digest, told.insert(digest).inserted, let text = try await baseline(digest) else { return }
            try tell(.baseline(text))
        }
        for run in runs {
            try tell(.run(run))
            for summary in try await attempts(of: run) {
                try await tellBaseline(summary.outcome.comparison?.baseline)
                try tell(.attempt(try await attempt(summary.id)))
            }
            for review in try await reviews(ofRun: run.id) {
                try await tellBaseline(review.baseline)
                try tell(.review(review))
            }
        }
    }
}

extension MergeCounts {
    fileprivate mutating func take(_ line: StoredLine, _ texts: TextWriter) throws {
        switch line {
        case .run(let run): runs += try RunRow.take(run, texts.db) ? 1 : 0
        case .attempt(let attempt):
            switch try AttemptRow.take(attempt, texts) {
            case .new: attempts += 1
            case .replaced: replaced += 1
            case .known: known += 1
            }
        case .baseline(let baseline): try texts.write(baseline)
        case .review(let review): reviews += try ReviewRow.take(review, texts) ? 1 : 0
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
