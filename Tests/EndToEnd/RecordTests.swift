import Foundation
import Testing

@Suite struct RecordTests {
    static let local = ["--upstream", "openai=script", "--upstream", "hopx=sandbox"]
    let cassette = ProjectFolder.storyCassette

    @Test func theStoryIsRecordedAndPlays() async throws {
        let project = try ProjectFolder.withStory()
        try FileManager.default.removeItem(atPath: "\(project.path)/\(cassette)")
        let record = try await project.run(["record", "tutorial/two-agent"] + Self.local)
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
        #expect(record.output.contains("recorded \(cassette): 7 interactions"), "\(record)")
        #expect(!project.has(cassette + ".recording"))

        let header = try project.text(cassette).prefix(400)
        #expect(header.contains("openai: {upstream: script, from: script}"), "\(header)")
        #expect(header.contains("hopx: {upstream: sandbox, from: sandbox}"), "\(header)")
        let run = try await project.run("run")
        #expect(run.status == 0, "\(run)")
        let diff = try await project.run("diff", "latest~1", "latest")
        #expect(diff.status == 0, "what was recorded is not what plays: \(diff)")
    }

    @Test func recordingTwiceChangesOnlyIdsAndTimes() async throws {
        let project = try ProjectFolder.withStory()
        var texts: [String] = []
        for _ in 0..<2 {
            let record = try await project.run(["record", "tutorial/two-agent"] + Self.local)
            #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
            texts.append(RecordTests.withoutIdsAndTimes(try project.text(cassette)))
        }
        #expect(texts[0] == texts[1])
        // The shipped one was recorded in the same way.
        let shipped = try ProjectFolder.withStory().text(cassette)
        #expect(texts[0] == RecordTests.withoutIdsAndTimes(shipped))
    }

    static func withoutIdsAndTimes(_ text: String) -> String {
        text.replacing(#/at: [0-9.]+/#, with: "at: T").replacing(
            #/execution_time: [0-9.e-]+/#, with: "execution_time: T"
        )
        .replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]+Z)?/#, with: "DATE")
        // An id that could be a number stands in quotation marks.
        .replacing(#/(id: "?|7777-)[0-9a-f]{18}"?/#, with: "SANDBOX").replacing(#/req_[0-9a-f]{24}/#, with: "REQUEST")
    }

    @Test(arguments: [
        ["openai=sandbox"], ["hopx=here"], ["foo=script"], ["openai"], ["openai="], ["openai=ftp://a/v1"],
        ["openai=/v1"],
        ["openai=script", "openai=script"], [""],
    ])
    func anUpstreamThatIsNoneIsRefused(upstreams: [String]) async throws {
        let project = try ProjectFolder.withStory()
        let before = try project.text(cassette)
        let record = try await project.run(
            ["record", "tutorial/two-agent"] + upstreams.flatMap { ["--upstream", $0] })
        #expect(record.status == 2, "\(record)")
        #expect(record.complaints.hasPrefix("error: ") && record.complaints.contains("--upstream"), "\(record)")
        #expect(record.complaints.contains("\n  expected: ") || record.complaints.contains("twice"), "\(record)")
        #expect(try project.text(cassette) == before && project.files.count == 2, "\(project.files)")
    }

    @Test(arguments: [([], "OPENAI_API_KEY"), (["--upstream", "openai=script"], "HOPX_API_KEY")])
    func withoutTheKeyOfALiveServiceNothingIsTouched(arguments: [String], variable: String) async throws {
        let project = try ProjectFolder.withStory()
        for environment in [[:], [variable: ""]] {
            let record = try await project.run(["record", "tutorial/two-agent"] + arguments, environment: environment)
            #expect(record.status == 2, "\(record)")
            #expect(record.complaints.contains("\(variable) is not set"), "\(record)")
            #expect(record.complaints.contains("\n  fix: "), "\(record)")
            #expect(project.files.count == 2, "\(project.files)")
        }
    }

    @Test func aScenarioWithoutScriptCannotBeScripted() async throws {
        let project = try ProjectFolder.withGreeting()
        let text = try project.text("scenarios/greeting.yaml")
        let script = try #require(text.range(of: "script:\n")?.lowerBound)
        let expect = try #require(text.range(of: "expect:\n")?.lowerBound)
        try project.write(String(text[..<script] + text[expect...]), to: "scenarios/greeting.yaml")
        let record = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(record.status == 2, "\(record)")
        #expect(
            record.complaints.contains("script") && record.complaints.contains("scenarios/greeting.yaml"), "\(record)")
        #expect(!project.has("cassettes/greeting.yaml.recording"))
    }

    @Test func aFolderOfScenariosIsNotOne() async throws {
        let project = try ProjectFolder.withStory()
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        let record = try await project.run(["record", "scenarios"] + Self.local)
        #expect(record.status == 2, "\(record)")
        #expect(record.complaints.contains("'scenarios' names 2 scenarios"), "\(record)")
    }

    @Test func aFailedExpectationLeavesTheRecordingBesideTheOldCassette() async throws {
        let project = try ProjectFolder.withGreeting()
        let first = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(first.status == 0, "\(first)")
        let before = try project.text("cassettes/greeting.yaml")
        try project.copy(
            "scenarios/greeting.yaml", replacing: "ended_by: termination_message", with: "turns: {exactly: 99}")

        let record = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(record.status == 1, "\(record)")
        #expect(record.complaints.contains("understudy cassette adopt greeting"), "\(record)")
        #expect(record.output.contains("turns: {exactly: 99}"), "\(record)")
        #expect(try project.text("cassettes/greeting.yaml") == before)
        #expect(try project.text("cassettes/greeting.yaml.recording").contains("interaction: 2"))

        let adopt = try await project.run("cassette", "adopt", "greeting")
        #expect(adopt.status == 0 && adopt.output.contains("2 interactions"), "\(adopt)")
        #expect(try await project.run("cassette", "verify", "greeting").status == 0)
    }

    @Test func aNewRecordingKeepsAnInterruptedOne() async throws {
        let project = try ProjectFolder.withGreeting()
        try project.write("what was left\n", to: "cassettes/greeting.yaml.recording")
        let record = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
        #expect(try project.text("cassettes/greeting.yaml.recording.old") == "what was left\n")
        #expect(record.complaints.contains("cassettes/greeting.yaml.recording.old"), "nobody was told: \(record)")
    }

    @Test func aSecondRecorderIsTurnedAway() async throws {
        let project = try ProjectFolder.withGreeting()
        let upstream = try StubUpstream { _ in .silence }
        try await project.running(["record", "greeting", "--upstream", "openai=\(upstream.baseURL)"]) { first in
            let file = "\(project.path)/cassettes/greeting.yaml.recording"
            _ = try await onThread { eventually { FileManager.default.fileExists(atPath: file) ? true : nil } }
            let second = try await project.run("record", "greeting", "--upstream", "openai=script")
            #expect(second.status == 4, "\(second)")
            #expect(second.complaints.contains("another understudy is recording"), "\(second)")
            let adopt = try await project.run("cassette", "adopt", "greeting")
            #expect(adopt.status == 4, "\(adopt)")
            #expect(first.exitCode == nil, "the first recorder ended: \(first.complaints)")
        }
    }

    @Test func aLiveServiceIsRecordedAsSuch() async throws {
        let project = try ProjectFolder.withGreeting()
        let upstream = try StubUpstream { .text($0 == 1 ? "Hello, friend." : "TERMINATE") }
        let record = try await project.run("record", "greeting", "--upstream", "openai=\(upstream.baseURL)")
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
        let header = try project.text("cassettes/greeting.yaml").prefix(300)
        #expect(header.contains("from: live") && header.contains(upstream.baseURL), "\(header)")
        #expect(try await project.run("run").status == 0)
    }

    /// The world failed, not the scenario.
    @Test func aServiceThatIsNotThereIsNamed() async throws {
        let project = try ProjectFolder.withGreeting()
        let (port, socket) = try Loopback.bindUnusedPort()
        defer { close(socket) }
        let record = try await project.run("record", "greeting", "--upstream", "openai=http://127.0.0.1:\(port)/v1")
        #expect(record.status == 4, "\(record)")
        #expect((record.output + record.complaints).contains("127.0.0.1:\(port)"), "\(record)")
    }

    @Test func continuousIntegrationAllowsAnExplicitRecord() async throws {
        let project = try ProjectFolder.withGreeting()
        let record = try await project.run(
            "record", "greeting", "--upstream", "openai=script", environment: ["CI": "true"])
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
    }
}
