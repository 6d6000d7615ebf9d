import Conversations
import Digests
import Documents
import Foundation
import TranscriptStore
import Transcripts

/// One run of 24 attempts, and the same in parts: each part a store of its own.
struct DividedSample {
    let folder: TemporaryFolder
    static let plan = "0123456789abcdef"

    /// Kept as it is in one store.
    func undivided() async throws -> TranscriptStore {
        let store = try TranscriptStore(path: file("undivided"), for: .writing)
        try await perform(Array(0..<24), in: store, run: "019a-undivided", shard: nil)
        return store
    }

    /// - Returns: The paths of the parts.
    func parts(_ total: Int, _ name: String = "part", without missing: Set<Int> = []) async throws -> [String] {
        var files: [String] = []
        for index in 1...total where !missing.contains(index) {
            let path = file("\(name)-\(index)-of-\(total)")
            let store = try TranscriptStore(path: path, for: .writing)
            try await perform(
                (0..<24).filter { $0 % total == index - 1 }, in: store, run: "019a-\(name)-\(index)",
                shard: Run.Shard(index: index, total: total))
            files.append(path)
        }
        return files
    }

    func file(_ name: String) -> String { folder.url.appending(path: name + ".sqlite").path }

    private func perform(_ places: [Int], in store: TranscriptStore, run id: String, shard: Run.Shard?) async throws {
        var run = Run.sample(id, at: 1000, label: "nightly", branch: "main")
        run.arguments = shard.map { ["run", "--shard", "\($0.index)/\($0.total)", "-q"] } ?? ["run", "-q"]
        run.plan = DividedSample.plan
        run.shard = shard
        try await store.start(run)
        for place in places {
            var attempt = Attempt(
                id: "019b-\(place)", run: id, scenario: "scenario/\(place % 7)", startedAt: 1000 + Double(place),
                transcript: Transcript(subject: "s"))
            attempt.number = Attempt.Number(place: place % 7, repetition: place / 7 + 1)
            if place % 3 > 0 { attempt.scenarioDigest = String(repeating: "0\(place % 7 + place % 3)", count: 32) }
            try await store.start(attempt)
            var entries = Transcript.growing(place % 5 + 1).entries
            if place % 6 == 0 { entries = try Transcript.nasty().entries }
            for entry in entries { try await store.add(entry, toAttempt: attempt.id) }
            var outcome =
                place % 11 == 10
                ? Attempt.Outcome(status: .failed, findings: ["found in \(place)"]) : .init(status: .passed)
            outcome.cost = place % 4 == 0 ? nil : Double(place) / 3
            outcome.assertions = (0..<place % 3).map {
                Attempt.Assertion(
                    expected: "turns: \(place + $0)", passed: $0 == 0, seen: $0 == 0 ? nil : "\(place) turns", turn: $0)
            }
            let baseline = BaselineVersion("understudy: baseline/1\nvariants: [\(place % 3)]\n")
            if place % 4 == 1 {
                await store.learn([baseline])
                outcome.comparison = Attempt.Comparison(
                    baseline: baseline.digest, variant: place % 8 == 1 ? 1 : nil, suspicious: place % 3, expected: 1)
            }
            try await store.endAttempt(attempt.id, with: outcome, at: 1001 + Double(place))
            if place % 4 == 1 { try await review(place, of: attempt, with: baseline, in: store) }
        }
        // Each part knows only of itself; the last one to end is the end of all.
        let hasFailed = places.contains { $0 % 11 == 10 }
        try await store.endRun(id, as: hasFailed ? .failed : .passed, at: 2000)
    }
}

extension DividedSample {
    /// What was decided about an attempt that was checked.
    private func review(
        _ place: Int, of attempt: Attempt, with baseline: BaselineVersion, in store: TranscriptStore
    ) async throws {
        let matter = Review.Matter(
            scenario: attempt.scenario, run: attempt.run, decision: Review.Decision.allCases[place / 4 % 4],
            hunk: place % 8 == 1 ? nil : "0123abcd", subject: "turn \(place) · text", concern: .expected)
        try await store.add(
            [
                Review(
                    id: "019c-\(place)-\(attempt.run)", at: 3000 + Double(place), by: place % 8 == 1 ? "Ada" : nil,
                    matter: matter, baseline: place % 8 == 5 ? nil : baseline.digest)
            ], with: [baseline])
    }
}

extension TranscriptStore {
    /// A digest of all that a report of a run has.
    func reportDigest(ofRun name: String) async throws -> String {
        let run = try await run(named: name)
        var parts: [JSONValue] = [run.json]
        for summary in try await attempts(of: run) { parts.append(try await attempt(summary.id, of: run).json) }
        return Digest.sha256Hex(JSONValue.array(parts).text())
    }

    /// A digest of all that is stored.
    func contentDigest() async throws -> String {
        var text = ""
        try await export(runs().map(\.run).reversed()) { text += $0.text + "\n" }
        return Digest.sha256Hex(text)
    }
}
