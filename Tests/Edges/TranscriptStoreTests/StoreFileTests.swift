import Foundation
import GRDB
import Testing
import Transcripts

@testable import TranscriptStore

@Suite struct StoreFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ purpose: TranscriptStore.Purpose = .writing) -> TranscriptStoreError.Cause? {
        do {
            _ = try TranscriptStore(path: folder.store, for: purpose, patience: .zero)
            return nil
        } catch let error as TranscriptStoreError {
            #expect(error.path == folder.store)
            return error.cause
        } catch {
            Issue.record(error)
            return nil
        }
    }

    private func sql(_ sql: String) throws {
        try DatabaseQueue(path: folder.store).writeWithoutTransaction { db in try db.execute(sql: sql) }
    }

    @Test func aNewFileIsMarkedAsOursAndWritesAhead() throws {
        _ = try TranscriptStore(path: folder.store, for: .writing)
        let values = try DatabaseQueue(path: folder.store).read { db in
            [
                try String.fetchOne(db, sql: "PRAGMA application_id"),
                try String.fetchOne(db, sql: "PRAGMA user_version"),
                try String.fetchOne(db, sql: "PRAGMA journal_mode"), try String.fetchOne(db, sql: "PRAGMA page_size"),
            ]
        }
        #expect(values == [String(0x5544_7374), String(Migration.latest), "wal", "8192"])
    }

    @Test func migrationsAreNumberedWithoutGaps() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.latest))
    }

    /// A file of every schema that was ever written stands in `Schemas/`, as SQL.
    @Test(arguments: 1..<Migration.latest)
    func aFileOfAnOlderSchemaIsReadAndWritten(schema: Int) async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas/schema-\(schema).sql")
        try sql(try String(contentsOf: file, encoding: .utf8))
        let store = try TranscriptStore(path: folder.store, for: .writing)
        let version = try await DatabaseQueue(path: folder.store).read {
            try Int.fetchOne($0, sql: "PRAGMA user_version")
        }
        #expect(version == Migration.latest)
        let run = try await store.run(named: "#first")
        let id = try #require(try await store.attempts(of: run).first?.id)
        let transcript = try await store.attempt(id).transcript
        #expect(transcript.subject == "greeting" && transcript.turnCount == 4)
        #expect(transcript.end?.cause == .terminationMessage && transcript.entries.allSatisfy { $0.stale == nil })
        let found = try await store.search(SearchQuery("friend"), limit: 5)
        #expect(found.map(\.kind) == [.message] && found.map(\.attempt) == [id] && found.map(\.turn) == [2])
        #expect(try await store.check() == [])
        let outcome = Attempt.Outcome(
            status: .passed,
            reactions: [FaultReaction(fault: "reset", service: "hopx", operation: "GET /", turn: 1, reaction: .waited)])
        try await store.start(Run.sample("r"))
        try await store.start(
            Attempt(id: "a", run: "r", scenario: "s", startedAt: 1, transcript: Transcript(subject: "s")))
        try await store.add(Entry(turn: 1, kind: .end(End(cause: .error, agent: nil)), stale: 3), toAttempt: "a")
        try await store.endAttempt("a", with: outcome, at: 2)
        #expect(try await store.attempt("a").transcript.entries.map(\.stale) == [3])
        #expect(try await store.attempt("a").outcome == outcome)
    }

    /// All kinds of entries are what they were; so are their places, and what is counted.
    @Test func aFileOfSchema5KeepsCodeAndTools() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas/schema-5.sql")
        try sql(try String(contentsOf: file, encoding: .utf8))
        let store = try TranscriptStore(path: folder.store, for: .writing)
        let attempts = try await store.attempts(of: store.run(named: "#second"))
        #expect(attempts.map(\.scenario) == ["tutorial/tool-calls", "tutorial/two-agent"])
        for summary in attempts {
            let transcript = try await store.attempt(summary.id).transcript
            #expect(transcript.metrics == summary.metrics && transcript.usage == summary.usage)
            #expect(transcript.turnCount == summary.turnCount && summary.metrics.llmCallCount > 2)
        }
        #expect(attempts.map(\.metrics.codeRunCount) == [3, 2] && attempts.map(\.metrics.toolCallCount) == [5, 0])
        let found = try await store.search(SearchQuery("Decimal"), limit: 9)
        #expect(!found.isEmpty && found.allSatisfy { $0.scenario == "tutorial/tool-calls" })
        #expect(try await store.scenarios() == ["greeting", "tutorial/tool-calls", "tutorial/two-agent"])
    }

    /// Figures, expectations and the scenario's version are what they were.
    @Test func aFileOfSchema6KeepsFiguresAndExpectations() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas/schema-6.sql")
        try sql(try String(contentsOf: file, encoding: .utf8))
        let store = try TranscriptStore(path: folder.store, for: .writing)
        let summary = try #require(try await store.attempts(of: store.run(named: "#third")).first)
        #expect(summary.scenario == "plot" && summary.scenarioDigest?.count == 64)
        #expect(!summary.outcome.assertions.isEmpty && summary.outcome.assertions.allSatisfy(\.passed))
        let shown = try await store.attempt(summary.id).transcript.entries.flatMap { entry in
            if case .codeRun(let run) = entry.kind { run.shown } else { [ShownOutput]() }
        }
        #expect(!shown.isEmpty)
        #expect(try await store.search(SearchQuery("Decimal"), limit: 9).count > 1)
    }

    /// What is merged from stays as it is, though it is of an older schema.
    @Test(arguments: 1..<Migration.latest)
    func aFileThatIsBorrowedStaysAsItIs(schema: Int) async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas/schema-\(schema).sql")
        try sql(try String(contentsOf: file, encoding: .utf8))
        let before = try Data(contentsOf: URL(filePath: folder.store))
        let source = try TranscriptStore(path: folder.store, for: .borrowing)
        let target = try TranscriptStore(path: folder.url.appending(path: "target.sqlite").path, for: .writing)
        #expect(try await target.merge(source).attempts > 0)
        #expect(try await target.search(SearchQuery("friend"), limit: 5).count == 1)
        #expect(try await target.check() == [])
        #expect(try Data(contentsOf: URL(filePath: folder.store)) == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(!files.contains { $0.contains(".before-") }, "\(files)")
    }

    /// Brought to the latest schema, the file of an older one is kept beside it.
    @Test(arguments: 1..<Migration.latest, [false, true])
    func anOlderFileIsKeptAsItWas(schema: Int, isTaken: Bool) async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas/schema-\(schema).sql")
        try sql(try String(contentsOf: file, encoding: .utf8))
        let name = folder.store + ".before-\(Migration.latest)"
        if isTaken { try Data("mine".utf8).write(to: URL(filePath: name)) }
        let store = try TranscriptStore(path: folder.store, for: .reading)
        let backup = isTaken ? name + "-2" : name
        #expect(store.note?.contains("with schema \(schema), it is kept as \(backup)") == true, "\(store.note ?? "")")
        let (version, texts) = try await DatabaseQueue(path: backup).read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA user_version"),
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM body JOIN \(schema < 6 ? "message" : "entry") ON text_id = body.id
                        WHERE attempt_id = 1
                        """)
            )
        }
        #expect(version == schema && texts == 4)
        if isTaken { #expect(try Data(contentsOf: URL(filePath: name)) == Data("mine".utf8)) }
        #expect(try TranscriptStore(path: folder.store, for: .writing).note == nil, "it is kept once")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(files.filter { $0.contains(".before-") }.count == (isTaken ? 2 : 1), "\(files)")
    }

    @Test func aNewFileHasNothingBeforeIt() throws {
        #expect(try TranscriptStore(path: folder.store, for: .writing).note == nil)
        #expect(try TranscriptStore(path: folder.store, for: .reading).note == nil)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(!files.contains { $0.contains(".before-") })
    }

    @Test func thereIsNothingToReadInAnAbsentFile() {
        #expect(refusal(.reading) == .absent)
        #expect(!FileManager.default.fileExists(atPath: folder.store))
    }

    @Test func aNewerFileIsRefusedUntouched() throws {
        _ = try TranscriptStore(path: folder.store, for: .writing)
        try sql("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
        let before = try Data(contentsOf: URL(filePath: folder.store))
        #expect(refusal() == .newer(version: 99, known: Migration.latest))
        #expect(try Data(contentsOf: URL(filePath: folder.store)) == before)
    }

    @Test(arguments: ["CREATE TABLE t (x)", "PRAGMA application_id = 7; CREATE TABLE t (x)", "PRAGMA user_version = 3"])
    func anotherProgramsFileIsRefusedUntouched(statements: String) throws {
        try sql(statements)
        let before = try Data(contentsOf: URL(filePath: folder.store))
        guard case .foreign = refusal() else {
            Issue.record("expected a refusal")
            return
        }
        #expect(try Data(contentsOf: URL(filePath: folder.store)) == before)
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        try Data(repeating: 0x41, count: 5000).write(to: URL(filePath: folder.store))
        #expect(refusal() == .notADatabase)
    }

    @Test func aDamagedFileIsRefused() async throws {
        let store = try TranscriptStore(path: folder.store, for: .writing)
        try await store.start(Run.sample("r"))
        try sql("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = try FileHandle(forUpdating: URL(filePath: folder.store))
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0xEE, count: 8000))
        try file.close()
        guard case .corrupt = refusal() else {
            Issue.record("expected a refusal")
            return
        }
    }

    @Test func theFolderOfANewFileIsMade() throws {
        let path = folder.url.appending(path: "new/store.sqlite").path
        _ = try TranscriptStore(path: path, for: .writing)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: ["a/b/store.sqlite", "file/store.sqlite", ""])
    func aPlaceWhereNoFileCanBeIsSaid(name: String) throws {
        try Data().write(to: folder.url.appending(path: "file"))
        let path = folder.url.path + "/" + name
        let error = #expect(throws: TranscriptStoreError.self) { try TranscriptStore(path: path, for: .writing) }
        guard case .cannotOpen = error?.cause else {
            Issue.record("expected that it cannot be opened, got \(String(describing: error))")
            return
        }
    }

    @Test func aLockedFileIsSaid() throws {
        let lock = try Lock(on: folder.store, "BEGIN EXCLUSIVE; CREATE TABLE t (x)")
        #expect(refusal() == .locked)
        try lock.release()
        #expect(refusal() == nil)
    }

    @Test(arguments: [
        (ResultCode.SQLITE_BUSY, TranscriptStoreError.Cause.locked), (.SQLITE_READONLY, .readOnly),
        (.SQLITE_FULL, .diskFull),
        (.SQLITE_READONLY_DBMOVED, .readOnly), (.SQLITE_CANTOPEN, .cannotOpen("m")), (.SQLITE_CORRUPT, .corrupt("m")),
        (.SQLITE_NOTADB, .notADatabase), (.SQLITE_IOERR, .other("m")),
    ])
    func everyResultCodeHasItsCause(code: ResultCode, cause: TranscriptStoreError.Cause) {
        #expect(TranscriptStoreError(DatabaseError(resultCode: code, message: "m"), .write, path: "p").cause == cause)
    }

    @Test func aRefusalSaysWhatWhyAndWhatToDo() {
        let error = TranscriptStoreError(
            operation: .open, path: ".understudy/store.sqlite", cause: .newer(version: 3, known: 1))
        #expect(
            error.description == """
                cannot open the store .understudy/store.sqlite: it has schema 3, this understudy knows 1
                  fix: use the understudy that wrote it, or a later one; or give another path
                """)
    }
}
