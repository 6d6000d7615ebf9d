import Testing
import TranscriptStore
import Transcripts

/// Attempts that end at the same time are written in one transaction.
@Suite struct WriteQueueTests {
    let folder: TemporaryFolder
    let store: TranscriptStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TranscriptStore(path: folder.store, for: .writing)
    }

    @Test func manyAtATimeAreAllStored() async throws {
        try await store.start(Run.sample("r"))
        try await withThrowingTaskGroup(of: Void.self) { [store] tasks in
            for index in 0..<100 {
                tasks.addTask { try await store.store(.growing(index % 5 + 1), as: "a\(index)", run: "r") }
            }
            try await tasks.waitForAll()
        }
        let attempts = try await store.attempts(of: Run.sample("r"))
        #expect(attempts.count == 100 && attempts.allSatisfy { $0.outcome.status == .passed })
        for attempt in attempts {
            let number = Int(attempt.id.dropFirst()) ?? 0
            #expect(try await store.attempt(attempt.id).transcript == .growing(number % 5 + 1))
        }
        #expect(try await store.check() == [])
    }

    /// Half of those that come together name a run that is not there; each of the others is stored.
    @Test func theFaultOfOneIsNotThatOfOthers() async throws {
        try await store.start(Run.sample("r"))
        let refused = await withTaskGroup(of: Bool.self) { [store] tasks in
            for index in 0..<40 {
                tasks.addTask {
                    do {
                        try await store.store(.growing(1), as: "a\(index)", run: index % 2 == 0 ? "r" : "none")
                        return false
                    } catch {
                        return error as? TranscriptStoreError
                            == TranscriptStoreError(operation: .write, path: store.path, cause: .unknownID("none"))
                    }
                }
            }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 20)
        let stored = try await store.attempts(of: Run.sample("r"))
        #expect(stored.count == 20 && stored.allSatisfy { $0.outcome.status == .passed })
        #expect(try await store.check() == [])
    }

    /// The tasks that are cancelled write nothing; whoever waits with them does not lose by it.
    @Test func whoIsCancelledTakesNobodyAlong() async throws {
        try await store.start(Run.sample("r"))
        await withTaskGroup(of: Void.self) { [store] tasks in
            for index in 0..<40 where index % 2 == 1 {
                tasks.addTask { try? await store.store(.growing(1), as: "a\(index)", run: "r") }
            }
            tasks.cancelAll()
            await withTaskGroup(of: Void.self) { others in
                for index in 0..<40 where index % 2 == 0 {
                    others.addTask {
                        await #expect(throws: Never.self) {
                            // Not cancelled with the group around it.
                            try await Task { try await store.store(.growing(1), as: "a\(index)", run: "r") }.value
                        }
                    }
                }
            }
        }
        let ended = try await store.attempts(of: Run.sample("r")).filter { $0.endedAt != nil }
        #expect(Set(ended.map(\.id)).isSuperset(of: (0..<20).map { "a\($0 * 2)" }))
        #expect(try await store.check() == [])
    }
}
