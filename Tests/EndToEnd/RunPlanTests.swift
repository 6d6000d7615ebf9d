import Foundation
import Testing

/// What `run` performs of many scenarios, how often, how many at a time, and what is left of a run that was cut short.
@Suite struct RunPlanTests {
    struct Attempt: Decodable, Equatable {
        let scenario: String
        let status: String
        var repetition: Int?
        var retry: Int?
        let turns: Int
    }

    private struct Run: Decodable {
        let id: String
        let status: String
        let attempts: [Attempt]
    }

    private func decoded(_ outcome: ProjectFolder.Outcome) throws -> Run {
        try JSONDecoder().decode(Run.self, from: Data(outcome.output.utf8))
    }

    /// All transcripts of the latest run, in its order.
    private func transcripts(_ project: ProjectFolder) async throws -> [Data] {
        let shown = try await project.run("show", "latest", "--format", "json")
        let value = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        return try (value?["attempts"] as? [[String: Any]] ?? []).map {
            try JSONSerialization.data(withJSONObject: $0["transcript"] ?? "", options: .sortedKeys)
        }
    }

    @Test func manyAtATimeTellTheSameToTheByte() async throws {
        let project = try ProjectFolder.withAllShipped()
        var told: [[Data]] = []
        for jobs in ["1", "4", "16"] {
            let run = try await project.run("run", "--repeat", "10", "--jobs", jobs, "--quiet")
            #expect(run.status == 0, "\(run)")
            told.append(try await transcripts(project))
        }
        #expect(told[0].count == 10 * ShippedScenarioTests.scenarios.count)
        #expect(told[0] == told[1] && told[0] == told[2])
        #expect(Set(told[0]).count == ShippedScenarioTests.scenarios.count)
    }

    @Test func partsHaveEverythingOnce() async throws {
        let project = try ProjectFolder.withAllShipped()
        var names: [String] = []
        for index in 1...3 {
            let run = try decoded(await project.run("run", "--shard", "\(index)/3", "--format", "json"))
            #expect(run.status == "passed")
            names += run.attempts.map(\.scenario)
        }
        #expect(names.sorted() == ShippedScenarioTests.scenarios.sorted())
    }

    @Test func aSystemsVariablesSayWhichPartUnlessTwoDo() async throws {
        let project = try ProjectFolder.withAllShipped()
        let flag = try await project.run("run", "--list", "--shard", "2/3")
        let gitLab = ["CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"]
        let found = try await project.run("run", environment: gitLab)
        #expect(found.complaints.contains("part 2 of 3, as CI_NODE_INDEX=2 CI_NODE_TOTAL=3 says"), "\(found)")
        let listed = try await project.run("run", "--list", environment: gitLab)
        #expect(flag.status == 0 && flag.output == listed.output && !flag.output.isEmpty, "\(flag) \(listed)")
        let two = gitLab.merging(["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "2"]) { first, _ in first }
        let refused = try await project.run("run", environment: two)
        #expect(refused.status == 2 && refused.complaints.contains("two systems say"), "\(refused)")
        #expect(try await project.run("run", "--list", "--shard", "2/3", environment: two).output == flag.output)
    }

    @Test(arguments: [
        (["--grep", "two.agent|tools$"], ["tutorial/tools", "tutorial/two-agent"]),
        (
            ["--tag", "group", "--tag", "!faults"],
            ["tutorial/complete", "tutorial/group-chat", "tutorial/round-robin"]
        ),
        (["--tag", "group", "--grep-invert", "robin"], ["tutorial/complete", "tutorial/group-chat"]),
    ])
    func scenariosAreChosenByNameAndTag(flags: [String], expected: [String]) async throws {
        let project = try ProjectFolder.withAllShipped()
        let run = try decoded(await project.run(["run", "--format", "json"] + flags))
        #expect(run.attempts.map(\.scenario) == expected)
    }

    @Test func nothingSelectedIsAnErrorUnlessItMayBe() async throws {
        let project = try ProjectFolder.withStory()
        let none = try await project.run("run", "--tag", "nobody")
        #expect(none.status == 2 && none.complaints.contains("none of 1 scenarios is selected"), "\(none)")
        #expect(try await project.run("run", "--tag", "nobody", "--pass-with-no-tests").status == 0)
        let bad = try await project.run("run", "--grep", "(")
        #expect(bad.status == 2 && bad.complaints.contains("--grep '(' is no regular expression"), "\(bad)")
    }

    /// A project whose second scenario never passes.
    private func withAFailure() throws -> ProjectFolder {
        let project = try ProjectFolder.withStory()
        for (name, turns) in [("bad", 5), ("good", 6)] {
            try project.copy(
                ProjectFolder.storyScenario, to: "scenarios/\(name).yaml", replacing: "name: two-agent",
                with: "name: other\ncassette: tutorial/two-agent")
            try project.copy(
                "scenarios/\(name).yaml", replacing: "turns: {exactly: 6}", with: "turns: {exactly: \(turns)}")
        }
        return project
    }

    @Test func whatFailedIsPerformedAgainAlone() async throws {
        let project = try withAFailure()
        #expect(try decoded(await project.run("run", "--format", "json")).attempts.count == 3)
        let again = try decoded(await project.run("run", "--last-failed", "--format", "json"))
        #expect(again.attempts.map(\.scenario) == ["bad"])
    }

    @Test func nothingBeginsAfterTheFirstFailure() async throws {
        let project = try withAFailure()
        let run = try decoded(await project.run("run", "-x", "--jobs", "1", "--format", "json"))
        #expect(run.status == "failed" && run.attempts.map(\.scenario) == ["bad"])
    }

    @Test func aScenarioThatPassesAfterARetryIsFlaky() async throws {
        let project = try ProjectFolder()
        try project.write(
            ModeTests.story(questions: 1, expecting: "said: {contains: answer 2}"), to: ModeTests.scenario)
        let upstream = try ScriptedUpstream { asked, client in
            client.write(ScriptedUpstream.message("answer \((asked.number - 1) % 2 + 1)"))
            return true
        }
        let live = ["run", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1"]
        let once = try await project.run(live)
        #expect(once.status == 1, "\(once)")
        _ = try await project.run(live)
        let run = try await project.run(live + ["--retries", "2", "--reporter", "junit=report.xml"])
        #expect(run.status == 0 && run.output.contains("flaky: try 2 passed"), "\(run)")
        #expect(run.output.contains("1 scenario: 1 passed, 1 of them flaky"), "\(run)")
        #expect(try project.text("report.xml").contains("<flakyFailure"))
        let strict = try await project.run(live + ["--retries", "2", "--fail-on-flaky", "--format", "json"])
        #expect(strict.status == 1, "\(strict)")
        #expect(try decoded(strict).attempts.map { $0.retry ?? 0 } == [0, 1])
    }

    @Test func anAttemptThatTakesTooLongIsEndedAndTheRunGoesOn() async throws {
        let project = try ProjectFolder()
        for name in ["a", "b"] {
            try project.write(
                ModeTests.story(questions: 1).replacingOccurrences(of: "Talk to me.", with: "I am \(name)."),
                to: "scenarios/\(name).yaml")
        }
        let upstream = try ScriptedUpstream { asked, client in
            // Never, to the first scenario.
            guard asked.question != "I am a." else {
                Thread.sleep(forTimeInterval: 60)
                return false
            }
            client.write(ScriptedUpstream.message("answer"))
            return true
        }
        let run = try await project.run(
            "run", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1", "--timeout", "2")
        #expect(run.status == 1 && run.output.contains("it took longer than --timeout allows"), "\(run)")
        #expect(run.output.contains("2 scenarios: 1 failed, 1 passed"), "\(run)")
        let shown = try await project.run("show", "latest")
        #expect(shown.output.contains("timed out"), "\(shown)")
    }

    @Test func whatIsNotTheSameTwiceFails() async throws {
        let project = try ProjectFolder.withAllShipped()
        let same = try await project.run("run", "--verify-determinism", "--quiet")
        #expect(same.status == 0, "\(same)")
        try project.write(ModeTests.story(questions: 1), to: ModeTests.scenario)
        let upstream = try ScriptedUpstream { asked, client in
            client.write(ScriptedUpstream.message("answer \(asked.number)"))
            return true
        }
        let other = try await project.run(
            "run", "talk", "--mode", "live", "--upstream", "openai=\(upstream.origin)/v1", "--verify-determinism")
        #expect(other.status == 1 && other.output.contains("performed twice, it did not come out the same"), "\(other)")
        #expect(other.output.contains("first divergence at turn 2, assistant, text"), "\(other)")
    }

    /// Killed at instants that come from a seed; what is missing is performed when the run is taken up again.
    @Test func aKilledRunIsTakenUpAndEndsLikeAnyOther() async throws {
        let project = try ProjectFolder.withAllShipped()
        let flags = ["run", "--repeat", "12", "--jobs", "8"]
        #expect(try await project.run(flags).status == 0)
        let whole = try await stored("latest", in: project).attempts
        var seed: UInt64 = 20_261_126
        for round in 0..<3 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // In the first half, so that plenty is left to be cut short.
            let count = 1 + Int(seed >> 33) % (whole.count / 2)
            let last = "\(whole[count - 1].scenario)#\(whole[count - 1].repetition ?? 1)"
            try await project.running(flags + ["--label", "killed\(round)"]) { process in
                try await process.signal(SIGKILL) { $0.contains(" \(last) ") }
                _ = await process.end()
            }
            let left = try await stored("#killed\(round)", in: project)
            #expect(left.status == "unfinished")
            #expect(left.attempts.count { $0.status == "passed" } >= count)
            #expect(left.attempts.allSatisfy { $0.status == "cut_short" || whole.contains($0) })
            let resumed = try await project.run("run", "--resume", "#killed\(round)")
            #expect(resumed.status == 0, "\(resumed)")
            #expect(resumed.output.contains(": \(whole.count) passed"), "\(resumed)")
            let ended = try await stored("#killed\(round)", in: project)
            #expect(ended.status == "passed" && ended.attempts == whole)
        }
    }

    @Test func aRunThatIsInterruptedSaysHowToGoOn() async throws {
        let project = try ProjectFolder.withAllShipped()
        try await project.running(["run", "--repeat", "200", "--jobs", "2"]) { process in
            try await process.signal(SIGINT) { $0.hasPrefix("✓") }
            #expect(await process.end() == 130)
            #expect(process.complaints.contains("to go on: understudy run --resume "), "\(process.complaints)")
        }
        let run = try await stored("latest", in: project)
        #expect(run.status == "interrupted" && run.attempts.contains { $0.status == "passed" })
        let ended = try await project.run("run", "tutorial/two-agent")
        #expect(ended.status == 0)
        let refused = try await project.run("run", "--resume", "latest")
        #expect(refused.status == 2 && refused.complaints.contains("has ended"), "\(refused)")
    }

    private func stored(_ name: String, in project: ProjectFolder) async throws -> Run {
        struct Shown: Decodable {
            let run: Run
        }
        let shown = try await project.run("show", name, "--format", "json")
        return try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8)).run
    }
}
