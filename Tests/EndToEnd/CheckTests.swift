import Foundation
import Testing

@Suite struct CheckTests {
    static let baseline = "scenarios/tutorial/two-agent.baseline.yaml"
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func aScenarioWithoutABaselineIsToldAndLeftForReview() async throws {
        let check = try await project.run("check")
        #expect(check.status == 0, "\(check)")
        #expect(check.output.hasPrefix("0 suspicious · 0 expected · 1 new\n"), "\(check)")
        #expect(check.output.contains("has no baseline yet") && check.output.contains(Self.baseline), "\(check)")
        #expect(project.has(".understudy/pending/tutorial/two-agent.json"))
        let strict = try await project.run("check", "--require-baselines")
        #expect(strict.status == 1, "\(strict)")
    }

    @Test func whatWasAcceptedIsWrittenAsTextAndHoldsUntilItChanges() async throws {
        #expect(try await project.run("check").status == 0)
        let accept = try await project.run("accept", "--scenario", "tutorial/two-agent")
        #expect(accept.status == 0 && accept.output.contains("accepted:"), "\(accept)")
        let text = try project.text(Self.baseline)
        #expect(text.hasPrefix("understudy: baseline/1\n"))
        #expect(text.contains("message: {speaker: assistant, recipient: user_proxy, repeats: answer}"), "\(text)")
        #expect(text.contains("Calculate the first 100 prime numbers and find their sum."))
        #expect(!project.has(".understudy/pending/tutorial/two-agent.json"))

        let check = try await project.run("check", "--require-baselines")
        #expect(check.status == 0 && check.output.hasPrefix("0 suspicious · 0 expected\n"), "\(check)")
        #expect(check.output.contains("1 scenario: 1 as accepted"), "\(check)")
        #expect(try project.text(Self.baseline) == text)

        try project.write(text.replacing("exit_code: 0", with: "exit_code: 3"), to: Self.baseline)
        let different = try await project.run("check")
        #expect(different.status == 1 && different.output.hasPrefix("1 suspicious · 0 expected\n"), "\(different)")
        #expect(different.output.contains("exit_code  suspicious"), "\(different)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("exit_code: 0") })
        #expect(different.output.contains("  1 suspicious  \(Self.baseline):\(line):5\n"), "\(different)")
        #expect(different.output.contains("= turns 1–4 as accepted"), "\(different)")
        #expect(different.output.contains("▲ first divergence at turn 5, user_proxy, exit code"), "\(different)")
        #expect(different.output.contains("expected 3, got 0"), "\(different)")
        #expect(try project.text(Self.baseline).contains("exit_code: 3"), "a check writes no baseline")
    }

    @Test func whatIsSuspiciousComesBeforeWhatIsExpectedAndKeysAccept() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        let text = try project.text(Self.baseline)
        try project.write(
            text.replacing("I'll collect primes", with: "We collect primes").replacing(
                "exit_code: 0", with: "exit_code: 3"),
            to: Self.baseline)
        let check = try await project.run("check", "--format", "json")
        #expect(check.status == 1)
        let value = try JSONDecoder().decode(Checked.self, from: Data(check.output.utf8))
        #expect(value.suspicious == 1 && value.expected == 1 && !value.passed && value.pending)
        let hunks = try #require(value.items.first?.hunks)
        let shown = try await project.run("check")
        let suspicious = try #require(shown.output.range(of: "  suspicious\n"))
        let expected = try #require(shown.output.range(of: "  expected\n"))
        #expect(suspicious.lowerBound < expected.lowerBound, "\(shown)")

        let wording = try #require(hunks.first { $0.concern == "expected" })
        let other = try #require(hunks.first { $0.concern == "suspicious" })
        #expect(try await project.run("reject", "--hunk", other.key).status == 0)
        let accept = try await project.run("accept", "--hunk", wording.key)
        #expect(accept.status == 0 && accept.output.contains(wording.key), "\(accept)")
        let after = try await project.run("check")
        #expect(after.status == 1, "\(after)")
        #expect(after.output.hasPrefix("1 suspicious · 0 expected · 1 rejected in review\n"), "\(after)")
        #expect(try project.text(Self.baseline) == text.replacing("exit_code: 0", with: "exit_code: 3"))
        let only = try await project.run("accept", "--only", "suspicious")
        #expect(only.status == 0, "\(only)")
        #expect(try project.text(Self.baseline) == text)
        #expect(try await project.run("check").status == 0)
    }

    @Test func inCINothingIsWritten() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        try project.copy(Self.baseline, replacing: "exit_code: 0", with: "exit_code: 3")
        let text = try project.text(Self.baseline)
        let check = try await project.run("check", environment: ["CI": "true"])
        #expect(check.status == 1 && check.output.contains("nothing is written in CI"), "\(check)")
        #expect(!project.has(".understudy/pending/tutorial/two-agent.json"))
        #expect(try project.text(Self.baseline) == text)
        #expect(try await project.run("check").status == 1)
        for command in [["accept", "--all"], ["reject", "--all"]] {
            let refused = try await project.run(command, environment: ["CI": "true"])
            #expect(refused.status == 2 && refused.complaints.contains("CI=true"), "\(refused)")
        }
        #expect(try project.text(Self.baseline) == text)
    }

    @Test func aFailedScenarioIsLeftForNobody() async throws {
        try project.copy(ProjectFolder.storyScenario, replacing: "turns: {exactly: 6}", with: "turns: {exactly: 5}")
        let check = try await project.run("check")
        #expect(check.status == 1, "\(check)")
        #expect(check.output.contains("not left for review, as they failed: tutorial/two-agent"), "\(check)")
        #expect(!project.has(".understudy/pending/tutorial/two-agent.json"))
    }

    @Test func baselinesOfNoScenarioAreToldOf() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        let text = try project.text(Self.baseline)
        try project.write(text, to: "scenarios/old.baseline.yaml")
        try project.write(text.replacing("- entries:", with: "- point: n=1\n  entries:"), to: Self.baseline)
        let check = try await project.run("check")
        #expect(check.output.contains("scenarios/old.baseline.yaml: there is no scenarios/old.yaml"), "\(check)")
        #expect(check.output.contains("the scenario has no point [n=1]"), "\(check)")
        #expect(check.output.contains("· 1 new\n"), "a variant for another point is none for this one: \(check)")
    }

    @Test func aBrokenBaselineIsToldBeforeAnythingIsPerformed() async throws {
        try project.write("understudy: baseline/1\nvariants: 3\n", to: Self.baseline)
        let check = try await project.run("check")
        #expect(check.status == 2 && check.output.isEmpty, "\(check)")
        #expect(check.complaints.contains("\(Self.baseline):2:11: error: variants cannot be '3'"), "\(check)")
    }

    @Test func reportersHaveWhatIsNotAsAccepted() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        try project.copy(Self.baseline, replacing: "exit_code: 0", with: "exit_code: 3")
        let check = try await project.run("check", "--reporter", "junit=r.xml,json=r.json,github")
        #expect(check.output.contains("::error file=\(Self.baseline),line="), "\(check)")
        #expect(check.status == 1)
        #expect(try project.text("r.xml").contains("not as accepted: 1 suspicious"))
        #expect(try project.text("r.xml").contains("compared with what was accepted: turn 5"))
        #expect(try project.text("r.json").contains("\"label\": \"baseline\""))
    }

    @Test func withoutATerminalReviewListsKeys() async throws {
        let nothing = try await project.run("review")
        #expect(nothing.status == 0 && nothing.output.contains("nothing is to be reviewed"), "\(nothing)")
        #expect(try await project.run("check").status == 0)
        let review = try await project.run("review")
        #expect(review.status == 0 && review.output.contains("understudy accept --hunk "), "\(review)")
        let json = try await project.run("review", "--format", "json")
        #expect(json.output.contains("\"reviews/1\""))
    }

    @Test(arguments: [
        (["accept"], "--scenario, --hunk, --only or --all"), (["accept", "--hunk", "00000000"], "00000000"),
        (["accept", "--scenario", "tutorial/two-agnet"], "did you mean 'tutorial/two-agent'?"),
        (["review", "--scenario", "tutorial/two-agnet"], "did you mean 'tutorial/two-agent'?"),
        (["accept", "--all", "--hunk", "x"], "--all"), (["reject", "--only", "boring"], "boring"),
        (["accept", "--as-variant", "--all"], "--as-variant"), (["accept", "--only", "suspicious"], "nothing fits"),
    ])
    func aWrongChoiceIsBadInput(arguments: [String], word: String) async throws {
        #expect(try await project.run("check").status == 0)
        let outcome = try await project.run(arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.complaints.contains(word), "\(outcome)")
    }

    @Test func anotherVariantIsAcceptedBesideTheFirst() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        let text = try project.text(Self.baseline)
        try project.copy(Self.baseline, replacing: "exit_code: 0", with: "exit_code: 3")
        #expect(try await project.run("check").status == 1)
        let accept = try await project.run("accept", "--scenario", "tutorial/two-agent", "--as-variant")
        #expect(accept.status == 0, "\(accept)")
        let both = try project.text(Self.baseline)
        #expect(both.hasPrefix(text.replacing("exit_code: 0", with: "exit_code: 3")), "the first keeps its bytes")
        #expect(both.components(separatedBy: "- entries:").count == 3, "\(both)")
        #expect(try await project.run("check").status == 0)
    }

    @Test func aPartOfALongerHunkIsAcceptedByItsOwnKey() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        let text = try project.text(Self.baseline)
        // Turns 5 and 6 are neighbours: one hunk, of two turns.
        let stopped = "finish_reason: stop}\n    text: TERMINATE", cut = "finish_reason: length}\n    text: TERMINATE"
        try project.write(
            text.replacing("exit_code: 0", with: "exit_code: 3").replacing("exitcode: 0 ", with: "exitcode: 3 ")
                .replacing(stopped, with: cut),
            to: Self.baseline)
        let check = try await project.run("check", "--format", "json")
        let value = try JSONDecoder().decode(Checked.self, from: Data(check.output.utf8))
        let hunks = try #require(value.items.first?.hunks)
        let parts = try #require(hunks.first?.parts, "\(check)")
        #expect(hunks.count == 1 && parts.map(\.turns) == [[5, 5], [6, 6]], "\(check)")
        let listed = try await project.run("review")
        #expect(parts.allSatisfy { listed.output.contains("    \($0.key)  ") }, "\(listed)")
        #expect(try await project.run("accept", "--hunk", parts[0].key).status == 0)
        #expect(try project.text(Self.baseline) == text.replacing(stopped, with: cut))
        #expect(try await project.run("accept", "--hunk", parts[1].key).status == 0)
        #expect(try project.text(Self.baseline) == text)
    }

    @Test func whatIsPendingOfAScenarioThatHasGoneIsToldOf() async throws {
        #expect(try await project.run("check").status == 0)
        try FileManager.default.removeItem(atPath: "\(project.path)/\(ProjectFolder.storyScenario)")
        let review = try await project.run("review")
        #expect(review.status == 0 && review.output.contains("nothing is to be reviewed"), "\(review)")
        #expect(review.complaints.contains("of a scenario that is not there: 'tutorial/two-agent'"), "\(review)")
        #expect(try await project.run("accept", "--all").status == 2)
        #expect(!project.has(Self.baseline))
    }

    @Test func aPendingFileThatSaysNothingIsToldOfAndMadeAnew() async throws {
        #expect(try await project.run("check").status == 0)
        let file = ".understudy/pending/tutorial/two-agent.json"
        try project.write("{}", to: file)
        let review = try await project.run("review")
        #expect(review.status == 2 && review.complaints.contains("\(file): not a pending review"), "\(review)")
        let check = try await project.run("check")
        #expect(check.status == 0 && check.complaints.contains("\(file) cannot be read"), "\(check)")
        #expect(try project.text(file).contains("pending/1"))
    }

    /// What `check --format json` prints.
    private struct Checked: Decodable {
        struct Item: Decodable {
            let scenario: String
            let hunks: [Hunk]
        }
        struct Hunk: Decodable {
            let key: String
            let concern: String
            let parts: [Part]?
        }
        struct Part: Decodable {
            let key: String
            let turns: [Int]
        }
        let passed: Bool
        let suspicious: Int
        let expected: Int
        let pending: Bool
        let items: [Item]
    }
}
