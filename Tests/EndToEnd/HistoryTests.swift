import Foundation
import Testing

@Suite struct HistoryTests {
    static let name = "tutorial/two-agent"
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    /// Two runs that go alike and pass, then two that go otherwise and fail.
    private func fourRuns() async throws {
        #expect(try await project.run("run", "--label", "first").status == 0)
        #expect(try await project.run("run").status == 0)
        try project.copy(
            ProjectFolder.storyCassette, to: "edited.yaml", replacing: "content: TERMINATE", with: "content: All done",
            occurrence: -1)
        #expect(try await project.run("run", "--cassette", "edited.yaml", "--label", "worse").status == 1)
        #expect(try await project.run("run", "--cassette", "edited.yaml").status == 1)
    }

    @Test func aLineForEachAttemptSaysWhatIsNew() async throws {
        try await fourRuns()
        let history = try await project.run("history", Self.name)
        #expect(history.status == 0, "\(history)")
        #expect(
            history.output.contains("4 attempts in 4 runs") && history.output.contains("2 of 4 passed: 50 %"),
            "\(history)")
        let divergences = history.output.split(separator: "\n").filter { $0.contains("turn 6, assistant, text") }
        #expect(divergences.count == 1, "only the third differs from the one before: \(history)")
        let json = try await project.run("history", Self.name, "--format", "json", "--limit", "2")
        let value = try JSONDecoder().decode(History.self, from: Data(json.output.utf8))
        #expect(value.attempts.map(\.label) == ["worse", nil] && value.pass_rate.total == 2)
        #expect(value.attempts.allSatisfy { $0.status == "failed" })
    }

    /// What checks found stands beside the attempts, and below them who has decided what.
    @Test func checksAndReviewsAreToldOf() async throws {
        let ada = ["GIT_AUTHOR_NAME": "Ada Lovelace"]
        #expect(try await project.run("check").status == 0)
        let before = try await project.run("history", Self.name)
        #expect(!before.output.contains("BASELINE") && !before.output.contains("REVIEWED"), "\(before)")
        #expect(try await project.run("accept", "--all", environment: ada).status == 0)
        try project.copy(CheckTests.baseline, replacing: "exit_code: 0", with: "exit_code: 3")
        #expect(try await project.run("check").status == 1)
        #expect(try await project.run("reject", "--all", environment: ["GIT_AUTHOR_NAME": "Grace"]).status == 0)
        let elsewhere = try await project.run("accept", "--all", "--store", "other.sqlite", environment: ada)
        #expect(elsewhere.status == 0 && elsewhere.output.contains("written: "), "\(elsewhere)")
        #expect(
            elsewhere.complaints.contains("note: other.sqlite does not have what this was about, run ")
                && !project.has("other.sqlite")
                && elsewhere.complaints.contains("fix: name the store that 'check' wrote to, with --store"),
            "\(elsewhere)")
        #expect(try await project.run("check", environment: ["CI": "true"]).status == 0)

        let history = try await project.run("history", Self.name)
        let lines = history.output.split(separator: "\n")
        let attempts = lines.filter { $0.contains("✓ passed") || $0.contains("✗ failed") }
        try #require(attempts.count == 3, "\(history)")
        #expect(attempts[0].contains("as accepted") && attempts[1].contains("1 suspicious"), "\(history)")
        #expect(!attempts[2].contains("accepted"), "it had no baseline: \(history)")
        let reviews = lines.drop { !$0.hasPrefix("REVIEWED (UTC)") }.dropFirst()
        #expect(reviews.count == 2, "\(history)")
        #expect(
            reviews.first?.contains("Grace") == true && reviews.first?.contains("rejected") == true
                && reviews.first?.hasSuffix("turn 5 · exit_code") == true, "\(history)")
        #expect(
            reviews.last?.contains("Ada Lovelace  accepted") == true && reviews.last?.contains("new") == true,
            "\(history)")

        let json = try await project.run("history", Self.name, "--format", "json")
        let value = try JSONDecoder().decode(History.self, from: Data(json.output.utf8))
        #expect(value.attempts.map(\.baseline?.suspicious) == [nil, 1, 0])
        #expect(value.reviews?.map(\.by) == ["Ada Lovelace", "Grace"])
        #expect(value.reviews?.map(\.decision) == ["accepted", "rejected"])
        #expect(value.reviews?.last?.baseline_sha256 == value.attempts[1].baseline?.sha256)
        let narrow = try await project.run("history", Self.name, "--limit", "1")
        #expect(!narrow.output.contains("Grace"), "reviews are of the runs that are shown: \(narrow)")
    }

    /// What the store notes of reviews of a scenario, the oldest first.
    private func decisions(_ scenario: String) async throws -> [String] {
        let json = try await project.run("history", scenario, "--format", "json")
        let value = try JSONDecoder().decode(History.self, from: Data(json.output.utf8))
        return (value.reviews ?? []).map(\.decision)
    }

    @Test func aRejectionIsNotedOnce() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("reject", "--all").status == 0)
        #expect(try await project.run("reject", "--all").status == 0)
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("reject", "--all").status == 0)
        #expect(try await decisions(Self.name) == ["rejected"])
        #expect(try await project.run("accept", "--all").status == 0)
        #expect(try await decisions(Self.name) == ["rejected", "accepted"])
    }

    /// A run that is gone does not keep decisions about others from being noted.
    @Test func decisionsAreNotedEachWithItsRun() async throws {
        for file in ["scenarios/tutorial/two-agent.yaml", "cassettes/tutorial/two-agent.yaml"] {
            try project.copy(
                file, to: file.replacing("two-agent", with: "second"), replacing: "two-agent", with: "second")
        }
        #expect(try await project.run("check", Self.name).status == 0)
        #expect(try await project.run("check", "tutorial/second").status == 0)
        #expect(try await project.run("store", "gc", "--keep-last", "1").status == 0)
        let accept = try await project.run("accept", "--all")
        #expect(accept.status == 0 && accept.output.contains("written: "), "\(accept)")
        #expect(accept.complaints.contains("does not have what this was about, run "), "\(accept)")
        #expect(try await decisions("tutorial/second") == ["accepted"])
        #expect(try await project.run("store", "check").status == 0)
    }

    /// What is not as accepted has failed, for whoever asks the store later.
    @Test func aFailedCheckHasFailedInTheStore() async throws {
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("accept", "--all").status == 0)
        try project.copy(CheckTests.baseline, replacing: "exit_code: 0", with: "exit_code: 3")
        #expect(try await project.run("check").status == 1)
        let runs = try await project.run("runs")
        #expect(runs.output.contains("✗ 0 of 1 passed"), "\(runs)")
        #expect(try await project.run("report", "latest", "--junit", "later.xml").status == 0)
        let report = try project.text("later.xml")
        #expect(report.contains("failures=\"1\"") && report.contains("not as accepted: 1 suspicious"), "\(report)")
        let again = try await project.run("run", "--last-failed", "--list")
        #expect(again.output.contains(Self.name), "\(again)")
        // Once it is accepted, it passes again.
        #expect(try await project.run("accept", "--all").status == 0)
        #expect(try await project.run("check").status == 0)
        #expect(try await project.run("runs").output.contains("✓ 1 of 1 passed"))
    }

    /// However many there are: all of them count for the rate, and the newest are listed.
    @Test func theRateIsThatOfAllAttempts() async throws {
        #expect(try await project.run("run", "-q", "--repeat", "36").status == 0)
        let all = try await project.run("history", Self.name, "--min-pass-rate", "0.9")
        #expect(all.status == 0 && all.output.contains("36 of 36 passed: 100 %"), "\(all)")
        #expect(all.output.contains("30 attempts in 1 run, and 6 before"), "\(all)")
        let few = try await project.run("history", Self.name, "--min-pass-rate", "0.9", "--limit", "30")
        #expect(few.status == 3 && few.output.contains("30 of 30 passed: 100 %"), "\(few)")
    }

    /// Ids are as long as they have to be in this store.
    @Test func shortIDsNameTheirRuns() async throws {
        for _ in 0..<3 { #expect(try await project.run("run", "-q").status == 0) }
        for arguments in [["history", Self.name, "--limit", "1"], ["runs", "--limit", "1"]] {
            let listed = try await project.run(arguments)
            let row = listed.output.split(separator: "\n").last { $0.contains("passed") && $0.hasPrefix("0") }
            let id = try #require(row?.split(separator: " ").first.map(String.init), "\(listed)")
            let shown = try await project.run("show", id)
            #expect(shown.status == 0, "\(shown)")
        }
    }

    @Test func aRateIsJudgedOrSaidToNeedMore() async throws {
        try await fourRuns()
        let unsure = try await project.run("history", Self.name, "--min-pass-rate", "0.5")
        #expect(unsure.status == 3 && unsure.output.contains("INCONCLUSIVE"), "\(unsure)")
        #expect(unsure.output.contains("more that all pass would show that it does"), "\(unsure)")
        let low = try await project.run("history", Self.name, "--min-pass-rate", "0.01")
        #expect(low.status == 0 && low.output.contains("PASS"), "\(low)")
        let high = try await project.run("history", Self.name, "--min-pass-rate", "0.99", "--confidence", "0.8")
        #expect(high.status == 1 && high.output.contains("FAIL"), "\(high)")
        let one = try await project.run("history", Self.name, "--run", "#first", "--min-pass-rate", "1")
        #expect(one.status == 3 && one.output.contains("no number of passes shows"), "\(one)")
    }

    @Test func bisectFindsTheRunInWhichItBegan() async throws {
        try await fourRuns()
        let bisect = try await project.run("bisect", Self.name)
        #expect(bisect.status == 1, "\(bisect)")
        #expect(bisect.output.contains("first different: ") && bisect.output.contains("#worse"), "\(bisect)")
        #expect(bisect.output.contains("turn 6, assistant, text"), "\(bisect)")
        let json = try await project.run("bisect", Self.name, "--good", "#first", "--bad", "#worse", "--format", "json")
        #expect(json.status == 1 && json.output.contains("\"label\": \"worse\""), "\(json)")
        let alike = try await project.run("bisect", Self.name, "--good", "#first", "--bad", "latest~2")
        #expect(alike.status == 0 && alike.output.contains("goes alike"), "\(alike)")
        let masked = try await project.run("bisect", Self.name, "--mask", "regex: TERMINATE|All done")
        #expect(masked.status == 1, "another ending is no text: \(masked)")
    }

    @Test(arguments: [
        (["history", "tutorial/two-agnet"], "did you mean 'tutorial/two-agent'?"),
        (["history", name, "--min-pass-rate", "2"], "--min-pass-rate"),
        (["history", name, "--confidence", "1"], "--confidence"),
        (["history", name, "--run", "nope"], "nope"), (["bisect", name], "one stored attempt"),
        (["bisect", "other"], "no stored run has"),
    ])
    func whatCannotBeAnsweredIsBadInput(arguments: [String], word: String) async throws {
        #expect(try await project.run("run").status == 0)
        let outcome = try await project.run(arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.complaints.contains(word), "\(outcome)")
    }

    @Test func aGoodRunComesBeforeTheBadOne() async throws {
        try await fourRuns()
        let outcome = try await project.run("bisect", Self.name, "--good", "latest", "--bad", "#first")
        #expect(outcome.status == 2 && outcome.complaints.contains("older run as --good"), "\(outcome)")
    }

    /// What `history --format json` prints.
    private struct History: Decodable {
        struct Attempt: Decodable {
            let status: String
            let label: String?
            let baseline: Comparison?
        }
        struct Comparison: Decodable {
            let sha256: String
            let suspicious: Int
        }
        struct Review: Decodable {
            let by: String?
            let decision: String
            let baseline_sha256: String?
        }
        struct Rate: Decodable { let total: Int }
        let pass_rate: Rate
        let attempts: [Attempt]
        let reviews: [Review]?
    }
}
