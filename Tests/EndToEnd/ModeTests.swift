import Foundation
import Testing

/// What each mode asks live, what it keeps, and when: the same words in `run`, `exec` and `serve`.
@Suite struct ModeTests {
    /// A conversation of so many questions.
    static func story(questions: Int, expecting expectation: String = "ended_by: max_consecutive_auto_reply") -> String
    {
        """
        understudy: scenario/1
        name: talk
        agents:
          assistant: {kind: assistant, model: gpt-4o, max_retries: 0}
          user: {kind: user_proxy, default_reply: Go on., max_auto_replies: \(questions - 1)}
        conversation:
          two_agent: {from: user, to: assistant, message: Talk to me.}
        expect:
        - \(expectation)

        """
    }

    static let scenario = "scenarios/talk.yaml"

    /// Asks the model what its arguments say, each alone; ends with the first one as its exit code.
    static let program = """
        import json, os, sys, urllib.error, urllib.request
        for text in sys.argv[2:]:
            body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}).encode()
            headers = {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"}
            request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", body, headers)
            try:
                print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
            except urllib.error.HTTPError as error:
                print(error.code)
        sys.exit(int(sys.argv[1]))

        """

    let project: ProjectFolder
    let upstream: ScriptedUpstream

    init() throws {
        project = try ProjectFolder()
        try project.write(Self.program, to: "ask.py")
        // Never the same answer twice, so that an answer that was asked for again is seen.
        upstream = try ScriptedUpstream { asked, client in
            client.write(ScriptedUpstream.message("answer \(asked.number)"))
            return true
        }
    }

    private var live: [String] { ["--upstream", "openai=\(upstream.origin)/v1"] }

    private func run(_ arguments: String...) async throws -> ProjectFolder.Outcome {
        try await project.run(["run", "talk"] + arguments + live)
    }

    private func exec(_ mode: String, exit: Int = 0, asking texts: String...) async throws -> ProjectFolder.Outcome {
        try await project.run(
            ["exec", "--cassette", "talk", "--mode", mode] + live + ["--", "python3", "ask.py", "\(exit)"] + texts)
    }

    /// The numbers of a cassette's interactions, in the order of the file.
    private func numbers(_ file: String = ProjectFolder.talk) throws -> [Int] {
        try project.text(file).matches(of: #/(?m)^interaction: (\d+)$/#).compactMap { Int($0.1) }
    }

    /// All that a cassette holds below its header.
    private func interactions() throws -> String {
        let text = try project.text(ProjectFolder.talk)
        return String(text[try #require(text.range(of: "...\n")).upperBound...])
    }

    // MARK: once

    @Test func onceRecordsWhatIsAbsentAndReplaysAfter() async throws {
        try project.write(Self.story(questions: 3), to: Self.scenario)
        let first = try await run("--mode", "once")
        #expect(
            first.status == 0 && first.output.contains("recorded \(ProjectFolder.talk): 3 interactions"), "\(first)")
        let recorded = try project.text(ProjectFolder.talk)
        for arguments in [["--mode", "once"], []] {
            let again = try await project.run(["run", "talk"] + arguments + live)
            #expect(again.status == 0 && !again.output.contains("recorded"), "\(again)")
        }
        #expect(upstream.asked.count == 3)
        #expect(try project.text(ProjectFolder.talk) == recorded)
        #expect(project.files.filter { $0.hasPrefix("cassettes/") } == [ProjectFolder.talk])
    }

    @Test func onceDoesNotRecordWhatACassetteLacks() async throws {
        try project.write(Self.story(questions: 1), to: Self.scenario)
        #expect(try await run("--mode", "once").status == 0)
        try project.write(Self.story(questions: 2), to: Self.scenario)
        let again = try await run("--mode", "once")
        #expect(again.status == 1 && again.output.contains("✗ miss: "), "\(again)")
        #expect(upstream.asked.count == 1)
    }

    @Test func aProgramIsRecordedOnce() async throws {
        let first = try await exec("once", asking: "hello", "goodbye")
        #expect(first.status == 0 && first.output == "answer 1\nanswer 2\n", "\(first)")
        let recorded = try project.text(ProjectFolder.talk)
        let again = try await exec("once", asking: "hello", "goodbye")
        #expect(again.status == 0 && again.output == first.output, "\(again)")
        #expect(upstream.asked.count == 2)
        #expect(try project.text(ProjectFolder.talk) == recorded)
    }

    @Test func aServerRecordsOnce() async throws {
        for expected in [["answer 1", "answer 2"], ["answer 1", "answer 2"]] {
            let serve = try await project.serving(["--cassette", "talk", "--mode", "once"] + live) { server in
                let said = try await [server.said("hello"), server.said("goodbye")]
                #expect(said == expected)
            }
            #expect(serve.status == 0, "\(serve)")
        }
        #expect(upstream.asked.count == 2)
        #expect(try numbers() == [1, 2])
    }

    // MARK: new

    @Test func newRecordsWhatIsMissingAndKeepsWhatIsThere() async throws {
        try project.write(Self.story(questions: 2), to: Self.scenario)
        #expect(try await run("--mode", "new").status == 0)
        let old = try project.text(ProjectFolder.talk)
        try project.write(Self.story(questions: 4), to: Self.scenario)
        let new = try await run("--mode", "new", "--verbose")
        #expect(new.status == 0 && new.output.contains("recorded \(ProjectFolder.talk)"), "\(new)")
        for text in ["answer 1", "answer 2", "answer 3", "answer 4"] { #expect(new.output.contains(text), "\(new)") }
        #expect(upstream.asked.count == 4)
        #expect(try project.text(ProjectFolder.talk).hasPrefix(old))
        #expect(try numbers() == [1, 2, 3, 4])

        let replay = try await run("--all-played")
        #expect(replay.status == 0, "\(replay)")
        #expect(upstream.asked.count == 4)
        let verify = try await project.run("cassette", "verify", "talk")
        #expect(verify.status == 0 && verify.output.contains("4 interactions"), "\(verify)")
    }

    @Test func newWithNothingMissingChangesNoByte() async throws {
        try project.write(Self.story(questions: 2), to: Self.scenario)
        #expect(try await run("--mode", "record").status == 0)
        // What people wrote stays, too.
        try project.copy(ProjectFolder.talk, replacing: "...\n", with: "...\n# Reviewed.\n")
        let old = try project.text(ProjectFolder.talk)
        let new = try await run("--mode", "new")
        #expect(new.status == 0, "\(new)")
        #expect(try project.text(ProjectFolder.talk) == old)
        #expect(upstream.asked.count == 2)
    }

    @Test func aFailedNewLeavesTheCassetteAsItWas() async throws {
        #expect(try await exec("record", asking: "hello").status == 0)
        let old = try project.text(ProjectFolder.talk)
        let new = try await exec("new", exit: 7, asking: "hello", "goodbye")
        #expect(new.status == 7 && new.output == "answer 1\nanswer 2\n", "\(new)")
        #expect(new.complaints.contains("understudy cassette adopt talk"), "\(new)")
        #expect(try project.text(ProjectFolder.talk) == old)
        let adopt = try await project.run("cassette", "adopt", "talk")
        #expect(adopt.status == 0, "\(adopt)")
        #expect(try numbers() == [1, 2] && (try project.text(ProjectFolder.talk)).hasPrefix(old))
    }

    /// The same request twice: the second one is recorded beside the first.
    @Test func newRecordsAnEqualRequestThatIsUsedUp() async throws {
        #expect(try await exec("record", asking: "hello").status == 0)
        let new = try await exec("new", asking: "hello", "hello")
        #expect(new.status == 0 && new.output == "answer 1\nanswer 2\n", "\(new)")
        let replay = try await exec("replay", asking: "hello", "hello")
        #expect(replay.status == 0 && replay.output == new.output, "\(replay)")
        #expect(upstream.asked.count == 2)
    }

    @Test func aServerRecordsWhatIsNew() async throws {
        for (texts, expected) in [(["a"], ["answer 1"]), (["a", "b"], ["answer 1", "answer 2"])] {
            let serve = try await project.serving(["--cassette", "talk", "--mode", "new"] + live) { server in
                for (text, answer) in zip(texts, expected) {
                    let said = try await server.said(text)
                    #expect(said == answer)
                }
            }
            #expect(serve.status == 0, "\(serve)")
        }
        #expect(upstream.asked.count == 2)
        #expect(try numbers() == [1, 2])
    }

    // MARK: record

    @Test func recordReplacesOnlyOnSuccess() async throws {
        try project.write(Self.story(questions: 2), to: Self.scenario)
        #expect(try await run("--mode", "record").status == 0)
        let old = try project.text(ProjectFolder.talk)
        #expect(old.contains("answer 1"))

        try project.write(Self.story(questions: 2, expecting: "turns: {exactly: 99}"), to: Self.scenario)
        let failed = try await run("--mode", "record")
        #expect(failed.status == 1 && failed.complaints.contains("understudy cassette adopt talk"), "\(failed)")
        #expect(try project.text(ProjectFolder.talk) == old)
        #expect(try numbers(ProjectFolder.talk + ".recording") == [1, 2])

        try project.write(Self.story(questions: 2), to: Self.scenario)
        let passed = try await run("--mode", "record")
        #expect(passed.status == 0, "\(passed)")
        let new = try project.text(ProjectFolder.talk)
        #expect(new.contains("answer 5") && new.contains("answer 6") && !new.contains("answer 1}"))
        #expect(!project.has(ProjectFolder.talk + ".recording"))
    }

    @Test func aProgramThatFailsReplacesNothing() async throws {
        #expect(try await exec("record", asking: "hello").status == 0)
        let old = try project.text(ProjectFolder.talk)
        let failed = try await exec("record", exit: 3, asking: "hello")
        #expect(failed.status == 3 && failed.output == "answer 2\n", "\(failed)")
        #expect(failed.complaints.contains("understudy cassette adopt talk"), "\(failed)")
        #expect(try project.text(ProjectFolder.talk) == old)
        let passed = try await exec("record", asking: "hello")
        #expect(passed.status == 0 && passed.output == "answer 3\n", "\(passed)")
        #expect(try project.text(ProjectFolder.talk).contains("answer 3"))
    }

    // MARK: live

    @Test func liveKeepsOnlyTheTranscript() async throws {
        try project.write(Self.story(questions: 2), to: Self.scenario)
        #expect(try await run("--mode", "record").status == 0)
        let old = try project.text(ProjectFolder.talk)
        let live = try await run("--mode", "live")
        #expect(live.status == 0, "\(live)")
        let shown = try await project.run("show", "latest")
        #expect(shown.status == 0 && shown.output.contains("answer 4"), "\(shown)")

        let program = try await exec("live", asking: "hello")
        #expect(program.status == 0 && program.output == "answer 5\n", "\(program)")
        #expect(try await project.run("show", "latest").output.contains("answer 5"))
        try await project.serving(["--cassette", "talk", "--mode", "live"] + self.live) { server in
            let said = try await server.said("hello")
            #expect(said == "answer 6")
        }
        #expect(try project.text(ProjectFolder.talk) == old)
        #expect(project.files.filter { $0.hasPrefix("cassettes/") } == [ProjectFolder.talk])
        #expect(try project.files(containing: "answer 6") == [])
    }

    // MARK: script

    @Test func aScriptNeedsNoCassetteNoKeyAndNoUpstream() async throws {
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        let run = try await project.run("run", "greeting", "--mode", "script")
        #expect(run.status == 0 && run.output.contains("1 scenario: 1 passed"), "\(run)")
        let exec = try await project.run(
            "exec", "--mode", "script", "--script", "scenarios/greeting.yaml", "--cassette", "none", "--", "python3",
            "ask.py", "0", "hello", "more")
        #expect(exec.status == 0 && exec.output == "Hello, friend.\nTERMINATE\n", "\(exec)")
        #expect(project.files.filter { $0.hasPrefix("cassettes/") } == [])
    }

    @Test func aServerPlaysAScript() async throws {
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        let serve = try await project.serving([
            "--cassette", "none", "--mode", "script", "--script", "scenarios/greeting.yaml", "--upstream",
            "openai=script",
        ]) { server in
            let said = try await [server.said("hi"), server.said("more")]
            #expect(said == ["Hello, friend.", "TERMINATE"])
        }
        #expect(serve.status == 0, "\(serve)")
        #expect(project.files.filter { $0.hasPrefix("cassettes/") } == [])
    }

    @Test func keysSelectSessionsOfAScript() async throws {
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        let flags = ["--cassette", "none", "--mode", "script", "--script", "scenarios/greeting.yaml"]
        try await project.serving(flags) { server in
            for key in ["us-ada", "us-bob", "us-ada.2", server.key] {
                let said = try await server.said("hi", key: key)
                #expect(said == "Hello, friend.", "\(key)")
            }
            let said = try await server.said("more", key: "us-bob")
            #expect(said == "TERMINATE")
        }
        // Sandboxes really run code, and a named service is not on this machine: those want the printed key.
        try await project.serving(flags + ["--upstream", "http:docs=\(upstream.origin)"]) { server in
            for path in ["/v1/sandboxes", "/to/docs/page"] {
                for (key, isAccepted) in [("us-ada", false), ("none", false), (server.key, true)] {
                    let answer = try await Loopback.send(
                        "GET", server.origin + path, headers: ["x-api-key": key], body: "")
                    #expect((answer.status != 401) == isAccepted, "\(path) \(key): \(answer.status)")
                }
            }
            let said = try await server.said("hi", key: "us-ada")
            #expect(said == "Hello, friend.")
        }
    }

    // MARK: The header, leftovers, recordings that are used up

    @Test func theHeaderNamesWhatWasRecorded() async throws {
        let serve = try await project.serving(
            ["--cassette", "talk", "--mode", "record", "--upstream", "anthropic=\(upstream.origin)"] + live
                + ["--upstream", "http:docs=\(upstream.origin)/docs"]
        ) { server in
            #expect(try await server.said("hello") == "answer 1")
            let page = try await Loopback.send(
                "GET", server.origin + "/to/docs/page", headers: ["authorization": "Bearer \(server.key)"])
            #expect(page.status == 200, "\(page.text)")
        }
        #expect(serve.status == 0, "\(serve)")
        let text = try project.text(ProjectFolder.talk)
        let header = text[..<(try #require(text.range(of: "...\n")).lowerBound)]
        #expect(header.contains("openai: {upstream: \"\(upstream.origin)/v1\", from: live}"), "\(header)")
        #expect(header.contains("http: {upstream: \"\(upstream.origin)/docs\", from: live}"), "\(header)")
        #expect(!header.contains("anthropic"), "nothing was recorded of it: \(header)")
    }

    @Test func recordingsThatWereNotPlayedFailWhenAsked() async throws {
        try project.write(Self.story(questions: 3), to: Self.scenario)
        #expect(try await run("--mode", "record").status == 0)
        try project.write(Self.story(questions: 1), to: Self.scenario)
        let lenient = try await run()
        #expect(lenient.status == 0, "\(lenient)")
        let strict = try await run("--all-played")
        #expect(strict.status == 1, "\(strict)")
        #expect(strict.output.contains(#/\b2\b.*openai POST \/v1\/chat\/completions/#), "\(strict)")
        #expect(strict.output.contains(#/\b3\b.*openai POST \/v1\/chat\/completions/#), "\(strict)")
        #expect(upstream.asked.count == 3)
    }

    @Test(arguments: [
        (["--used-up", "error"], "first\nsecond\n422\n", 1), ([], "first\nsecond\n422\n", 1),
        (["--used-up", "last"], "first\nsecond\nsecond\n", 0), (["--used-up", "cycle"], "first\nsecond\nfirst\n", 0),
    ])
    func whatComesAfterTheLastRecordingIsChosen(flags: [String], output: String, status: Int32) async throws {
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
        let exec = try await project.run(
            ["exec", "--cassette", "two-answers"] + flags + ["--", "python3", "ask.py", "0", "hello", "hello", "hello"])
        #expect(exec.status == status && exec.output == output, "\(exec)")
    }
}
