import Foundation
import GRDB
import Synchronization
import Testing
import TranscriptStore
import Transcripts

@Suite struct MergeTests {
    let folder: TemporaryFolder
    let sample: DividedSample

    init() throws {
        folder = try TemporaryFolder()
        sample = DividedSample(folder: folder)
    }

    @discardableResult
    private func merge(_ files: [String], into name: String) async throws -> TranscriptStore {
        let target = try TranscriptStore(path: sample.file(name), for: .writing)
        for file in files { _ = try await target.merge(TranscriptStore(path: file, for: .reading)) }
        return target
    }

    /// Any split, any order, any repetition, and by way of other stores: the report is that of the run that was never divided.
    @Test(arguments: 1...16)
    func aMergedRunIsTheRunThatWasNotDivided(total: Int) async throws {
        let name = "plan:\(DividedSample.plan)"
        let whole = try await sample.undivided().reportDigest(ofRun: name)
        let parts = try await sample.parts(total)
        var random = SplitMix(state: UInt64(total))
        var contents: Set<String> = []
        for round in 0..<3 {
            var order = parts.shuffled(using: &random)
            order += order.filter { _ in random.next() % 3 == 0 }
            let target: TranscriptStore
            if round == 2 {
                // Two halves, each merged by itself, the second twice.
                let half = total / 2
                try await merge(Array(parts.prefix(half)), into: "left")
                try await merge(Array(parts.dropFirst(half)), into: "right")
                target = try await merge(["right", "left", "right"].map(sample.file), into: "merged-\(round)")
            } else {
                target = try await merge(order, into: "merged-\(round)")
            }
            #expect(try await target.reportDigest(ofRun: name) == whole, "\(order)")
            contents.insert(try await target.contentDigest())
            #expect(try await target.check() == [])
            #expect(try await target.search(SearchQuery("\"found in 10\""), limit: 9).map(\.attempt) == ["019b-10"])
        }
        #expect(contents.count == 1)
    }

    @Test func whatIsThereIsNotTakenTwice() async throws {
        let parts = try await sample.parts(2)
        let target = try await merge([parts[0]], into: "target")
        let second = try TranscriptStore(path: parts[1], for: .reading)
        #expect(try await target.merge(second) == MergeCounts(runs: 1, attempts: 12, reviews: 6))
        let before = try await rowCounts(of: target)
        #expect(try await target.merge(second) == MergeCounts(known: 12))
        #expect(try await rowCounts(of: target) == before)
    }

    private func rowCounts(of store: TranscriptStore) async throws -> [Int] {
        try await DatabaseQueue(path: store.path).read { db in
            try ["run", "attempt", "entry", "body", "name", "prompt_node"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0
            }
        }
    }

    @Test func partsAreToldThatAreMissingOrThereTwice() async throws {
        let first = try await sample.parts(4, without: [3])
        let again = try await sample.parts(4, "again", without: [1, 3, 4])
        let target = try await merge(first + again, into: "target")
        let run = try #require(try await target.dividedRuns().first)
        #expect(run.missing == [3] && run.repeated == [2] && run.unfinished == [] && !run.isComplete)
        #expect(run.parts[1].map(\.id) == ["019a-part-2", "019a-again-2"], "the same instant: the greater id")
        #expect(try await target.run(named: "plan:0123").status == .unfinished)
        try await merge(try await sample.parts(4, "late", without: [1, 2, 4]), into: "target")
        let whole = try #require(try await target.dividedRuns().first)
        #expect(whole.isComplete && whole.whole.status == .failed)
    }

    /// A run was copied while it went on; the copy is older than the run.
    @Test(arguments: [true, false])
    func anAttemptWithAnEndTakesThePlaceOfItsBeginning(isEndedFirst: Bool) async throws {
        let store = try TranscriptStore(path: folder.store, for: .writing)
        try await store.start(Run.sample("r"))
        let begun = Attempt(id: "a", run: "r", scenario: "s", startedAt: 1, transcript: Transcript(subject: "growing"))
        try await store.start(begun)
        try await store.backUp(to: sample.file("early"))
        for entry in Transcript.growing(3).entries { try await store.add(entry, toAttempt: "a") }
        try await store.endAttempt("a", with: .init(status: .passed), at: 2)
        try await store.endRun("r", as: .passed, at: 3)
        let files = [sample.file("early"), folder.store]
        let target = try await merge(isEndedFirst ? files.reversed() : files, into: "target")
        #expect(try await target.attempt("a").transcript.json == Transcript.growing(3).json)
        #expect(try await target.run(named: "latest").status == .passed)
        #expect(try await target.attempts(of: Run.sample("r")).map(\.outcome.status) == [.passed])
    }

    /// What was left unfinished has been performed by the run that was taken up again, as another attempt.
    @Test(arguments: [true, false])
    func whatARunPerformedAfterABreakTakesThePlaceOfWhatItLeft(isResumedFirst: Bool) async throws {
        let store = try TranscriptStore(path: folder.store, for: .writing)
        try await store.start(Run.sample("r"))
        try await store.start(
            Attempt(id: "a1", run: "r", scenario: "s", startedAt: 1, transcript: Transcript(subject: "s")))
        try await store.backUp(to: sample.file("broken"))
        try await store.resume("r")
        try await store.start(
            Attempt(id: "a2", run: "r", scenario: "s", startedAt: 2, transcript: Transcript(subject: "s")))
        try await store.endAttempt("a2", with: .init(status: .passed), at: 3)
        let files = [sample.file("broken"), folder.store]
        let target = try await merge(isResumedFirst ? files.reversed() : files, into: "target")
        #expect(try await target.attempts(of: Run.sample("r")).map(\.id) == ["a2"])
    }

    @Test func aStoreThatIsDamagedChangesNothing() async throws {
        let part = try #require(try await sample.parts(1).first)
        let target = try TranscriptStore(path: sample.file("target"), for: .writing)
        try await DatabaseQueue(path: part).write { db in
            try db.execute(
                sql: "UPDATE body SET data = CAST('x' AS BLOB) WHERE id = (SELECT max(text_id) FROM entry)")
        }
        let damaged = try TranscriptStore(path: part, for: .reading)
        let error = await #expect(throws: TranscriptStoreError.self) { try await target.merge(damaged) }
        guard case .corrupt = error?.cause, error?.path == part else {
            Issue.record("expected that the source is damaged, got \(String(describing: error))")
            return
        }
        #expect(try await target.runs().isEmpty)
    }

    /// A text that the source has twice is not taken over.
    @Test func aTextThatIsThereTwiceInTheSourceChangesNothing() async throws {
        let part = try #require(try await sample.parts(1).first)
        let target = try TranscriptStore(path: sample.file("target"), for: .writing)
        try await DatabaseQueue(path: part).write { db in
            try db.execute(
                sql: """
                    INSERT INTO body (id, hash, size, is_searched, data)
                        SELECT 9999, hash, size, 0, data FROM body WHERE is_searched LIMIT 1;
                    UPDATE assertion SET expected_id = 9999
                    """)
        }
        let source = try TranscriptStore(path: part, for: .reading)
        let error = await #expect(throws: TranscriptStoreError.self) { _ = try await target.merge(source) }
        #expect(error?.path == part && "\(String(describing: error))".contains("is stored more than once"))
        #expect(try await target.runs().isEmpty)
        #expect(try await target.check() == [])
    }

    /// More texts than may wait come into the indexes within the merge.
    @Test func aLargePartIsSearchedAtOnce() async throws {
        let part = try TranscriptStore(path: sample.file("large"), for: .writing)
        try await part.start(Run.sample("r"))
        let entries = (0..<50).map { index in
            let text = String(repeating: "a page of words, ", count: 6000) + "number\(index)"
            return Entry(turn: index + 1, kind: .message(MessageSent(speaker: "a", recipient: "b", text: text)))
        }
        try await part.store(Transcript(subject: "s", entries: entries), as: "a", run: "r")
        let target = try TranscriptStore(path: sample.file("target"), for: .writing)
        _ = try await target.merge(part)
        let waiting = try await DatabaseQueue(path: target.path).read { db in
            try Int.fetchOne(db, sql: "SELECT (SELECT count(*) FROM waiting_text) + (SELECT count(*) FROM waiting_use)")
        }
        #expect(waiting == 0)
        #expect(try await target.search(SearchQuery("number37"), limit: 5).map(\.turn) == [38])
        #expect(try await target.check() == [])
    }

    @Test func aRowThatIsMissingInTheSourceChangesNothing() async throws {
        let part = try #require(try await sample.parts(1).first)
        let target = try TranscriptStore(path: sample.file("target"), for: .writing)
        try await DatabaseQueue(path: part).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM name WHERE text = 'cafe\u{301}'")
        }
        let damaged = try TranscriptStore(path: part, for: .reading)
        let error = await #expect(throws: TranscriptStoreError.self) { try await target.merge(damaged) }
        guard case .corrupt = error?.cause, error?.path == part else {
            Issue.record("expected that the source is damaged, got \(String(describing: error))")
            return
        }
        #expect(try await target.runs().isEmpty)
    }

    /// Where NULL is allowed, the schema does not see it.
    @Test(arguments: [
        "DELETE FROM body WHERE id = (SELECT max(text_id) FROM entry)",
        "DELETE FROM prompt_node WHERE id = (SELECT max(prompt_id) FROM llm_call)",
    ])
    func whatIsReferredToAndMissingInTheSourceChangesNothing(damage: String) async throws {
        let part = try #require(try await sample.parts(1).first)
        let target = try TranscriptStore(path: sample.file("target"), for: .writing)
        try await DatabaseQueue(path: part).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; " + damage)
        }
        let damaged = try TranscriptStore(path: part, for: .reading)
        await #expect(throws: TranscriptStoreError.self) { try await target.merge(damaged) }
        #expect(try await target.runs().isEmpty)
    }

    @Test func anExportHasAllOfAStoreAndMayBeTakenTwice() async throws {
        let store = try await sample.undivided()
        var text = ""
        try await store.export(store.runs().map(\.run)) { text += $0.text + "\n" }
        let lines = try StoredLine.read(Array(text.utf8), file: "x.jsonl")
        #expect(lines.count == 34)
        let other = try TranscriptStore(path: sample.file("other"), for: .writing)
        #expect(try await other.take(lines: lines) == MergeCounts(runs: 1, attempts: 24, reviews: 6))
        #expect(try await other.take(lines: lines) == MergeCounts(known: 24))
        #expect(try await other.contentDigest() == store.contentDigest())
        #expect(try await other.check() == [])
        let third = try TranscriptStore(path: sample.file("third"), for: .writing)
        await #expect(throws: CancellationError.self) {
            try await third.take(lines: lines, thenThrowing: CancellationError())
        }
        #expect(try await third.runs().isEmpty, "all or nothing")
        // The same rows by another way.
        _ = try await other.merge(store)
        #expect(try await other.contentDigest() == store.contentDigest())
    }
}

extension TranscriptStore {
    func take(lines: [StoredLine], thenThrowing error: (any Error)? = nil) async throws -> MergeCounts {
        let next = Mutex(lines.makeIterator())
        return try await take {
            let line = next.withLock { $0.next() }
            if line == nil, let error { throw error }
            return line
        }
    }
}

/// Numbers that are the same in each run of the tests.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
