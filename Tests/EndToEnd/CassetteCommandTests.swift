import Foundation
import Testing

@Suite struct CassetteCommandTests {
    let project: ProjectFolder
    let cassette = ProjectFolder.storyCassette

    init() throws { project = try .withStory() }

    @Test(arguments: [[], ["tutorial/two-agent"], ["tutorial:two-agent"], ["cassettes/tutorial/two-agent.yaml"]])
    func verifyCountsWhatItRead(arguments: [String]) async throws {
        let verify = try await project.run(["cassette", "verify"] + arguments)
        #expect(verify.status == 0, "\(verify)")
        #expect(verify.output == "\(cassette): 7 interactions, all keys fit\n")
    }

    @Test func verifySaysWhenThereIsNothingToVerify() async throws {
        let verify = try await ProjectFolder().run("cassette", "verify")
        #expect(!(verify.output + verify.complaints).isEmpty, "\(verify)")
    }

    @Test func verifyTellsOfGoodAndBadOnes() async throws {
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
        try project.copy(cassette, replacing: "timeout_seconds: 300}", with: "timeout_seconds: 400}")
        let verify = try await project.run("cassette", "verify")
        #expect(verify.status == 2)
        #expect(verify.output.contains("cassettes/two-answers.yaml: 2 interactions"), "\(verify)")
        #expect(verify.complaints.contains("error: stale key"), "\(verify)")
    }

    @Test func rekeyMakesAnEditedCassettePlay() async throws {
        for file in [cassette, ProjectFolder.storyScenario] {
            try project.copy(file, replacing: "You are a helpful AI assistant", with: "You are a helpful assistant")
        }
        #expect(try await project.run("run").status == 2)
        let before = try project.text(cassette)
        let rekey = try await project.run("cassette", "rekey", "tutorial/two-agent")
        #expect(rekey.status == 0 && rekey.output == "\(cassette): 3 keys changed\n", "\(rekey)")
        let changed = zip(before.split(separator: "\n"), try project.text(cassette).split(separator: "\n")).filter {
            $0 != $1
        }
        #expect(changed.count == 3 && changed.allSatisfy { $0.0.hasPrefix("key: ") && $0.1.hasPrefix("key: ") })
        let run = try await project.run("run")
        #expect(run.status == 0, "\(run)")
    }

    @Test func rekeyLeavesAGoodCassetteAlone() async throws {
        let before = try project.text(cassette)
        let rekey = try await project.run("cassette", "rekey", cassette)
        #expect(rekey.status == 0 && rekey.output == "\(cassette): 0 keys changed\n", "\(rekey)")
        #expect(try project.text(cassette) == before)
    }

    @Test func rekeyRefusesABrokenCassetteAndLeavesIt() async throws {
        try project.copy(cassette, replacing: "  status: 201\n", with: "  status: 201\n  status: 201\n")
        let before = try project.text(cassette)
        let rekey = try await project.run("cassette", "rekey", cassette)
        #expect(rekey.status == 2 && rekey.complaints.contains("twice"), "\(rekey)")
        #expect(try project.text(cassette) == before)
    }

    @Test func adoptTakesARecordingWithoutItsTornEnd() async throws {
        let recording = try project.text(cassette)
        try project.write(recording + "---\ninteraction: 8\nat: 0.0", to: cassette + ".recording")
        try project.write(ProjectFolder.twoAnswers, to: cassette)
        let adopt = try await project.run("cassette", "adopt", "tutorial/two-agent")
        #expect(adopt.status == 0 && adopt.output.hasPrefix("\(cassette): 7 interactions adopted"), "\(adopt)")
        #expect(try project.text(cassette) == recording)
        #expect(!project.has(cassette + ".recording"))
        #expect(try await project.run("run").status == 0)
    }

    @Test func adoptWithoutARecordingIsBadInput() async throws {
        let adopt = try await project.run("cassette", "adopt", "tutorial/two-agent")
        #expect(adopt.status == 2, "\(adopt)")
        #expect(adopt.complaints.hasPrefix("error: ") && adopt.complaints.contains("\(cassette).recording"), "\(adopt)")
    }

    @Test func adoptRefusesABrokenRecordingAndLeavesBoth() async throws {
        let before = try project.text(cassette)
        try project.copy(
            cassette, to: cassette + ".recording", replacing: "  status: 201\n", with: "  status: 201\n  status: 201\n")
        let adopt = try await project.run("cassette", "adopt", "tutorial/two-agent")
        #expect(adopt.status == 2 && adopt.complaints.contains("\(cassette).recording:"), "\(adopt)")
        #expect(try project.text(cassette) == before && project.has(cassette + ".recording"))
    }

    /// Nobody means to trade a cassette for nothing.
    @Test func adoptRefusesARecordingOfNothing() async throws {
        let before = try project.text(cassette)
        let header = try #require(before.range(of: "...\n").map { String(before[..<$0.upperBound]) })
        try project.write(header, to: cassette + ".recording")
        let adopt = try await project.run("cassette", "adopt", "tutorial/two-agent")
        #expect(adopt.status == 2, "\(adopt)")
        #expect(try project.text(cassette) == before)
    }
}
