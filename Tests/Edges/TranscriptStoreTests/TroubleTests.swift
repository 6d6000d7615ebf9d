import Foundation
import GRDB
import Testing
import Transcripts

@testable import TranscriptStore

/// A disk that is full, a file that another program holds: said clearly, and nothing is changed.
@Suite struct TroubleTests {
    let folder: TemporaryFolder
    let sample: DividedSample

    init() throws {
        folder = try TemporaryFolder()
        sample = DividedSample(folder: folder)
    }

    enum Change: CaseIterable, Sendable {
        case attempt, merge, take, sweep, vacuum, resume
    }

    private func perform(_ change: Change, on store: TranscriptStore, from part: TranscriptStore) async throws {
        switch change {
        case .attempt: try await store.store(.growing(40), as: "new", run: "r")
        case .merge: _ = try await store.merge(part)
        case .take:
            var lines: [StoredLine] = []
            try await part.export(part.runs().map(\.run)) { lines.append($0) }
            _ = try await store.take(lines: lines)
        case .sweep: _ = try await store.sweep(Retention(newestCount: 0), at: 1e10, isTrial: false)
        case .vacuum: _ = try await store.vacuum()
        case .resume: try await store.resume("r")
        }
    }

    private func stores() async throws -> (store: TranscriptStore, part: TranscriptStore) {
        let store = try TranscriptStore(path: folder.store, for: .writing, patience: .zero)
        try await store.start(Run.sample("r"))
        try await store.store(.nasty(), as: "old", run: "r")
        let part = try #require(try await sample.parts(1).first)
        let other = try TranscriptStore(path: part, for: .writing)
        // More than fits into pages that are half empty.
        let texts = (0..<100).map { String(repeating: "\($0) ", count: 1000) }
        let entries = texts.map { Entry(turn: 1, kind: .message(.init(speaker: "a", recipient: "b", text: $0))) }
        try await other.store(Transcript(subject: "long", entries: entries), as: "long", run: "019a-part-1")
        return (store, other)
    }

    @Test(arguments: Change.allCases)
    func whatCannotBeLockedIsSaidAndStaysAsItWas(change: Change) async throws {
        let (store, part) = try await stores()
        let before = try await store.contentDigest()
        let lock = try Lock(on: folder.store, "BEGIN IMMEDIATE")
        let error = await #expect(throws: TranscriptStoreError.self) {
            try await perform(change, on: store, from: part)
        }
        #expect(error?.cause == .locked && error?.path == folder.store)
        try lock.release()
        #expect(try await store.contentDigest() == before)
        #expect(try await store.check() == [])
        try await perform(change, on: store, from: part)
        #expect(try await store.check() == [])
    }

    @Test(arguments: [Change.attempt, .merge, .take])
    func aFullDiskIsSaidAndWhatWasStoredStays(change: Change) async throws {
        let (store, part) = try await stores()
        if change == .attempt {
            // It has begun; its end does not fit.
            try await store.start(
                Attempt(id: "new", run: "r", scenario: "s", startedAt: 1, transcript: .growing(400)))
        }
        let before = try await store.contentDigest()
        func limit(_ pages: String) async throws {
            try await store.writeWithoutTransaction { db in
                _ = try Row.fetchAll(db, sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        func make() async throws {
            if change == .attempt {
                try await store.endAttempt("new", with: .init(status: .passed), at: 2)
            } else {
                try await perform(change, on: store, from: part)
            }
        }
        try await limit("1")
        let full = TranscriptStoreError(operation: .write, path: folder.store, cause: .diskFull)
        await #expect(throws: full) { try await make() }
        #expect(try await store.contentDigest() == before)
        #expect(try await store.check() == [])
        try await limit("1000000")
        try await make()
        #expect(try await store.contentDigest() != before)
        #expect(try await store.check() == [])
    }
}
