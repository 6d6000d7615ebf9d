import Documents
import Foundation
import GRDB
import Testing
import TranscriptStore
import Transcripts

@Suite struct UpkeepTests {
    let folder: TemporaryFolder
    let sample: DividedSample

    init() throws {
        folder = try TemporaryFolder()
        sample = DividedSample(folder: folder)
    }

    private func sql(_ sql: String, in store: TranscriptStore) async throws {
        try await DatabaseQueue(path: store.path).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; " + sql)
        }
    }

    @Test(arguments: [
        ("UPDATE body SET data = CAST(upper(data) || '!' AS BLOB) WHERE id = 3", "body 3"),
        (
            "INSERT INTO body (id, hash, size, is_searched, data) SELECT 99, hash, size, 0, data FROM body WHERE is_searched LIMIT 1",
            "body 99"
        ),
        ("INSERT INTO text_use (text_use, rowid, texts) SELECT 'delete', id, texts FROM used_text LIMIT 1", "text_use"),
        ("DELETE FROM scenario WHERE name = 'scenario/3'", "attempt 4"),
        ("UPDATE body SET size = size + 1 WHERE id = 4", "body 4"),
        ("UPDATE attempt SET baseline_id = NULL WHERE id = 2", "attempt 2"),
        ("UPDATE prompt_node SET parent_id = NULL WHERE id = 3", "prompt_node 3"),
        ("DELETE FROM llm_call WHERE (attempt_id, seq) = (2, 1)", "attempt 2, entry 1"),
        ("DELETE FROM name WHERE text = 'm'", "llm_call"),
        ("INSERT INTO search (search, rowid, text) SELECT 'delete', id, text FROM searched_text LIMIT 1", "search"),
    ])
    func everyDamageIsFoundAtItsPlace(damage: String, place: String) async throws {
        let store = try await sample.undivided()
        _ = try await store.search(SearchQuery("brings all texts into the indexes"), limit: 1)
        #expect(try await store.check() == [])
        try await sql(damage, in: store)
        let problems = try await store.check()
        #expect(problems.contains { $0.place == place }, "\(problems)")
    }

    @Test(arguments: [
        ("DELETE FROM waiting_text WHERE body_id = (SELECT max(body_id) FROM waiting_text)", "search"),
        ("DELETE FROM waiting_use WHERE attempt_id = 1", "text_use"),
        (
            "UPDATE waiting_text SET body_id = 9999 WHERE body_id = (SELECT max(body_id) FROM waiting_text)",
            "waiting_text 9999"
        ),
        ("INSERT INTO waiting_text SELECT id, size FROM body WHERE NOT is_searched LIMIT 1", "waiting_text"),
        ("UPDATE waiting_use SET texts = texts || ' 9999'", "waiting_use 1"),
    ])
    func damageOfWhatWaitsForTheIndexesIsFound(damage: String, place: String) async throws {
        let store = try await sample.undivided()
        #expect(try await store.check() == [])
        try await sql(damage, in: store)
        let problems = try await store.check()
        #expect(problems.contains { $0.place.hasPrefix(place) }, "\(problems)")
    }

    @Test(arguments: [
        ("UPDATE attempt SET status = 'bogus' WHERE id = 3", "attempt 3"),
        ("UPDATE run SET status = 'nonsense'", "run 1"),
        ("UPDATE review SET concern = 'none' WHERE id = 1", "review 1"),
        ("DROP VIEW reviews", "view reviews"), ("CREATE TABLE zzz (a)", "table zzz"),
        ("DROP INDEX attempt_by_run", "index attempt_by_run"), ("ALTER TABLE run ADD COLUMN more", "table run"),
    ])
    func whatOthersHavePutInIsFound(damage: String, place: String) async throws {
        let store = try await sample.undivided()
        try await sql(damage, in: store)
        #expect(try await store.check().map(\.place) == [place])
    }

    /// A check that has to wait in vain says so, and not that the store is damaged.
    @Test func aStoreThatIsWrittenToIsNotCalledDamaged() async throws {
        _ = try await sample.undivided()
        let store = try TranscriptStore(path: sample.file("undivided"), for: .reading, patience: .zero)
        let lock = try Lock(on: store.path, "BEGIN IMMEDIATE")
        let error = await #expect(throws: TranscriptStoreError.self) { _ = try await store.check() }
        #expect(error?.cause == .locked)
        try lock.release()
        #expect(try await store.check() == [])
    }

    @Test func aRequestThatComesBeforeItselfIsDamage() async throws {
        let store = try await sample.undivided()
        try await sql("UPDATE prompt_node SET parent_id = id", in: store)
        let error = await #expect(throws: TranscriptStoreError.self) { _ = try await store.attempt("019b-1") }
        if case .corrupt = error?.cause {} else { Issue.record("expected damage, not \(String(describing: error))") }
    }

    @Test func pagesThatSQLiteCannotReadAreFound() async throws {
        let store = try await sample.undivided()
        _ = try await store.vacuum()
        let handle = try FileHandle(forUpdating: URL(filePath: store.path))
        let size = Int(try handle.seekToEnd())
        try handle.seek(toOffset: UInt64(size / 8192 / 2 * 8192))
        try handle.write(contentsOf: Data(repeating: 0xEE, count: 8192))
        try handle.close()
        let problems = try await TranscriptStore(path: store.path, for: .reading).check()
        #expect(problems.contains { $0.place == "file" }, "\(problems)")
    }

    @Test func aBackupIsTheStoreAndNeverTakesAFilesPlace() async throws {
        let store = try await sample.undivided()
        let copy = sample.file("copy")
        try await store.backUp(to: copy)
        let backup = try TranscriptStore(path: copy, for: .reading)
        #expect(try await backup.contentDigest() == store.contentDigest())
        #expect(try await backup.check() == [])
        let before = try Data(contentsOf: URL(filePath: copy))
        let refused = TranscriptStoreError(operation: .backUp, path: store.path, cause: .exists(copy))
        await #expect(throws: refused) { try await store.backUp(to: copy) }
        #expect(try Data(contentsOf: URL(filePath: copy)) == before)
        await #expect(throws: TranscriptStoreError.self) { try await store.backUp(to: copy + "/none") }
        // What is written to becomes a store like any other.
        try await TranscriptStore(path: copy, for: .writing).start(Run.sample("new"))
        let mode = try await DatabaseQueue(path: copy).read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
    }

    private func says(_ text: String) -> Transcript {
        Transcript(
            subject: "s",
            entries: [
                Entry(turn: 1, kind: .message(MessageSent(speaker: "by \(text)", recipient: "b", text: text))),
                Entry(
                    turn: 2,
                    kind: .llmCall(
                        .init(agent: "a", model: "m", request: ["messages": ["shared", .string(text)]], status: 200))),
            ])
    }

    private func store3Runs() async throws -> TranscriptStore {
        let store = try TranscriptStore(path: folder.store, for: .writing)
        for (index, label) in [nil, "release", nil].enumerated() {
            let id = "r\(index)"
            try await store.start(Run.sample(id, at: Double(index) * 100, label: label))
            try await store.store(says("words \(index)"), as: "a\(index)", run: id)
            try await store.endRun(id, as: .passed, at: Double(index) * 100 + 1)
        }
        return store
    }

    @Test func aRunGoesWithAllThatIsItsAlone() async throws {
        let store = try await store3Runs()
        let trial = try await store.sweep(Retention(newestCount: 1, labels: ["release"]), at: 1000, isTrial: true)
        #expect(trial.runs.map(\.id) == ["r0"] && trial.attempts == 1)
        #expect(try await store.runs().count == 3, "a trial changes nothing")
        let counts = try await store.sweep(Retention(newestCount: 1, labels: ["release"]), at: 1000, isTrial: false)
        #expect(counts == trial)
        // Its message, as a text and in the request; the shared message and the request's rest stay.
        #expect(counts.bodies == 2 && counts.byteCount == 7 + 9 && counts.prompts == 1)
        #expect(counts.names == 2, "its speaker and its scenario")
        #expect(try await store.runs().map(\.run.id) == ["r2", "r1"])
        #expect(try await store.check() == [])
        #expect(try await store.search(SearchQuery("words"), limit: 9).map(\.attempt) == ["a2", "a1"])
        #expect(try await store.attempt("a1").transcript.json == says("words 1").json)
        let again = try await store.sweep(Retention(), at: 1000, isTrial: false)
        #expect(again == SweepCounts())
    }

    @Test func everythingMayGoAndTheRoomComesBack() async throws {
        let store = try await sample.undivided()
        let long = (0..<100).map { String(repeating: "\($0) ", count: 1000) }
        let entries = long.map { Entry(turn: 1, kind: .message(.init(speaker: "a", recipient: "b", text: $0))) }
        try await store.store(Transcript(subject: "s", entries: entries), as: "long", run: "019a-undivided")
        let counts = try await store.sweep(Retention(newestCount: 0), at: 1e9, isTrial: false)
        #expect(counts.attempts == 25)
        let left = try await DatabaseQueue(path: store.path).read { db in
            try ["run", "attempt", "entry", "body", "name", "scenario", "scenario_version", "assertion", "prompt_node"]
                .map {
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)")
                }
        }
        #expect(left.allSatisfy { $0 == 0 }, "\(left)")
        let (before, after) = try await store.vacuum()
        #expect(after < before)
        #expect(try await store.check() == [])
    }
}
