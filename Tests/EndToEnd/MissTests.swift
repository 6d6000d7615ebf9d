import Foundation
import Testing

@Suite struct MissTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test(arguments: [
        ("You are a helpful AI assistant", "You are an unhelpful AI assistant", ".messages[0].content"),
        ("temperature: 0", "temperature: 0.5", ".temperature"),
        ("message: Calculate the first 100", "message: Calculate the first 101", ".messages[1].content"),
        ("model: gpt-4o", "model: gpt-4o-mini", ".model"),
        ("temperature: 0", "top_p: 0", ".temperature"),
    ])
    func aChangedRequestIsAMissWithPathAndBothValues(old: String, new: String, place: String) async throws {
        try project.copy(ProjectFolder.storyScenario, replacing: old, with: new)
        let run = try await project.run("run")
        #expect(run.status == 1)
        let card = try #require(
            run.output.range(of: "✗ miss: ").map { run.output[$0.upperBound...].prefix { $0 != "╰" } }, "\(run)")
        #expect(card.contains("cassette tutorial/two-agent has no recording"), "\(run)")
        #expect(card.contains("nearest: interaction 1") && card.contains(place), "\(run)")
        // Of a long text the words that changed are shown, else both values.
        #expect(
            card.contains("recorded:") && card.contains("now:") || card.contains("[-") && card.contains("{+"), "\(run)")
        let both = [old, new].map { String($0.split(separator: ": ").last ?? "") }
        for value in both where old.prefix(5) == new.prefix(5) && !value.contains(" ") {
            #expect(card.contains(value), "\(value) is missing in \(run)")
        }
        #expect(card.contains("understudy record tutorial/two-agent"), "\(run)")
    }

    @Test func aChangedSandboxIsAMiss() async throws {
        try project.copy(ProjectFolder.storyScenario, replacing: "ttl: 300", with: "ttl: 301")
        let run = try await project.run("run")
        #expect(run.status == 1)
        #expect(run.output.contains("✗ miss: ") && run.output.contains("hopx POST /execute"), "\(run)")
        #expect(run.output.contains("creation parameters"), "\(run)")
    }

    @Test(arguments: [
        ("temperature: 0", "temperature: 0.0"), ("temperature: 0", "temperature: -0e5"),
        ("    model: gpt-4o\n    temperature: 0\n", "    temperature: 0\n    model: gpt-4o\n"),
    ])
    func anotherSpellingOfTheSameRequestIsAHit(old: String, new: String) async throws {
        try project.copy(ProjectFolder.storyScenario, replacing: old, with: new)
        let run = try await project.run("run")
        #expect(run.status == 0 && run.output.contains("1 scenario: 1 passed"), "\(run)")
    }

    @Test func aRecordingThatWasTakenOutIsAMissWithoutValues() async throws {
        let text = try project.text(ProjectFolder.storyCassette)
        let last = try #require(text.range(of: "---\ninteraction: 6\n")?.lowerBound)
        let next = try #require(text.range(of: "---\ninteraction: 7\n")?.lowerBound)
        try project.write(String(text[..<last] + text[next...]), to: ProjectFolder.storyCassette)
        let run = try await project.run("run")
        #expect(run.status == 1)
        #expect(run.output.contains("nearest: interaction 4") && run.output.contains(".messages[4]"), "\(run)")
        #expect(run.output.contains("(absent)"), "\(run)")
    }

    @Test func aCassetteByHandIsMatchedWhole() async throws {
        let project = try ProjectFolder()
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/asks.yaml")
        try project.copy("cassettes/asks.yaml", replacing: "two-answers", with: "asks")
        try project.write(
            """
            understudy: scenario/1
            name: asks
            agents:
              assistant: {kind: assistant, model: gpt-4o}
              user: {kind: user_proxy}
            conversation:
              two_agent: {from: user, to: assistant, message: hello, max_turns: 1}
            """, to: "scenarios/asks.yaml")
        // The agents' names are in the request, and the cassette's request has none.
        let run = try await project.run("run")
        #expect(run.status == 1 && run.output.contains("$.messages[0]"), "\(run)")
        #expect(run.output.contains("understudy record asks"), "\(run)")
    }
}
