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

    // MARK: Spellings

    private static let spelled = "k3y/with+odd=signs?and&more"
    private static let base64 = Data("user:\(spelled)".utf8).base64EncodedString()

    /// In an answer, in a stream cut inside the secret, in a header field, and in an error message.
    @Test func aKnownKeyIsCutOutHoweverItIsSpelled() async throws {
        let project = try ProjectFolder()
        let spellings = [
            Self.spelled, #"k3y\/with+odd=signs?and&more"#, "k3y%2Fwith%2Bodd%3Dsigns%3Fand%26more",
            #"k3y\u002fwith\u002bodd\u003dsigns?and\u0026more"#, Self.base64,
        ]
        let upstream = try ScriptedUpstream { asked, client in
            guard asked.question == "stream" else {
                let body = #"{"error":{"message":"\#(spellings.joined(separator: " | "))"}}"#
                client.write(
                    "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nx-echo: \(spellings[2]) \(Self.base64)\r\n"
                        + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
                return true
            }
            client.write(ScriptedUpstream.eventStream)
            for spelling in spellings {
                let text = #"data: {"choices":[{"delta":{"content":"\#(spelling)"}}]}"# + "\n\n"
                client.write(ScriptedUpstream.chunk(String(text.prefix(50))))
                client.write(ScriptedUpstream.chunk(String(text.dropFirst(50))))
            }
            client.write(ScriptedUpstream.chunk("data: [DONE]\n\n") + "0\r\n\r\n")
            return true
        }
        let serve = try await project.serving(
            ProjectFolder.recordingTalk(from: upstream.origin + "/v1"), environment: ["OPENAI_API_KEY": Self.spelled]
        ) { server in
            for question in ["error", "stream"] {
                // The client gets what the service said.
                let answer = try await server.ask(question)
                for spelling in spellings { #expect(answer.text.contains(spelling), "\(answer.text)") }
            }
        }
        #expect(serve.status == 0, "\(serve)")
        for spelling in spellings {
            #expect(try project.files(containing: spelling) == [])
            #expect(!"\(serve)".contains(spelling))
        }
        // Nor does a part of one that says enough.
        for part in ["signs?and", "signs%3F", String(Self.base64.dropFirst(12).prefix(12))] {
            #expect(try project.files(containing: part) == [])
        }
        let text = try project.text(ProjectFolder.talk)
        #expect(text.matches(of: /<redacted:OPENAI_API_KEY>/).count == 12, "\(text)")
    }

    @Test(arguments: [base64, "k3y%2Fwith%2Bodd%3Dsigns%3Fand%26more"])
    func aRequestWithASpelledKeyIsRefused(spelling: String) async throws {
        let project = try ProjectFolder()
        let upstream = try ScriptedUpstream.echo()
        let serve = try await project.serving(
            ProjectFolder.recordingTalk(from: upstream.origin + "/v1"), environment: ["OPENAI_API_KEY": Self.spelled]
        ) { server in _ = try await server.ask("my key is \(spelling)") }
        #expect(serve.status == 1 && serve.complaints.contains("$.messages[0].content"), "\(serve)")
        #expect(try project.files(containing: spelling) == [] && !"\(serve)".contains(spelling))
    }

    @Test func whatAToolIsAuthorizedWithIsCutOutAndPlays() async throws {
        let project = try ProjectFolder()
        let upstream = try ScriptedUpstream.echo()
        func body(_ secret: String) -> String {
            #"{"model":"gpt-4o","messages":[{"role":"user","content":"go"}],"tools":[{"type":"mcp","server_url":"https://m","#
                + #""authorization":"\#(secret)","headers":{"x-key":"\#(secret)2"}}]}"#
        }
        func ask(_ server: Served, _ secret: String) async throws -> Int {
            try await Loopback.send(
                "POST", server.origin + "/v1/chat/completions", headers: ["authorization": "Bearer \(server.key)"],
                body: body(secret)
            ).status
        }
        try await project.serving(ProjectFolder.recordingTalk(from: upstream.origin + "/v1")) { server in
            let status = try await ask(server, "planted-tool-token")
            #expect(status == 200)
        }
        #expect(upstream.asked.map(\.body) == [Array(body("planted-tool-token").utf8)])
        #expect(try project.files(containing: "planted-tool-token") == [])
        try await project.serving(["--cassette", "talk"]) { server in
            let status = try await ask(server, "another-machines-token")
            #expect(status == 200)
        }
    }
}
