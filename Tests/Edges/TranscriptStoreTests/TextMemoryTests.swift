import GRDB
import Testing
import TranscriptStore
import Transcripts

/// What the writer remembers of texts must not outlive them.
@Suite struct TextMemoryTests {
    let folder: TemporaryFolder
    let store: TranscriptStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TranscriptStore(path: folder.store, for: .writing)
    }

    private func start(_ run: String, of store: TranscriptStore) async throws {
        try await store.start(Run.sample(run))
        try await store.store(.nasty(), as: "a-\(run)", run: run)
        try await store.endRun(run, as: .passed, at: 2)
    }

    @Test(arguments: [true, false])
    func textsThatWereRemovedAreWrittenAgain(bySameStore: Bool) async throws {
        try await start("r", of: store)
        let other = bySameStore ? store : try TranscriptStore(path: folder.store, for: .writing)
        let counts = try await other.sweep(Retention(newestCount: 0), at: 1e9, isTrial: false)
        #expect(counts.bodies > 0 && counts.names > 0 && counts.prompts > 0)
        // Other rows with the same numbers.
        try await other.start(Run.sample("between"))
        try await other.store(.growing(40), as: "between", run: "between")
        try await start("s", of: store)
        #expect(try await store.attempt("a-s").transcript.json == Transcript.nasty().json)
        #expect(try await store.check() == [])
    }

    /// The rows of a transaction that was undone are not there, whatever their numbers were.
    @Test func textsOfAFailedTransactionAreNotRemembered() async throws {
        try await start("r", of: store)
        try await store.start(
            Attempt(id: "gone", run: "r", scenario: "s", startedAt: 1, transcript: Transcript(subject: "s")))
        for entry in Transcript.growing(20).entries { try await store.add(entry, toAttempt: "gone") }
        let trigger =
            "CREATE TRIGGER refuse BEFORE INSERT ON llm_call WHEN new.seq = 20 BEGIN SELECT raise(ABORT, 'no'); END"
        try await DatabaseQueue(path: folder.store).write { db in try db.execute(sql: trigger) }
        await #expect(throws: TranscriptStoreError.self) {
            try await store.endAttempt("gone", with: .init(status: .passed), at: 2)
        }
        try await DatabaseQueue(path: folder.store).write { db in try db.execute(sql: "DROP TRIGGER refuse") }
        try await store.store(.growing(20), as: "again", run: "r")
        #expect(try await store.attempt("again").transcript.json == Transcript.growing(20).json)
        #expect(try await store.check() == [])
    }
}
