import Foundation
import Testing

@Suite struct BadScenarioTests {
    /// One thing wrong in a scenario, and what is said of it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let place: String
        /// All of them are in the message.
        let said: [String]

        var testDescription: String { new }
    }

    static let mistakes = [
        Mistake(old: "expect:", new: "exepct:", place: "71:1", said: ["unknown key 'exepct'", "did you mean 'expect'?"]),
        Mistake(old: "temperature: 0", new: "temprature: 0", place: "8:5", said: ["unknown key 'temprature'", "'temperature'?"]),
        Mistake(
            old: "max_auto_replies: 10", new: "max_auto_replies: many", place: "22:23",
            said: ["max_auto_replies", "'many'", "a whole number"]),
        Mistake(old: "temperature: 0", new: "temperature: warm", place: "8:18", said: ["'warm'", "a number"]),
        Mistake(old: "tags: [tutorial]", new: "tags: {tutorial: 1}", place: "3:7", said: ["a list"]),
        Mistake(
            old: "to: assistant", new: "to: asistant", place: "26:9",
            said: ["unknown agent 'asistant'", "one of assistant, user_proxy", "did you mean 'assistant'?"]),
        Mistake(old: "by: assistant", new: "by: nobody", place: "74:14", said: ["unknown agent 'nobody'", "assistant, user_proxy"]),
        Mistake(old: "kind: hopx", new: "kind: hop", place: "21:22", said: ["'hop'", "hopx", "did you mean 'hopx'?"]),
        Mistake(old: "two_agent:\n", new: "two_agents:\n", place: "24:3", said: ["'two_agents'", "'two_agent'?"]),
        Mistake(
            old: "ended_by: termination_message", new: "ended_by: exhaustion", place: "76:13",
            said: ["'exhaustion'", "termination_message"]),
        Mistake(old: "scenario/1", new: "scenario/2", place: "1:13", said: ["'scenario/2'", "scenario/1"]),
        Mistake(old: "name: two-agent\n", new: "name: two-agent\nname: again\n", place: "3:1", said: ["'name'", "twice"]),
        Mistake(old: "{exactly: 6}", new: "{exactly: -6}", place: "75:19", said: ["-6", "a whole number"]),
        Mistake(old: "understudy: scenario/1\n", new: "", place: "1:1", said: ["'understudy'", "understudy: scenario/1"]),
        Mistake(old: "    kind: assistant\n", new: "    kind: *assistant\n", place: "6:11", said: ["alias"]),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsToldAtItsPlaceWithWhatWasExpected(mistake: Mistake) async throws {
        let project = try ProjectFolder.withStory()
        try project.copy(ProjectFolder.storyScenario, replacing: mistake.old, with: mistake.new)
        let run = try await project.run("run")
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        let errors = run.complaints.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(errors.count == 1, "\(run)")
        #expect(errors.first?.hasPrefix("\(ProjectFolder.storyScenario):\(mistake.place): error: ") == true, "\(run)")
        for part in mistake.said { #expect(run.complaints.contains(part), "\(part) is missing in \(run)") }
        #expect(run.complaints.contains("\n  expected: "), "\(run)")
        #expect(!project.has(".understudy"), "a run that could not begin left something")
    }

    @Test func allMistakesOfAllFilesAreToldAtOnce() async throws {
        let project = try ProjectFolder.withStory()
        let story = ProjectFolder.storyScenario
        try project.copy(story, to: "scenarios/other.yaml", replacing: "kind: hopx", with: "kind: hop")
        for (old, new) in [("temperature: 0", "temprature: 0"), ("max_auto_replies: 10", "max_auto_replies: many"), ("expect:", "exepct:")] {
            try project.copy(story, replacing: old, with: new)
        }
        let run = try await project.run("run")
        #expect(run.status == 2)
        let places = run.complaints.split(separator: "\n").compactMap { line in
            line.range(of: ": error: ").map { String(line[..<$0.lowerBound]) }
        }
        #expect(places == ["scenarios/other.yaml:21:22", "\(story):8:5", "\(story):22:23", "\(story):71:1"], "\(run)")
    }

    @Test func thePathIsAsTheUserTypedIt() async throws {
        let project = try ProjectFolder.withStory()
        try project.copy(ProjectFolder.storyScenario, replacing: "expect:", with: "exepct:")
        let typed = "./scenarios/../\(ProjectFolder.storyScenario)"
        let run = try await project.run("run", typed)
        #expect(run.complaints.hasPrefix("\(typed):71:1: error: "), "\(run)")
        let record = try await project.run(
            "record", typed, "--upstream", "openai=script", "--upstream", "hopx=sandbox")
        #expect(record.status == 2 && record.complaints.hasPrefix("\(typed):71:1: error: "), "\(record)")
    }

    @Test(arguments: ["", "\n", "just text\n", "- a\n- b\n", "understudy: scenario/1\n", "{", "\u{0}", "a: \"\u{7}\n"])
    func whatIsNoScenarioIsRefusedAtAPlace(text: String) async throws {
        let project = try ProjectFolder()
        try project.write(text, to: "scenarios/bad.yaml")
        let run = try await project.run("run")
        #expect(run.status == 2)
        #expect(run.complaints.firstMatch(of: /^scenarios\/bad\.yaml:\d+:\d+: error: /) != nil, "\(run)")
        #expect(run.complaints.contains("\n  expected: "), "\(run)")
    }

    @Test func aScenarioOutsideItsFolderNamesItsCassette() async throws {
        let project = try ProjectFolder.withStory()
        try project.copy(ProjectFolder.storyScenario, to: "elsewhere/story.yaml", replacing: "tags:", with: "tags:")
        let run = try await project.run("run", "elsewhere/story.yaml")
        #expect(run.status == 2)
        #expect(run.complaints.contains("elsewhere/story.yaml") && run.complaints.contains("cassette: "), "\(run)")
        try project.copy("elsewhere/story.yaml", replacing: "tags:", with: "cassette: tutorial/two-agent\ntags:")
        #expect(try await project.run("run", "elsewhere/story.yaml").status == 0)
    }
}
