import Foundation
import Testing

/// Points of a matrix, programs that are driven, and what bounds an attempt or a whole run.
@Suite struct ScenarioTermsTests {
    private struct Run: Decodable {
        struct Attempt: Decodable {
            let scenario: String
            let status: String
            var repetition: Int?
        }
        let status: String
        let attempts: [Attempt]
    }

    private func decoded(_ outcome: ProjectFolder.Outcome) throws -> Run {
        try JSONDecoder().decode(Run.self, from: Data(outcome.output.utf8))
    }

    private static func story(_ rest: String) -> String {
        """
        understudy: scenario/1
        name: talk
        \(rest)
        agents:
          user: {kind: user_proxy, max_auto_replies: 3, default_reply: Go on.}
          bot:
            kind: assistant
            model: gpt-4o
            system: Be brief.
        conversation:
          two_agent: {from: user, to: bot, message: Talk to me.}
        """
    }

    private static let matrix = story("matrix: {model: [gpt-4o, gpt-4.1]}\nrepeat: 2").replacing(
        "model: gpt-4o\n", with: "model: ${model}\n")

    @Test func eachPointOfAMatrixHasItsOwnCassette() async throws {
        let project = try ProjectFolder()
        try project.write(Self.matrix, to: "scenarios/talk.yaml")
        let upstream = try ScriptedUpstream.echo()
        let recorded = try await project.run(
            "run", "--mode", "record", "--upstream", "openai=\(upstream.origin)/v1")
        #expect(recorded.status == 0, "\(recorded)")
        #expect(try project.text("cassettes/talk/model=gpt-4o.yaml").contains("gpt-4o"))
        #expect(try project.text("cassettes/talk/model=gpt-4_1.yaml").contains("gpt-4.1"))
        let asked = upstream.asked.count
        let run = try decoded(await project.run("run", "--format", "json"))
        #expect(run.status == "passed")
        #expect(
            run.attempts.map { "\($0.scenario)#\($0.repetition ?? 1)" } == [
                "talk[model=gpt-4o]#1", "talk[model=gpt-4o]#2", "talk[model=gpt-4.1]#1", "talk[model=gpt-4.1]#2",
            ])
        let one = try decoded(await project.run("run", "talk[model=gpt-4.1]", "--repeat", "1", "--format", "json"))
        #expect(one.attempts.map(\.scenario) == ["talk[model=gpt-4.1]"])
        let none = try await project.run("run", "talk[model=gpt-5]")
        #expect(none.status == 2 && none.complaints.contains("there is no point [model=gpt-5]"), "\(none)")
        #expect(upstream.asked.count == asked)
        // The recording is served under the point's name, too.
        let accepted = try await project.run("check", "--require-baselines")
        #expect(accepted.status == 1)
        #expect(try await project.run("accept", "--all").status == 0)
        #expect(try await project.run("check", "--require-baselines").status == 0)
    }

    @Test func filesThatOthersExtendAreNoScenarios() async throws {
        let project = try ProjectFolder.withStory()
        let story = try project.text(ProjectFolder.storyScenario)
        try project.write(story, to: "scenarios/_base.yaml")
        try project.write(
            "understudy: scenario/1\nextends: _base.yaml\nname: again\ncassette: tutorial/two-agent\n",
            to: "scenarios/again.yaml")
        let run = try decoded(await project.run("run", "--format", "json"))
        #expect(run.status == "passed")
        #expect(run.attempts.map(\.scenario) == ["again", "tutorial/two-agent"])
    }

    @Test(arguments: [
        ("turns: 3", "limits: {turns: 3} was reached"), ("requests: 2", "limits: {requests: 2} was reached"),
        ("tokens: 25", "limits: {tokens: 25} was passed: 30 were used"),
        ("cost: 0.0001", "limits: {cost: 0.0001} was passed"),
    ])
    func aLimitEndsTheAttemptAndNotTheRun(limit: String, told: String) async throws {
        let project = try ProjectFolder()
        try project.write(Self.story("limits: {\(limit)}"), to: "scenarios/a.yaml")
        try project.write(Self.story(""), to: "scenarios/b.yaml")
        let upstream = try Self.countingUpstream()
        let live = ["run", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1"]
        let run = try await project.run(live + ["--jobs", "1"])
        #expect(run.status == 1 && run.output.contains(told), "\(run)")
        #expect(run.output.contains("2 scenarios: 1 failed, 1 passed"), "\(run)")
        let json = try decoded(await project.run(live + ["--format", "json", "--jobs", "1"]))
        #expect(json.attempts.map(\.status) == ["limit", "passed"])
    }

    /// Answers each request with one more word, for 10 tokens.
    private static func countingUpstream() throws -> ScriptedUpstream {
        try ScriptedUpstream { asked, client in
            client.write(
                ScriptedUpstream.json(
                    #"{"id":"c","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"word"}}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"#
                ))
            return true
        }
    }

    @Test(arguments: [
        (["--max-requests", "5"], "requests: 5"), (["--max-tokens", "55"], "tokens: 55"),
        (["--max-cost", "0.0003"], "cost"),
    ])
    func aBudgetEndsTheRun(flags: [String], told: String) async throws {
        let project = try ProjectFolder()
        for name in ["a", "b", "c"] { try project.write(Self.story(""), to: "scenarios/\(name).yaml") }
        let upstream = try Self.countingUpstream()
        let run = try await project.run(
            ["run", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1", "--jobs", "1"] + flags)
        #expect(run.status == 1 && run.complaints.contains("the run's budget {\(told)"), "\(run)")
        #expect(run.complaints.contains("what had not begun was left out"), "\(run)")
        #expect(upstream.asked.count < 12)
        let replay = try await project.run(["run"] + flags)
        #expect(replay.status == 2 && replay.complaints.contains("--mode replay asks none"), "\(replay)")
    }

    @Test func aScenariosOwnEndpointIsAskedOnlyLive() async throws {
        let project = try ProjectFolder()
        let upstream = try ScriptedUpstream.echo()
        let endpoints = "endpoints: {openai: {url: \(upstream.origin)/v1, key: TEAM_API_KEY}}"
        try project.write(Self.story(endpoints), to: "scenarios/a.yaml")
        let unset = try await project.run("run", "--mode", "record")
        #expect(unset.status == 2 && unset.complaints.contains("TEAM_API_KEY is not set"), "\(unset)")
        let run = try await project.run("run", "--mode", "record", environment: ["TEAM_API_KEY": "sk-team-0123456789"])
        #expect(run.status == 0, "\(run)")
        #expect(upstream.asked.first?.field("authorization") == "Bearer sk-team-0123456789")
        #expect(!(try project.text("cassettes/a.yaml").contains("sk-team")))
        let count = upstream.asked.count
        #expect(try await project.run("run").status == 0)
        #expect(upstream.asked.count == count)
    }

    @Test func whatFailsIsAskedOfTheNextModel() async throws {
        let project = try ProjectFolder()
        let upstream = try ScriptedUpstream { asked, client in
            let body = String(decoding: asked.body, as: UTF8.self)
            guard body.contains(#""model":"spare""#) || body.contains(#""model": "spare""#) else {
                client.write("HTTP/1.1 503 Busy\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
                return true
            }
            client.write(ScriptedUpstream.message("spare answers, \(body.contains("0.25"))"))
            return true
        }
        let story = Self.story(
            "expect: [{said: {by: bot, equals: \"spare answers, true\"}}, {llm_calls: {exactly: 4}}]")
        try project.write(
            story.replacing(
                "model: gpt-4o",
                with: "model: gpt-4o\n    max_retries: 1\n    temperature: 0.25\n    fallbacks: [{model: spare}]"
            )
            .replacing("max_auto_replies: 3", with: "max_auto_replies: 0"),
            to: "scenarios/talk.yaml")
        let recorded = try await project.run("run", "--mode", "record", "--upstream", "openai=\(upstream.origin)/v1")
        #expect(recorded.status == 1 && recorded.output.contains("3 calls of models"), "\(recorded)")
        #expect(!recorded.output.contains("not as expected: said"), "\(recorded)")
    }

    @Test func theCacheAnswersWhatWasAskedBefore() async throws {
        let project = try ProjectFolder()
        let upstream = try ScriptedUpstream.echo()
        let pipeline = Self.story("").replacing(
            "two_agent: {from: user, to: bot, message: Talk to me.}",
            with:
                "pipeline: [{from: user, to: bot, message: Hi., max_turns: 1, summary: none}, {from: user, to: bot, message: Hi., max_turns: 1, exclude: [1]}]"
        )
        let live = ["run", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1"]
        try project.write(pipeline, to: "scenarios/talk.yaml")
        let first = try await project.run(live)
        #expect(first.status == 0, "\(first)")
        #expect(upstream.asked.count == 2)
        try project.write(
            pipeline.replacing("model: gpt-4o", with: "model: gpt-4o\n    cache_seed: 41"), to: "scenarios/talk.yaml")
        #expect(try await project.run(live).status == 0)
        #expect(upstream.asked.count == 3)
    }

    // MARK: Programs

    /// Asks the model once, with what the standard library has, and says what it answered.
    private static let program = """
        import json, os, sys, urllib.request
        body = {"model": "gpt-4o", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": sys.argv[1]}]}
        request = urllib.request.Request(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
            {"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
        print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"], os.environ.get("MOOD"))
        sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
        """

    private static func driven(_ arguments: String, _ expect: String = "- llm_calls: {exactly: 1}") -> String {
        """
        understudy: scenario/1
        name: driven
        agents:
          poet: {kind: assistant, model: gpt-4o, system: Be brief.}
        drive:
          command: [python3, agent.py, \(arguments)]
          environment: {MOOD: fine}
        expect:
        \(expect)
        """
    }

    @Test func aProgramIsRecordedReplayedAndJudged() async throws {
        let project = try ProjectFolder()
        try project.write(Self.program, to: "agent.py")
        try project.write(
            Self.driven("Hello", "- said: {by: poet, contains: answer to Hello}\n- llm_calls: {by: poet, exactly: 1}"),
            to: "scenarios/driven.yaml")
        let upstream = try ScriptedUpstream.echo()
        let recorded = try await project.run("run", "--mode", "record", "--upstream", "openai=\(upstream.origin)/v1")
        #expect(recorded.status == 0, "\(recorded)")
        #expect(upstream.asked.count == 1)
        let run = try await project.run("run", "--repeat", "8", "--jobs", "4")
        #expect(run.status == 0 && upstream.asked.count == 1, "\(run)")
        // What it says is nobody's business as long as all is well.
        #expect(!run.output.contains("fine"), "\(run)")
        try project.write(Self.driven("Hello", "- said: {by: poet, contains: goodbye}"), to: "scenarios/driven.yaml")
        let failed = try await project.run("run")
        #expect(failed.status == 1 && failed.output.contains("answer to Hello"), "\(failed)")
        try project.write(Self.driven("Bye"), to: "scenarios/driven.yaml")
        let missed = try await project.run("run")
        #expect(missed.status == 1 && missed.output.contains("miss: "), "\(missed)")
        try project.write(Self.driven("Hello, 3"), to: "scenarios/driven.yaml")
        let ended = try await project.run("run")
        #expect(ended.status == 1 && ended.output.contains("the command exited with 3"), "\(ended)")
        #expect(ended.output.contains("answer to Hello fine"), "\(ended)")
    }

    @Test func aProgramFromElsewhereNeedsConsent() async throws {
        let project = try ProjectFolder()
        let other = try ProjectFolder()
        try project.write(Self.program, to: "agent.py")
        try other.write(Self.driven("Hello").replacing("drive:", with: "cassette: driven\ndrive:"), to: "driven.yaml")
        let upstream = try ScriptedUpstream.echo()
        let flags = [
            "run", "\(other.path)/driven.yaml", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1",
        ]
        let refused = try await project.run(flags)
        #expect(refused.status == 2 && refused.complaints.contains("--allow-commands"), "\(refused)")
        #expect(upstream.asked.isEmpty)
        #expect(try await project.run(flags + ["--allow-commands"]).status == 0)
    }

    @Test func aProgramThatDoesNotEndIsEnded() async throws {
        let project = try ProjectFolder()
        let asks = Self.program.split(separator: "\n").dropLast().joined(separator: "\n")
        let endless =
            "\(asks)\nopen('pid', 'w').write(str(os.getpid()))\nurllib.request.urlopen(request)\nimport time\ntime.sleep(600)\n"
        try project.write(endless, to: "agent.py")
        try project.write(
            Self.driven("x", "- turns: {at_least: 0}") + "\nlimits: {requests: 1}\n", to: "scenarios/driven.yaml")
        let upstream = try ScriptedUpstream.echo()
        let run = try await project.run("run", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1")
        #expect(run.status == 1 && run.output.contains("limits: {requests: 1} was reached"), "\(run)")
        let id = try #require(pid_t(try project.text("pid")))
        #expect(eventually { kill(id, 0) != 0 ? true : nil } == true)
    }

    @Test func recordingsThatWereNotUsedAndSecondPerformancesAreExpectations() async throws {
        let project = try ProjectFolder.withStory()
        try project.copy(
            ProjectFolder.storyScenario, replacing: "expect:\n",
            with: "expect:\n- all_played: true\n- byte_identical: true\n")
        #expect(try await project.run("run").status == 0)
        try project.copy(
            ProjectFolder.storyScenario, replacing: "max_auto_replies: 10", with: "max_auto_replies: 0")
        let run = try await project.run("run")
        #expect(run.status == 1 && run.output.contains("not as expected: all_played: true"), "\(run)")
    }
}
