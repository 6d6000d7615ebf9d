import Conversations
import Documents
import Foundation
import GRDB
import Testing
import Transcripts

@testable import TranscriptStore

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

    /// What a merge, or an import, has made of a text is known to whoever writes next.
    @Test(arguments: [true, false])
    func textsThatAreSearchedSinceAreKnownToBe(byMerge: Bool) async throws {
        try await store.start(Run.sample("r"))
        // Somebody has asked for this, and nobody said it.
        let call = LLMCall(agent: "a", model: "m", request: ["messages": ["quux"]], status: 200)
        try await store.store(
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: .llmCall(call))]), as: "asked", run: "r")
        let other = try TranscriptStore(path: folder.url.appending(path: "other.sqlite").path, for: .writing)
        let said = Entry(turn: 1, kind: .message(MessageSent(speaker: "a", recipient: "b", text: "\"quux\"")))
        let saying = Transcript(subject: "s", entries: [said])
        try await other.start(Run.sample("s"))
        try await other.store(saying, as: "said", run: "s")
        if byMerge {
            _ = try await store.merge(other)
        } else {
            var lines: [StoredLine] = []
            try await other.export([Run.sample("s")]) { lines.append($0) }
            _ = try await store.take(lines: lines)
        }
        try await store.store(saying, as: "again", run: "r")
        #expect(try await store.search(SearchQuery("quux"), limit: 5).map(\.attemptCount) == [2])
        #expect(try await store.check() == [])
    }

    /// As many as are asked for last stay, at least, and the last value of each.
    @Test func whatWasAskedForLastIsRemembered() {
        var recent = Recent<Int, Int>(limit: 4)
        for key in 0..<4 { recent.remember(key, key) }
        recent.remember(0, 100)
        #expect(recent[0] == 100)
        for key in 4..<7 { recent.remember(key, key) }
        #expect(recent[1] == 1, "it is remembered, and now asked for last")
        #expect(recent[0] == 100)
        recent.remember(0, 200)
        for key in 7..<10 { recent.remember(key, key) }
        #expect(recent[0] == 200 && recent[1] == 1 && recent[2] == nil)
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
