import Foundation
import Testing
import TranscriptStore
import Transcripts

/// What happens between processes; each exit test is one.
@Suite struct StoreProcessTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func processesThatWriteOneStoreAllSucceed() async throws {
        let path = folder.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String, process = process as Int] in
                        let store = try TranscriptStore(path: path, for: .writing)
                        try await store.start(Run.sample("019a-\(process)"))
                        for number in 0..<20 {
                            try await store.store(.growing(5), as: "\(process)-\(number)", run: "019a-\(process)")
                        }
                        try await store.endRun("019a-\(process)", as: .passed, at: 5)
                    }
                }
            }
            try await group.waitForAll()
        }
        let store = try TranscriptStore(path: path, for: .reading)
        #expect(try await store.runs().map(\.attemptCount) == [20, 20, 20])
        #expect(try await store.runs().allSatisfy { $0.passedCount == 20 && $0.run.status == .passed })
        #expect(try await store.attempt("2-19").transcript.json == Transcript.growing(5).json)
    }

    @Test func processesThatMergeIntoOneStoreComeToTheSame() async throws {
        let sample = DividedSample(folder: folder)
        let parts = try await sample.parts(4)
        let path = folder.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in 0..<3 {
                group.addTask {
                    let order = Array(parts[process...] + parts[..<process])
                    await #expect(processExitsWith: .success) { [path = path as String, order = order as [String]] in
                        let target = try TranscriptStore(path: path, for: .writing)
                        for part in order { _ = try await target.merge(TranscriptStore(path: part, for: .reading)) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let store = try TranscriptStore(path: path, for: .reading)
        let name = "plan:\(DividedSample.plan)"
        #expect(try await store.reportDigest(ofRun: name) == sample.undivided().reportDigest(ofRun: name))
        #expect(try await store.check() == [])
    }

    @Test func aKilledProcessLosesNothingThatWasCommitted() async throws {
        let path = folder.store
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try TranscriptStore(path: path, for: .writing)
            try await store.start(Run.sample("r"))
            try await store.store(.nasty(), as: "whole", run: "r")
            let begun = Transcript(subject: "begun")
            try await store.start(Attempt(id: "begun", run: "r", scenario: "s", startedAt: 20, transcript: begun))
            try await store.add(.init(turn: 1, kind: .end(End(cause: .error, agent: nil))), toAttempt: "begun")
            kill(getpid(), SIGKILL)
        }
        let store = try TranscriptStore(path: path, for: .reading)
        #expect(try await store.attempt("whole").transcript.json == Transcript.nasty().json)
        #expect(try await store.attempts(of: Run.sample("r")).map(\.outcome.status) == [.passed, .cutShort])
        #expect(try await store.run(named: "latest").status == .unfinished)
    }
}
