import Foundation
import GRDB
import Testing
import TranscriptStore
import Transcripts

/// What checks and reviews have found is kept beside the runs.
@Suite struct ReviewsTests {
    let folder: TemporaryFolder
    let store: TranscriptStore
    private static let before = BaselineVersion("understudy: baseline/1\n")
    private static let after = BaselineVersion("understudy: baseline/1\nvariants: []\n")

    init() throws {
        folder = try TemporaryFolder()
        store = try TranscriptStore(path: folder.store, for: .writing)
    }

    private static func review(_ id: String, at time: Double, of run: String = "r", by: String? = "Ada \u{0} L\u{E9}")
        -> Review
    {
        Review(
            id: id, at: time, by: by,
            matter: Review.Matter(
                scenario: "scenario/a[x=1]", run: run, decision: .masked, hunk: "917946a8",
                subject: "turn 2 · text: regex: \u{0}[0-9]+ as <masked>", concern: .suspicious),
            baseline: after.digest)
    }

    /// - Parameter comparison: What a check has found.
    private func storeOne(_ comparison: Attempt.Comparison? = nil) async throws {
        try await store.start(Run.sample("r"))
        await store.learn([Self.before])
        var outcome = Attempt.Outcome(status: .passed)
        outcome.comparison = comparison
        try await store.store(.growing(2), as: "a", run: "r", outcome: outcome)
    }

    @Test func whatACheckFindsIsOfItsAttempt() async throws {
        let comparison = Attempt.Comparison(
            baseline: Self.before.digest, variant: nil, suspicious: 2, expected: 1)
        try await storeOne(comparison)
        #expect(try await store.attempt("a").outcome.comparison == comparison)
        #expect(try await store.attempts(of: Run.sample("r")).map(\.outcome.comparison) == [comparison])
        let past = try await store.history(ofScenario: "scenario/a", limit: 5)
        #expect(past.map(\.attempt.outcome.comparison) == [comparison])
        #expect(try await store.baseline(Self.before.digest) == Self.before)
        #expect(try await store.baseline(Self.after.digest) == nil)
        #expect(try await store.search(SearchQuery("baseline"), limit: 5).isEmpty, "nobody says it")
        #expect(try await store.check() == [])
    }

    @Test func whatWasDecidedComesBackInItsOrder() async throws {
        try await storeOne()
        let reviews = [Self.review("2", at: 5), Self.review("1", at: 6, by: nil)]
        try await store.add(reviews.reversed(), with: [Self.after])
        #expect(try await store.reviews(ofScenario: "scenario/a[x=1]") == reviews)
        #expect(try await store.reviews(ofScenario: "scenario/a").isEmpty)
        #expect(try await store.reviews(ofRun: "r") == reviews)
        #expect(try await store.check() == [])
    }

    @Test func aReviewIsOfARunThatIsHere() async throws {
        try await storeOne()
        let error = await #expect(throws: TranscriptStoreError.self) {
            try await store.add([Self.review("1", at: 5), Self.review("2", at: 5, of: "none")], with: [Self.after])
        }
        #expect(error?.cause == .unknownID("none"))
        #expect(try await store.reviews(ofRun: "r").isEmpty, "all of them, or none")
    }

    @Test func reviewsGoWithTheirRun() async throws {
        try await storeOne()
        try await store.start(Run.sample("later", at: 1_763_900_001))
        try await store.add(
            [Self.review("1", at: 5), Self.review("2", at: 5, of: "later", by: "Grace")], with: [Self.after])
        _ = try await store.sweep(Retention(newestCount: 1), at: 1e10, isTrial: false)
        #expect(try await store.reviews(ofScenario: "scenario/a[x=1]").map(\.id) == ["2"])
        #expect(try await store.baseline(Self.after.digest) != nil)
        _ = try await store.sweep(Retention(newestCount: 0), at: 1e10, isTrial: false)
        let left = try await DatabaseQueue(path: folder.store).read { db in
            try ["review", "body", "name", "scenario"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(left == [0, 0, 0, 0])
    }

    @Test func whatWasDecidedLaterIsMerged() async throws {
        try await storeOne(.init(baseline: Self.before.digest, variant: 1, suspicious: 0, expected: 0))
        let copy = folder.url.appending(path: "copy.sqlite").path
        try await store.backUp(to: copy)
        try await store.add([Self.review("1", at: 5)], with: [Self.after])
        let other = try TranscriptStore(path: copy, for: .writing)
        let counts = try await other.merge(store)
        #expect(counts == MergeCounts(known: 1, reviews: 1))
        #expect(try await other.contentDigest() == store.contentDigest())
        #expect(try await other.merge(store) == MergeCounts(known: 1))
        #expect(try await store.merge(other) == MergeCounts(known: 1))
        #expect(try await other.contentDigest() == store.contentDigest())
        #expect(try await other.check() == [])
        // The same as lines.
        var lines: [StoredLine] = []
        try await store.export([Run.sample("r")]) { lines.append($0) }
        #expect(lines.count == 5, "a run, an attempt, a review, two baselines")
        let third = try TranscriptStore(path: folder.url.appending(path: "third.sqlite").path, for: .writing)
        #expect(try await third.take(lines: lines) == MergeCounts(runs: 1, attempts: 1, reviews: 1))
        #expect(try await third.take(lines: lines) == MergeCounts(known: 1))
        #expect(try await third.contentDigest() == store.contentDigest())
    }

    @Test func whatNoReviewSaysIsDamage() async throws {
        try await storeOne()
        try await store.add([Self.review("1", at: 5)], with: [Self.after])
        try await DatabaseQueue(path: folder.store).write {
            try $0.execute(sql: "UPDATE review SET decision = 'shrugged'")
        }
        let error = await #expect(throws: TranscriptStoreError.self) { try await store.reviews(ofRun: "r") }
        #expect(error?.cause == .corrupt("no review says 'shrugged, suspicious'"))
    }

    @Test func aBaselineThatNobodyHasGivenIsAnError() async throws {
        await #expect(throws: TranscriptStoreError.self) {
            try await storeOne(.init(baseline: Self.after.digest, variant: 1, suspicious: 0, expected: 0))
        }
        #expect(try await store.attempt("a").endedAt == nil)
        await #expect(throws: TranscriptStoreError.self) { try await store.add([Self.review("1", at: 5)], with: []) }
    }

    @Test func theyAreAskedForWithSQL() async throws {
        try await storeOne(.init(baseline: Self.before.digest, variant: 1, suspicious: 0, expected: 2))
        try await store.add([Self.review("1", at: 2e9, by: "Ada")], with: [Self.after])
        try await DatabaseQueue(path: folder.store).read { db in
            let attempt = try Row.fetchOne(
                db, sql: "SELECT baseline_sha256, variant, suspicious, expected FROM attempts")
            #expect(
                attempt == [
                    "baseline_sha256": Self.before.digest, "variant": 1, "suspicious": 0, "expected": 2,
                ])
            let baselines = try Row.fetchAll(db, sql: "SELECT scenario, sha256, text FROM baselines ORDER BY first_at")
            #expect(
                baselines == [
                    ["scenario": "scenario/a", "sha256": Self.before.digest, "text": Self.before.text],
                    ["scenario": "scenario/a[x=1]", "sha256": Self.after.digest, "text": Self.after.text],
                ])
            let review = try Row.fetchOne(
                db, sql: "SELECT run, scenario, reviewer, decision, hunk, concern, baseline_sha256 FROM reviews")
            #expect(
                review == [
                    "run": "r", "scenario": "scenario/a[x=1]", "reviewer": "Ada", "decision": "masked",
                    "hunk": "917946a8",
                    "concern": "suspicious", "baseline_sha256": Self.after.digest,
                ])
        }
    }
}
