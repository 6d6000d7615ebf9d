import Documents
import Testing
import Transcripts

@Suite struct StoredLineTests {
    private static let run =
        #"{"understudy":"run/1","id":"r","status":"passed","started_at":1,"tool_version":"0","arguments":[]}"#

    private static func attempt(_ members: String = "", run: String = "r", entries: String = "") -> String {
        #"{"understudy":"attempt/1","id":"a","run":"\#(run)","scenario":"s","status":"passed","started_at":1,"ended_at":2,"#
            + #""findings":[],"misses":[],"transcript":{"understudy":"transcript/1","subject":"s","entries":[\#(entries)]}\#(members)}"#
    }

    private static let digest = String(repeating: "ab", count: 32)

    private static func review(decision: String = "accepted", run: String = "r") -> String {
        #"{"understudy":"review/1","id":"1","run":"\#(run)","scenario":"s","at":1,"decision":"\#(decision)","#
            + #""subject":"turn 1 · text","concern":"expected"}"#
    }

    @Test func allComesBackExactly() throws {
        var run = Run(
            id: "r", label: "l\u{0}", startedAt: 0.1 + 0.2, endedAt: 1e10 / 3, status: .interrupted, toolVersion: "1",
            gitSHA: "ab", branch: "b/c", arguments: ["run", "", "\u{1F600}\n"])
        run.shard = Run.Shard(index: 2, total: 3)
        run.plan = "ff"
        let reaction = FaultReaction(fault: "reset", service: "hopx", operation: "GET /", turn: 1, reaction: .waited)
        var attempt = Attempt(
            id: "a", run: "r", scenario: "s\u{2028}", startedAt: 1.5, endedAt: 2.25,
            outcome: .init(status: .limit, findings: ["f", ""], misses: ["m"], reactions: [reaction]),
            transcript: Transcript(subject: "s", entries: [Entry(turn: 1, kind: .end(End(cause: .error, agent: nil)))]))
        attempt.number = Attempt.Number(place: 3, repetition: 2, retry: 1)
        attempt.seed = -7
        attempt.scenarioDigest = String(repeating: "0f", count: 32)
        attempt.outcome.cost = 0.1 + 0.2
        attempt.outcome.assertions = [
            .init(expected: "e\u{0}", passed: true), .init(expected: "f", passed: false, seen: "s", turn: 2),
        ]
        let baseline = BaselineVersion("understudy: baseline/1\n# \u{1F600}\u{0}\n")
        attempt.outcome.comparison = Attempt.Comparison(
            baseline: baseline.digest, variant: 2, suspicious: 1, expected: 0)
        let begun = Attempt(id: "b", run: "r", scenario: "s", startedAt: 1, transcript: Transcript(subject: "t"))
        let matter = Review.Matter(
            scenario: "s", run: "r", decision: .variant, hunk: nil, subject: "all\n", concern: .new)
        let reviews = [
            Review(id: "1", at: 3.5, by: "Ada", matter: matter, baseline: baseline.digest),
            Review(id: "2", at: 4, by: nil, matter: matter, baseline: nil),
        ]
        let lines: [StoredLine] =
            [.run(run), .baseline(baseline), .attempt(attempt), .attempt(begun)] + reviews.map { .review($0) }
        let text = lines.map(\.text).joined(separator: "\n") + "\n"
        #expect(text.split(separator: "\n").count == 6, "a line each")
        #expect(try StoredLine.read(Array(text.utf8), file: "f") == lines)
    }

    @Test func emptyLinesAndWindowsLineEndsDoNoHarm() throws {
        #expect(try StoredLine.read(Array("\n\(Self.run)\r\n \n\(Self.attempt())".utf8), file: "f").count == 2)
        #expect(try StoredLine.read([], file: "f").isEmpty)
    }

    static let wrong: [(line: String, column: Int, message: String, expected: String?)] = [
        ("{\"a\": 1,", 9, "", "one JSON value on the line"),
        ("[1]", 1, "$.understudy: the format's name is missing", "one of run/1, attempt/1, baseline/1, review/1"),
        (
            #"{"understudy":"run/9"}"#, 1, "$.understudy: 'run/9' is not known here",
            "one of run/1, attempt/1, baseline/1, review/1"
        ),
        (
            run.replacing("\"passed\"", with: "\"gone\""), 1, "$.status: unknown status 'gone'",
            "one of passed, failed, error, interrupted, unfinished"
        ),
        (run.replacing("\"r\"", with: "5"), 1, "$.id: 'id' cannot be number", "text"),
        (
            run.replacing("\"started_at\":1,", with: ""), 1, "$.started_at: 'started_at' is missing",
            "seconds since 1970"
        ),
        (run.replacing("[]", with: "[1]"), 1, "$.arguments[0]: number where text belongs", nil),
        (
            attempt(run: "x"), 1, "attempt 'a' is of run 'x', which no line before it has", "the run's own line first"
        ),
        (attempt(#","extra":1"#), 1, "$.extra: unknown member 'extra'", "one of "),
        (
            attempt(entries: #"{"turn":1,"kind":"end","cause":"boredom"}"#), 1,
            "$.transcript.entries[0].cause: unknown cause 'boredom'", "one of "
        ),
        (
            attempt(#","assertions":[{"expected":"e"}]"#), 1, "$.assertions[0].passed: 'passed' is missing",
            "true or false"
        ),
        (attempt(#","cost":"much""#), 1, "$.cost: 'cost' cannot be text", "a number"),
        (
            attempt(#","scenario_sha256":"0F""#), 1, "$.scenario_sha256: '0F' is no SHA-256",
            "64 hex digits, in lower case"
        ),
        (
            attempt(#","baseline":{"sha256":"\#(digest)","suspicious":0,"expected":0}"#), 1,
            "attempt 'a' names a baseline that no line before it has", "the baseline's own line first"
        ),
        (
            attempt(#","baseline":{"sha256":"x","expected":0}"#), 1, "$.baseline.sha256: 'x' is no SHA-256",
            "64 hex digits, in lower case"
        ),
        (
            attempt(#","baseline":{"sha256":"\#(digest)","variant":0,"suspicious":0,"expected":0}"#), 1,
            "$.baseline.variant: 'variant' cannot be 0", "a number from 1"
        ),
        (
            review().replacing("\"expected\"", with: "\"none\""), 1, "$.concern: unknown concern 'none'",
            "one of suspicious, expected, new"
        ),
        (
            #"{"understudy":"baseline/1","sha256":"\#(digest)","text":"t"}"#, 1,
            "$.sha256: the text is not what its digest says", BaselineVersion("t").digest
        ),
        (review(run: "x"), 1, "review '1' is of run 'x', which no line before it has", "the run's own line first"),
        (
            review(decision: "shrugged"), 1, "$.decision: unknown decision 'shrugged'",
            "one of accepted, rejected, masked, variant"
        ),
        (attempt(#","fault_reactions":[{}]"#), 1, "$.fault_reactions[0].reaction: 'reaction' is missing", "text"),
        (
            attempt().replacing("\"ended_at\":2,", with: ""), 1,
            "$.status: an attempt without 'ended_at' cannot be 'passed'", "cut_short"
        ),
    ]

    @Test(arguments: wrong.indices)
    func eachWrongLineIsToldAtItsPlace(index: Int) throws {
        let (line, column, message, expected) = Self.wrong[index]
        let text = "\(Self.run)\n\(Self.attempt())\n\(line)\n"
        do {
            _ = try StoredLine.read(Array(text.utf8), file: "in/x.jsonl")
            Issue.record("expected a refusal of \(line)")
        } catch {
            let first = try #require(error.all.first)
            #expect(first.file == "in/x.jsonl" && first.place == Place(line: 3, column: column), "\(error)")
            #expect(first.message.hasPrefix(message), "\(error)")
            #expect(
                expected == nil ? first.expected == nil : first.expected?.hasPrefix(expected ?? "") == true, "\(error)")
        }
    }

    @Test func allWrongLinesAreToldAtOnce() throws {
        let text = "{\n\(Self.run)\n[]\n"
        let error = #expect(throws: Diagnostics.self) { try StoredLine.read(Array(text.utf8), file: "f") }
        #expect(error?.all.compactMap(\.place?.line) == [1, 3])
    }
}
