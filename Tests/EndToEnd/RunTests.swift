import Foundation
import Testing

@Suite struct RunTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func theShippedStoryPasses() async throws {
        let run = try await project.run("run")
        #expect(run.status == 0, "\(run)")
        #expect(run.output.hasPrefix("✓ tutorial/two-agent · 6 turns"), "\(run)")
        #expect(run.output.split(separator: "\n").last?.hasPrefix("1 scenario: 1 passed") == true, "\(run)")
        #expect(run.complaints.isEmpty, "\(run)")
        #expect(try project.text(ProjectFolder.storyCassette).hasPrefix("---\nunderstudy: cassette/1\n"))
    }

    @Test(arguments: [
        ["tutorial/two-agent"], ["tutorial:two-agent"], ["scenarios"], ["scenarios/tutorial/two-agent.yaml"],
    ])
    func scenariosAreNamedByNameFolderOrFile(arguments: [String]) async throws {
        let run = try await project.run(["run"] + arguments)
        #expect(run.status == 0 && run.output.contains("tutorial/two-agent"), "\(run)")
    }

    @Test func continuousIntegrationChangesNothing() async throws {
        let run = try await project.run("run", environment: ["CI": "true"])
        #expect(run.status == 0 && run.output.contains("1 scenario: 1 passed"), "\(run)")
    }

    @Test func verbosePrintsTheConversation() async throws {
        let run = try await project.run("run", "--verbose")
        #expect(run.status == 0)
        for part in [
            "user_proxy → assistant", "Calculate the first 100 prime numbers", "NameError: name 'math' is not defined",
            "Sum: 24133", "TERMINATE", "ended by a termination message",
        ] {
            #expect(run.output.contains(part), "\(part) is missing in \(run)")
        }
    }

    @Test func quietPrintsTheSummaryOnly() async throws {
        let run = try await project.run("run", "--quiet")
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").count == 1 && run.output.hasPrefix("1 scenario: 1 passed"), "\(run)")
    }

    @Test func jsonHasTheAttemptsWithTheirStatus() async throws {
        let run = try await project.run("run", "--format", "json", "--label", "json")
        let value = try JSONDecoder().decode(StoredRun.self, from: Data(run.output.utf8))
        #expect(run.status == 0 && value.status == "passed" && value.label == "json")
        #expect(value.attempts.map(\.scenario) == ["tutorial/two-agent"] && value.attempts.map(\.status) == ["passed"])
    }

    @Test func jsonOfAFailureHasFindingsAndMisses() async throws {
        try project.copy(ProjectFolder.storyScenario, replacing: "temperature: 0", with: "temperature: 0.5")
        let run = try await project.run("run", "--format", "json")
        #expect(run.status == 1)
        let value = try JSONDecoder().decode(StoredRun.self, from: Data(run.output.utf8))
        let attempt = try #require(value.attempts.first)
        #expect(value.status == "failed" && attempt.status == "failed")
        #expect(attempt.misses.first?.contains("temperature") == true && !attempt.findings.isEmpty)
    }

    @Test func oneFailureAmongSeveralScenariosFailsTheRun() async throws {
        try project.copy(
            ProjectFolder.storyScenario, to: "scenarios/other.yaml", replacing: "name: two-agent",
            with: "name: other\ncassette: tutorial/two-agent")
        try project.copy("scenarios/other.yaml", replacing: "turns: {exactly: 6}", with: "turns: {exactly: 5}")
        let run = try await project.run("run")
        #expect(run.status == 1)
        #expect(run.output.contains("2 scenarios: 1 failed, 1 passed"), "\(run)")
        let lines = try project.text("scenarios/other.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("{exactly: 5}") }) + 1
        #expect(run.output.contains("not as expected: turns: {exactly: 5}"), "\(run)")
        #expect(run.output.contains("scenarios/other.yaml:\(line):3"), "\(run)")
    }

    @Test func aRunWithoutScenariosSaysWhereItLooked() async throws {
        let empty = try ProjectFolder()
        let run = try await empty.run("run")
        #expect(run.status == 2)
        #expect(run.complaints.hasPrefix("error: ") && run.complaints.contains("scenarios"), "\(run)")
        #expect(run.complaints.contains("fix: "), "\(run)")
    }

    @Test(arguments: ["nope", "scenarios/nope.yaml"])
    func aScenarioThatIsNotThereIsBadInput(name: String) async throws {
        let run = try await project.run("run", name)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.complaints.hasPrefix("error: ") && run.complaints.contains(name), "\(run)")
    }

    @Test func aMisspelledNameIsToldWhatThereIs() async throws {
        let run = try await project.run("run", "tutorial/two-agnet")
        #expect(run.status == 2)
        #expect(run.complaints.contains("tutorial/two-agent"), "\(run)")
    }
}

/// What `run --format json` prints.
struct StoredRun: Decodable {
    struct Attempt: Decodable {
        let scenario: String
        let status: String
        let turns: Int
        let findings: [String]
        let misses: [String]
    }

    let id: String
    let status: String
    let label: String?
    let attempts: [Attempt]
}
