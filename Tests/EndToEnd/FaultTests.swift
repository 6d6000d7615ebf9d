import Foundation
import Synchronization
import Testing

/// Faults as clients meet them on a port, and in scenarios; what was done about them is told.
@Suite struct FaultTests {
    let project: ProjectFolder

    init() throws {
        project = try ProjectFolder()
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
    }

    private static let serve = ["--cassette", "two-answers"]

    private func add(_ fault: String, to server: Served) async throws {
        let answer = try await Loopback.send("POST", server.origin + "/_understudy/faults", body: fault)
        #expect(answer.status == 200, "\(answer)")
    }

    private func ask(_ server: Served, body: String = ProjectFolder.question) throws -> RawClient {
        let client = try RawClient(port: server.port)
        client.send(
            Served.head("content-type: application/json", "content-length: \(body.utf8.count)", key: server.key) + body)
        return client
    }

    private func verdict(_ server: Served) async throws -> String {
        try await Loopback.send("GET", server.origin + "/_understudy/verdict").text
    }

    /// The client hears nothing; when it has left, that is noticed, and its next try gets the first recording.
    @Test func aTimedOutClientIsSeenToLeave() async throws {
        try await project.serving(Self.serve) { server in
            try await add(#"{"kind": "timeout"}"#, to: server)
            var client: RawClient? = try ask(server)
            // The server has the request once it is in the journal.
            while try await !Loopback.send("GET", server.origin + "/_understudy/requests").text.contains("fault") {}
            #expect(client?.hasAnswer == false)
            client = nil
            let again = try await server.ask("hello")
            #expect(again.string("choices.0.message.content") == "first")
            let row = try await verdict(server)
            #expect(row.contains(#""fault":"timeout""#) && row.contains(#""reaction":"retried""#), "\(row)")
            #expect(row.contains(#""recovered":true"#), "\(row)")
        }
    }

    @Test func aTimeOutThatIsSatOutEndsInAReset() async throws {
        try await project.serving(Self.serve) { server in
            try await add(#"{"kind": "timeout", "hold": 0.1}"#, to: server)
            let (bytes, end) = try ask(server).readToEnd()
            #expect(bytes.isEmpty)
            #expect(end == .reset)
        }
    }

    /// A client that would wait for longer than anybody else does not keep the server from ending.
    @Test func aServerThatIsEndedKeepsNobodyWaiting() async throws {
        let patience = "3600"
        let waiting = Mutex<RawClient?>(nil)
        let outcome = try await project.serving(Self.serve) { server in
            try await add(#"{"kind": "timeout", "hold": \#(patience)}"#, to: server)
            let client = try ask(server)
            while try await !Loopback.send("GET", server.origin + "/_understudy/requests").text.contains("fault") {}
            waiting.withLock { $0 = client }
        }
        #expect(outcome.status == 0, "\(outcome)")
        let client = try #require(waiting.withLock { $0 })
        #expect(client.readToEnd().end == .reset)
    }

    @Test(arguments: [(#"{"kind": "reset"}"#, RawClient.End.reset), (#"{"drop": true}"#, .reset)])
    func aResetIsOne(fault: String, end: RawClient.End) async throws {
        try await project.serving(Self.serve) { server in
            try await add(fault, to: server)
            let result = try ask(server).readToEnd()
            #expect(result.bytes.isEmpty)
            #expect(result.end == end)
        }
    }

    @Test func aTrickledAnswerComesWhole() async throws {
        try await project.serving(Self.serve) { server in
            try await add(#"{"kind": "trickle", "bytes": 20, "every": 0.001}"#, to: server)
            let (text, isWhole) = try ask(server).readAnswer()
            #expect(isWhole)
            #expect(text.contains("\r\n14\r\n"), "a chunk of twenty bytes: \(text)")
            #expect(try await verdict(server).contains(#""reaction":"waited""#))
            #expect(try await server.said("hello") == "second", "the first one has been taken")
        }
    }

    @Test func aTruncatedCharacterEndsInGoodOrderOrInAReset() async throws {
        try await project.serving(Self.serve) { server in
            try await add(#"{"kind": "truncated_utf8"}"#, to: server)
            let (text, isWhole) = try ask(server).readAnswer()
            #expect(isWhole && text.hasSuffix("\u{FFFD}"), "\(text)")
            try await add(#"{"kind": "truncated_utf8", "drop": true}"#, to: server)
            let cut = try ask(server).readToEnd()
            #expect(cut.end == .reset)
            #expect(cut.bytes.contains(0xC3))
        }
    }

    @Test func aFileOfFaultsIsInForceFromTheStartOfEachSession() async throws {
        try project.write(
            "understudy: faults/1\nfaults:\n- {kind: rate_limit, turn: 1}\n- {kind: reset, session: two-answers.b}\n",
            to: "outage.yaml")
        let outcome = try await project.serving(Self.serve + ["--faults", "outage.yaml"]) { server in
            let limited = try await server.ask("hello")
            #expect(limited.status == 429)
            #expect(try await server.said("hello") == "first")
            #expect(try await server.ask("hello", key: server.key + ".a").status == 429)
        }
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.complaints.contains("2 faults hit"), "\(outcome)")
        #expect(outcome.complaints.contains("rate_limit (429) · us-two-answers, openai request 1 to gpt-4o · retried"))
        #expect(outcome.complaints.contains("us-two-answers.a, openai request 1 to gpt-4o · gave up"))
    }

    @Test func aWrongFileOfFaultsIsToldWithItsPlaces() async throws {
        try project.write("understudy: faults/1\nfaults:\n- {kind: nope}\n- {status: 9}\n", to: "outage.yaml")
        for command in [["serve"] + Self.serve, ["exec"] + Self.serve] {
            let tail = command[0] == "exec" ? ["--", "true"] : []
            let outcome = try await project.run(command + ["--faults", "outage.yaml"] + tail)
            #expect(outcome.status == 2)
            #expect(outcome.complaints.contains("outage.yaml:3:10: error: kind cannot be 'nope'"), "\(outcome)")
            #expect(outcome.complaints.contains("outage.yaml:4:12: error: status cannot be '9'"))
        }
        let absent = try await project.run("serve", "--cassette", "two-answers", "--faults", "none.yaml")
        #expect(absent.status == 2 && absent.complaints.contains("none.yaml"), "\(absent)")
    }

    // MARK: Scenarios

    /// The greeting with the SDK's own retries.
    private func greeting() throws -> ProjectFolder {
        let project = try ProjectFolder.withGreeting()
        let text = ProjectFolder.greeting.replacing("max_retries: 0", with: "max_retries: 2")
        try project.write(text, to: "scenarios/greeting.yaml")
        return project
    }

    private func performed(faults: String) async throws -> (project: ProjectFolder, outcome: ProjectFolder.Outcome) {
        let project = try greeting()
        let recorded = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(recorded.status == 0, "\(recorded)")
        let text = try project.text("scenarios/greeting.yaml")
        try project.write(text + "faults:\n\(faults)", to: "scenarios/greeting.yaml")
        return (project, try await project.run("run", "greeting", "--verbose"))
    }

    /// The tool's own client is the OpenAI SDK's equal; its time is the session's, so every wait is exact.
    @Test(arguments: [
        (
            "- {kind: rate_limit, turn: 1, retry_after: 2}\n",
            [
                "rate_limit (429) · openai request 1 to gpt-4o · retried after 2.00 s, obeyed retry-after (2.00 s), and was"
            ]
        ),
        (
            "- {kind: server_error, times: 2}\n",
            [
                "server_error (500) · openai request 1 to gpt-4o · retried after 0.50 s, 2 times in all, and was answered",
                "server_error (500) · openai request 2 to gpt-4o · retried after 1.00 s, backed off, and was answered",
            ]
        ),
        ("- {kind: reset}\n", ["reset · openai request 1 to gpt-4o · retried after 0.50 s, and was answered"]),
        ("- {kind: timeout, hold: 700}\n", ["timeout · openai request 1 to gpt-4o · retried after 0.50 s"]),
        ("- {kind: slow, delay: 30}\n", ["slow (200) · openai request 1 to gpt-4o · waited for the answer"]),
    ])
    func aScenariosFaultsAreMetAndJudged(faults: String, rows: [String]) async throws {
        let (project, outcome) = try await performed(faults: faults)
        #expect(outcome.status == 0, "\(outcome)")
        // Lines are wrapped to the page.
        let page = { (text: String) in
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        for row in rows { #expect(page(outcome.output).contains(row), "\(row) in \(outcome)") }
        let shown = try await project.run("show", "latest")
        for row in rows { #expect(page(shown.output).contains(row), "\(shown)") }
        let json = try await project.run("show", "latest", "--format", "json")
        #expect(json.output.contains("\"fault_reactions\""), "\(json)")
        // Two runs are alike, waits and all.
        let again = try await project.run("run", "greeting", "--verbose")
        #expect(page(again.output).contains(rows[0]))
        let same = try await project.run("diff", "latest~1", "latest")
        #expect(same.status == 0, "\(same)")
    }

    @Test func aFaultThatIsGivenUpOnFailsTheScenario() async throws {
        let (_, outcome) = try await performed(faults: "- {kind: server_error, times: 3}\n")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.output.contains("3 faults hit") && outcome.output.contains("gave up"), "\(outcome)")
    }

    /// The cassette holds what the service said.
    @Test func faultedAnswersAreNotRecorded() async throws {
        let project = try greeting()
        let text = try project.text("scenarios/greeting.yaml")
        try project.write(text + "faults:\n- {kind: server_error, times: 2}\n", to: "scenarios/greeting.yaml")
        let recorded = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(recorded.status == 0, "\(recorded)")
        #expect(recorded.output.contains("2 faults hit"), "\(recorded)")
        let cassette = try project.text("cassettes/greeting.yaml")
        #expect(!cassette.contains("status: 500") && cassette.contains("Hello, friend."), "\(cassette)")
        try project.write(text, to: "scenarios/greeting.yaml")
        #expect(try await project.run("run", "greeting", "--all-played").status == 0)
    }

    /// Both sides live by the session's clock, so that its hold passes at once, though what is asked has the machine's time.
    @Test(arguments: ["{kind: timeout}", "{kind: slow, delay: 500}"])
    func aFaultsWaitTakesNoTimeWhileRecording(fault: String) async throws {
        let project = try greeting()
        let text = try project.text("scenarios/greeting.yaml")
        try project.write(text + "faults:\n- \(fault)\n", to: "scenarios/greeting.yaml")
        let recorded = try await project.run(
            "run", "greeting", "--mode", "record", "--upstream", "openai=script", "--timeout", "400")
        #expect(recorded.status == 0 && recorded.output.contains("1 fault hit"), "\(recorded)")
        #expect(try project.text("cassettes/greeting.yaml").contains("Hello, friend."))
    }

    @Test func aProgramsVerdictIsStoredWithItsRun() async throws {
        try project.write("understudy: faults/1\nfaults:\n- {kind: rate_limit, retry_after: 0}\n", to: "outage.yaml")
        let program = """
            import json, os, urllib.error, urllib.request
            for _ in range(2):
                request = urllib.request.Request(
                    os.environ["OPENAI_BASE_URL"] + "/chat/completions", data=\(String(reflecting: ProjectFolder.question)).encode(),
                    headers={"authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
                try:
                    urllib.request.urlopen(request).read()
                except urllib.error.HTTPError as error:
                    print(error.code)
            """
        try project.write(program, to: "agent.py")
        let outcome = try await project.run(
            "exec", "--cassette", "two-answers", "--faults", "outage.yaml", "--", "python3", "agent.py")
        #expect(outcome.status == 0 && outcome.output == "429\n", "\(outcome)")
        #expect(outcome.complaints.contains("1 fault hit"), "\(outcome)")
        let shown = try await project.run("show", "latest", "--format", "json")
        #expect(shown.output.contains(#""reaction": "retried""#), "\(shown)")
        #expect(shown.output.contains(#""obeyed_retry_after": true"#))
    }
}
