import Foundation
import Testing

/// No secret of the environment, and nothing that looks like one, reaches a file of the project.
@Suite struct RecordedSecretsTests {
    static let token = "hunter2-hunter2-hunter2"
    static let environment = ["MY_SERVICE_TOKEN": token, "OPENAI_API_KEY": "sk-proj-abcdefghijklmnopqrstuvwx"]

    /// The story of a scripted model whose code prints what `code` makes; then it repeats what was printed.
    private static func scenario(code: String, message: String = "Go.") -> String {
        """
        understudy: scenario/1
        name: leak
        agents:
          assistant: {kind: assistant, model: gpt-4o, max_retries: 0}
          user: {kind: user_proxy, executor: {kind: hopx}}
        conversation:
          two_agent: {from: user, to: assistant, message: \(message)}
        script:
          rules:
          - when: {request: 1}
            reply:
              text: |-
                ```python
                \(code)
                ```
          - reply: {text: TERMINATE}
        """
    }

    private func record(_ project: ProjectFolder) async throws -> ProjectFolder.Outcome {
        try await project.run(
            "record", "leak", "--verbose", "--upstream", "openai=script", "--upstream", "hopx=sandbox",
            environment: Self.environment)
    }

    @Test func theEnvironmentLeavesNoTrace() async throws {
        let project = try ProjectFolder.withStory()
        let record = try await project.run(
            ["record", "tutorial/two-agent"] + RecordTests.local, environment: Self.environment)
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
        for secret in Self.environment.values { #expect(try project.files(containing: secret) == []) }
    }

    @Test func recordedCodeDoesNotSeeTheEnvironment() async throws {
        let project = try ProjectFolder()
        try project.write(
            Self.scenario(code: "import os; print(sorted(k for k in os.environ if 'TOKEN' in k or 'API_KEY' in k))"),
            to: "scenarios/leak.yaml")
        let record = try await record(project)
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
        #expect(try project.text("cassettes/leak.yaml").contains("stdout: |\n      []\n"))
        #expect(try project.files(containing: Self.token) == [])
    }

    /// The answer is cut out of the recording; the next request cannot be, as it would no longer be found.
    @Test func aTokenThatCodePrintsIsRefusedByItsName() async throws {
        let project = try ProjectFolder()
        try project.write(Self.scenario(code: "print('-'.join(['hunter2'] * 3))"), to: "scenarios/leak.yaml")
        let record = try await record(project)
        #expect(record.status == 1, "\(record)")
        #expect(record.complaints.contains("MY_SERVICE_TOKEN"), "\(record)")
        #expect(try project.files(containing: Self.token) == [])
        #expect(!(record.output + record.complaints).contains(Self.token), "\(record)")
        #expect(try project.text("cassettes/leak.yaml.recording").contains("<redacted:MY_SERVICE_TOKEN>"))
    }

    @Test func aTokenInTheScenarioIsRefusedByItsName() async throws {
        let project = try ProjectFolder()
        try project.write(
            Self.scenario(code: "print(1)", message: "My password is \(Self.token)."), to: "scenarios/leak.yaml")
        let record = try await record(project)
        #expect(record.status == 1, "\(record)")
        #expect(record.complaints.contains("MY_SERVICE_TOKEN"), "\(record)")
        // The first message is the system's.
        #expect(record.complaints.contains("$.messages[1].content"), "\(record)")
        // The scenario itself is the user's.
        #expect(try project.files(containing: Self.token) == ["scenarios/leak.yaml"])
    }

    @Test func whatLooksLikeAKeyIsReplacedAndPlays() async throws {
        let project = try ProjectFolder()
        try project.write(Self.scenario(code: "print('sk-' + 'abcd' * 8)"), to: "scenarios/leak.yaml")
        let record = try await record(project)
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
        #expect(try project.text("cassettes/leak.yaml").contains("<redacted:openai-key>"))
        #expect(try project.files(containing: "sk-abcdabcd") == [])
        let run = try await project.run("run")
        #expect(run.status == 0, "\(run)")
        #expect(try project.files(containing: "sk-abcdabcd") == [])
    }
}
