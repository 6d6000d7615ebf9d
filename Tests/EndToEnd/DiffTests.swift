import Foundation
import Testing

@Suite struct DiffTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func twoRunsInARowAreIdentical() async throws {
        #expect(try await project.run("run").status == 0)
        #expect(try await project.run("run").status == 0)
        let diff = try await project.run("diff", "latest~1", "latest")
        #expect(diff.status == 0 && diff.output.contains("tutorial/two-agent: identical"), "\(diff)")
        let json = try await project.run("diff", "latest~1", "latest", "--format", "json")
        #expect(json.status == 0)
        #expect(try JSONDecoder().decode(Diff.self, from: Data(json.output.utf8)).identical)
    }

    @Test func anEditedLastReplyIsNamedWithTurnFieldAndBothValues() async throws {
        try project.copy(
            ProjectFolder.storyCassette, to: "edited.yaml", replacing: "content: TERMINATE", with: "content: All done",
            occurrence: -1)
        try await expectDivergence(turn: 6, before: "TERMINATE", after: "All done")
    }

    /// The first reply is also part of later requests, which the edit leaves as they were.
    @Test func anEditedFirstReplyIsNamedWithTurnFieldAndBothValues() async throws {
        let first = "I'll collect primes by trial division, and then add them up."
        let edited = "I'll collect primes by trial division, then sum them."
        try project.copy(ProjectFolder.storyCassette, to: "edited.yaml", replacing: first, with: edited)
        try await expectDivergence(turn: 2, before: first, after: edited)
    }

    /// Compares a run of the story with one of `edited.yaml`, in both formats.
    private func expectDivergence(turn: Int, before: String, after: String) async throws {
        #expect(try await project.run("run", "--label", "before").status == 0)
        let run = try await project.run("run", "--cassette", "edited.yaml")
        #expect(run.status == 1, "\(run)")

        let diff = try await project.run("diff", "#before", "latest")
        #expect(diff.status == 1)
        let headline = diff.output.prefix { $0 != "\n" }
        #expect(headline.contains("turn \(turn)") && headline.contains("text"), "\(diff)")

        let json = try await project.run("diff", "#before", "latest", "--format", "json")
        #expect(json.status == 1)
        let value = try JSONDecoder().decode(Diff.self, from: Data(json.output.utf8))
        #expect(!value.identical)
        let divergence = try #require(value.scenarios.first?.diff?.first_divergence)
        #expect(divergence.turn == turn && divergence.field == "text" && divergence.speaker == "assistant")
        #expect(divergence.before?.contains(before) == true && divergence.after?.contains(after) == true, "\(json)")
        // For people, words that are in both values may be printed once.
        for word in (before + " " + after).split(whereSeparator: { !$0.isLetter }) {
            #expect(diff.output.contains(word), "\(word) is missing in \(diff)")
        }
    }

    @Test func aScenarioThatOnlyOneRunHasIsADifference() async throws {
        #expect(try await project.run("run").status == 0)
        try project.copy(
            ProjectFolder.storyScenario, to: "scenarios/other.yaml", replacing: "name: two-agent",
            with: "name: other\ncassette: tutorial/two-agent")
        #expect(try await project.run("run").status == 0)
        let diff = try await project.run("diff", "latest~1", "latest")
        #expect(diff.status == 1 && diff.output.contains("other: only after"), "\(diff)")
    }

    @Test(arguments: [
        ["nope", "latest"], ["latest", "#nope"], ["latest", "latest~7"], ["@nope", "latest"], ["0000", "latest"],
    ])
    func anUnknownRunIsBadInputWithCandidates(names: [String]) async throws {
        #expect(try await project.run("run").status == 0)
        let diff = try await project.run(["diff"] + names)
        let unknown = names[0] == "latest" ? names[1] : names[0]
        #expect(diff.status == 2 && diff.output.isEmpty)
        #expect(diff.complaints.hasPrefix("error: ") && diff.complaints.contains("'\(unknown)'"), "\(diff)")
        #expect(diff.complaints.contains("expected: ") && diff.complaints.contains("latest"), "\(diff)")
    }

    @Test func withoutAnyRunTheStoreIsMissingInput() async throws {
        for arguments in [["diff", "latest~1", "latest"], ["show"]] {
            let outcome = try await project.run(arguments)
            #expect(outcome.status == 2, "\(outcome)")
            #expect(outcome.complaints.contains("understudy run"), "\(outcome)")
        }
    }

    @Test func transcriptFilesAreComparedAsRunsAreWithEachDetail() async throws {
        #expect(try await project.run("run").status == 0)
        let shown = try await project.run("show", "latest", "--format", "json")
        try project.write(shown.output, to: "before.json")
        try project.write(shown.output.replacing("by trial division", with: "by a sieve"), to: "after.json")
        #expect(try await project.run("diff", "before.json", "before.json").status == 0)
        for detail in [[], ["--words"], ["--turns"], ["--stat"], ["--first"]] {
            let outcome = try await project.run(["diff", "before.json", "after.json"] + detail)
            #expect(outcome.status == 1 && outcome.output.contains("tutorial/two-agent:"), "\(detail) \(outcome)")
            #expect(outcome.output.contains("~ ") == (detail == ["--turns"]), "\(detail) \(outcome)")
            #expect(detail != ["--stat"] || outcome.output.split(separator: "\n").count == 1, "\(outcome)")
        }
        let masked = try await project.run(
            "diff", "before.json", "after.json", "--mask", "regex: by (a sieve|trial division)")
        #expect(masked.status == 0, "\(masked)")
        let json = try await project.run("diff", "before.json", "latest", "--json")
        #expect(json.status == 0 && json.output.contains("\"diff/2\""), "\(json)")
    }

    @Test(arguments: [
        (["nope.json", "nope.json"], "nope.json"), (["scenarios/tutorial/two-agent.yaml", "latest"], "two-agent.yaml"),
        (["latest", "latest", "--mask", "nonsense"], "nonsense"),
        (["latest", "latest", "--mask", "$..=uuid"], "no place"),
        (["latest", "latest", "--tolerance", "2"], "--tolerance"), (["latest"], "after"),
        (["--batch", "-", "latest"], "--batch"),
        (["latest", "latest", "--stat", "--first"], "--first"),
        (["latest", "latest", "--scenario", "nope"], "two-agent"),
    ])
    func badSidesAndFlagsAreBadInput(arguments: [String], word: String) async throws {
        #expect(try await project.run("run").status == 0)
        let outcome = try await project.run(["diff"] + arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.complaints.contains(word), "\(outcome)")
    }

    @Test(arguments: [
        "diff <(cat before.json) <(cat after.json)", "diff - after.json <before.json", "diff before.json - <after.json",
        "diff before.json /dev/stdin < <(cat after.json)", "diff - <(cat after.json) < <(cat before.json)",
    ])
    func aSideMayBeAPipeOrStandardInput(words: String) async throws {
        #expect(try await project.run("run").status == 0)
        let shown = try await project.run("show", "latest", "--format", "json")
        try project.write(shown.output, to: "before.json")
        try project.write(shown.output.replacing("by trial division", with: "by a sieve"), to: "after.json")
        let files = try await project.run("diff", "before.json", "after.json")
        let pipes = try await project.run(below: ["bash", "-c", "exec \"$0\" \(words)"])
        #expect(pipes.status == 1 && pipes.output == files.output && pipes.complaints.isEmpty, "\(pipes)")
    }

    @Test func standardInputIsOneSideOnly() async throws {
        let outcome = try await project.run("diff", "-", "/dev/stdin")
        #expect(outcome.status == 2 && outcome.complaints.contains("fix: "), "\(outcome)")
        let nothing = try await project.run("diff", "-", "latest")
        #expect(nothing.status == 2 && nothing.complaints.contains("standard input: "), "\(nothing)")
    }

    @Test func anAttemptIsNamedByTheFirstDigitsOfItsID() async throws {
        for _ in 0..<2 { #expect(try await project.run("run", "-q").status == 0) }
        var ids: [String] = []
        for name in ["latest~1", "latest"] {
            let shown = try await project.run("show", name, "--format", "json")
            ids.append(
                try #require(try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8)).attempts.first).id)
        }
        let whole = try await project.run("diff", "attempt:" + ids[0], "attempt:" + ids[1])
        #expect(whole.status == 0, "\(whole)")
        let short = try await project.run("diff", "attempt:" + ids[0].dropLast(2), "attempt:" + ids[1].dropLast(2))
        #expect(short.status == 0 && short.output == whole.output, "\(short)")

        let ambiguous = try await project.run("diff", "attempt:0", "latest")
        #expect(ambiguous.status == 2 && ambiguous.output.isEmpty, "\(ambiguous)")
        #expect(ids.allSatisfy(ambiguous.complaints.contains) && ambiguous.complaints.contains("more than one"))
        for unknown in ["zzz", ""] {
            let outcome = try await project.run("diff", "attempt:" + unknown, "latest")
            #expect(outcome.status == 2 && outcome.complaints.contains("has the id '\(unknown)'"), "\(outcome)")
            #expect(outcome.complaints.contains(ids[0]) && outcome.complaints.contains("fix: "), "\(outcome)")
        }
    }

    /// Of `show --format json`.
    private struct Shown: Decodable {
        struct Attempt: Decodable { let id: String }
        let attempts: [Attempt]
    }

    @Test func aToolThatIsNotThereIsToldOnce() async throws {
        try project.copy(
            ProjectFolder.storyScenario, to: "scenarios/other.yaml", replacing: "name: two-agent",
            with: "name: other\ncassette: tutorial/two-agent")
        #expect(try await project.run("run", "-q").status == 0)
        let outcome = try await project.run("diff", "latest", "latest", "--tool", "/nope/x")
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.complaints.contains("'/nope/x' cannot be run"), "\(outcome)")
        #expect(outcome.complaints.split(separator: "\n").count { $0.contains("not found") } == 1, "\(outcome)")
        let tool = try await project.run("diff", "latest", "latest", "--tool", "diff -q")
        #expect(tool.status == 0 && tool.complaints.isEmpty, "\(tool)")
    }

    /// The command with a terminal as its standard output.
    private func onTerminal(pager: String) async throws -> ProjectFolder.Outcome {
        let program = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
        return try await project.run(
            "diff", "before.json", "after.json", environment: ["PAGER": pager, "NO_COLOR": "1"],
            below: ["python3", "-c", program])
    }

    @Test func aPagerGetsTheTextAsItsStandardInput() async throws {
        #expect(try await project.run("run").status == 0)
        let shown = try await project.run("show", "latest", "--format", "json")
        try project.write(shown.output, to: "before.json")
        try project.write(shown.output.replacing("by trial division", with: "by a sieve"), to: "after.json")
        let first = "tutorial/two-agent:"

        let paged = try await onTerminal(pager: "sh -c 'cat >paged.txt'")
        #expect(paged.status == 1 && paged.output.isEmpty, "\(paged)")
        #expect(try project.text("paged.txt").hasPrefix(first))
        let piped = try await onTerminal(pager: "tee all.txt | tr a-z A-Z")
        #expect(try project.text("all.txt") == project.text("paged.txt"))
        #expect(piped.status == 1 && piped.output.hasPrefix(first.uppercased()), "\(piped)")

        let quit = try await onTerminal(pager: "true")
        #expect(quit.status == 1 && quit.output.isEmpty && quit.complaints.isEmpty, "\(quit)")
        let none = try await onTerminal(pager: "/nope/x")
        #expect(none.status == 1 && none.output.contains(first), "\(none)")
    }

    @Test func manyPairsAreComparedInOneProcess() async throws {
        func side(_ text: String) -> String {
            let entry = #"{"turn":1,"kind":"message","speaker":"a","recipient":"b","text":"\#(text)"}"#
            return #"{"understudy":"transcript/1","subject":"s","entries":[\#(entry)]}"#
        }
        func line(_ id: String, _ text: String) -> String {
            #"{"id":"\#(id)","before":\#(side("x")),"after":\#(side(text))}"# + "\n"
        }
        try project.write("\n" + line("one", "x") + " \r\n\n" + line("two", "y") + "\n", to: "pairs.jsonl")
        let outcome = try await project.run("diff", "--batch", "pairs.jsonl")
        let piped = try await project.run(below: ["bash", "-c", "exec \"$0\" diff --batch - <pairs.jsonl"])
        #expect(piped.status == 1 && piped.output == outcome.output, "\(piped)")
        #expect(outcome.status == 1, "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains(#""id":"one""#) == true && lines.first?.contains(#""identical":true"#) == true)
        #expect(lines.last?.contains(#""id":"two""#) == true && lines.last?.contains(#""identical":false"#) == true)
        try project.write("\n{}\n", to: "pairs.jsonl")
        let bad = try await project.run("diff", "--batch", "pairs.jsonl")
        #expect(bad.status == 2 && bad.complaints.contains("pairs.jsonl:2:"), "\(bad)")
    }

    /// Each process has another seed for its hashes; ties are broken by position.
    @Test func everyProcessFindsTheSame() async throws {
        var state: UInt64 = 7
        func pick(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        // Much that is alike, so that there is much to choose from.
        let texts = [
            "ok", "go on", "TERMINATE", "the sum of the primes", "the sum of all primes", "a plot of the data",
        ]
        func side() -> String {
            let entries = (1...60).map { turn in
                let speaker = ["a", "b", "c"][pick(3)]
                return
                    #"{"turn":\#(turn),"kind":"message","speaker":"\#(speaker)","recipient":"d","text":"\#(texts[pick(6)])"}"#
            }
            return #"{"understudy":"transcript/1","subject":"s","entries":[\#(entries.joined(separator: ","))]}"#
        }
        let lines = (1...25).map { #"{"id":\#($0),"before":\#(side()),"after":\#(side())}"# }
        try project.write(lines.joined(separator: "\n") + "\n", to: "pairs.jsonl")
        let first = try await project.run("diff", "--batch", "pairs.jsonl")
        #expect(first.status == 1 && first.output.split(separator: "\n").count == 25, "\(first)")
        for _ in 0..<3 {
            #expect(try await project.run("diff", "--batch", "pairs.jsonl").output == first.output)
        }
    }

    /// What `diff --format json` prints.
    private struct Diff: Decodable {
        struct Scenario: Decodable {
            struct Value: Decodable {
                let first_divergence: Divergence?
            }
            let scenario: String
            let diff: Value?
        }
        struct Divergence: Decodable {
            let turn: Int
            let speaker: String?
            let field: String?
            let before: String?
            let after: String?
        }
        let identical: Bool
        let scenarios: [Scenario]
    }
}
