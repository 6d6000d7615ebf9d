import Foundation
import Testing

@Suite struct BadScenarioTests {
    /// One thing wrong in a scenario, and what is said of it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        /// What the error points at: the first such text in `new`.
        let target: String
        /// All of them are in the message.
        let said: [String]

        init(_ old: String, _ new: String, at target: String, _ said: String...) {
            self.old = old
            self.new = new
            self.target = target
            self.said = said
        }

        var testDescription: String { new.trimmingCharacters(in: .whitespacesAndNewlines) }

        /// Line and column of the target in a text with the mistake.
        func place(in text: String) throws -> String {
            let mistake = try #require(text.range(of: new))
            let start = try #require(text.range(of: target, options: .literal, range: mistake)).lowerBound
            let line = text[..<start].split(separator: "\n", omittingEmptySubsequences: false)
            return "\(line.count):\((line.last?.count ?? 0) + 1)"
        }
    }

    static let mistakes = [
        Mistake("expect:", "exepct:", at: "exepct", "unknown key 'exepct'", "did you mean 'expect'?"),
        Mistake("temperature: 0", "temprature: 0", at: "temprature", "unknown key 'temprature'", "'temperature'?"),
        Mistake(
            "max_auto_replies: 10", "max_auto_replies: many", at: "many", "max_auto_replies", "'many'", "a whole number"
        ),
        Mistake("temperature: 0", "temperature: warm", at: "warm", "'warm'", "a number"),
        Mistake("tags: [tutorial]", "tags: {tutorial: 1}", at: "{", "a list"),
        Mistake(
            "to: assistant", "to: asistant", at: "asistant", "unknown agent 'asistant'", "one of assistant, user_proxy",
            "did you mean 'assistant'?"),
        Mistake("{by: assistant", "{by: nobody", at: "nobody", "unknown agent 'nobody'", "assistant, user_proxy"),
        Mistake("kind: hopx", "kind: hop", at: "hop", "'hop'", "hopx", "did you mean 'hopx'?"),
        Mistake("two_agent:\n", "two_agents:\n", at: "two_agents", "'two_agents'", "'two_agent'?"),
        Mistake(
            "ended_by: termination_message", "ended_by: exhaustion", at: "exhaustion", "'exhaustion'",
            "termination_message"),
        Mistake("scenario/1", "scenario/2", at: "scenario/2", "'scenario/2'", "scenario/1"),
        Mistake("name: two-agent\n", "name: two-agent\nname: again\n", at: "name: again", "'name'", "twice"),
        Mistake("{exactly: 6}", "{exactly: -6}", at: "-6", "-6", "a whole number"),
        Mistake("understudy: scenario/1\nname", "name", at: "name", "'understudy'", "understudy: scenario/1"),
        Mistake("    kind: assistant\n", "    kind: *assistant\n", at: "*", "alias"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsToldAtItsPlaceWithWhatWasExpected(mistake: Mistake) async throws {
        let project = try ProjectFolder.withStory()
        try project.copy(ProjectFolder.storyScenario, replacing: mistake.old, with: mistake.new)
        let place = try mistake.place(in: try project.text(ProjectFolder.storyScenario))
        let run = try await project.run("run")
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        let errors = run.complaints.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(errors.count == 1, "\(run)")
        #expect(
            errors.first?.hasPrefix("\(ProjectFolder.storyScenario):\(place): error: ") == true,
            "\(place) expected in \(run)")
        for part in mistake.said { #expect(run.complaints.contains(part), "\(part) is missing in \(run)") }
        #expect(run.complaints.contains("\n  expected: "), "\(run)")
        #expect(!project.has(".understudy"), "a run that could not begin left something")
    }

    @Test func allMistakesOfAllFilesAreToldAtOnce() async throws {
        let project = try ProjectFolder.withStory()
        let story = ProjectFolder.storyScenario
        try project.copy(story, to: "scenarios/other.yaml", replacing: "kind: hopx", with: "kind: hop")
        let mistakes = [
            Mistake("temperature: 0", "temprature: 0", at: "temprature"),
            Mistake("max_auto_replies: 10", "max_auto_replies: many", at: "many"),
            Mistake("expect:", "exepct:", at: "exepct"),
        ]
        for mistake in mistakes { try project.copy(story, replacing: mistake.old, with: mistake.new) }
        let text = try project.text(story)
        let other = try Mistake("", "kind: hop", at: "hop").place(in: try project.text("scenarios/other.yaml"))
        let run = try await project.run("run")
        #expect(run.status == 2)
        let places = run.complaints.split(separator: "\n").compactMap { line in
            line.range(of: ": error: ").map { String(line[..<$0.lowerBound]) }
        }
        let expected = ["scenarios/other.yaml:\(other)"] + (try mistakes.map { "\(story):\(try $0.place(in: text))" })
        #expect(places == expected, "\(run)")
    }

    @Test func thePathIsAsTheUserTypedIt() async throws {
        let project = try ProjectFolder.withStory()
        try project.copy(ProjectFolder.storyScenario, replacing: "expect:", with: "exepct:")
        let place = try Mistake("", "exepct:", at: "exepct").place(in: try project.text(ProjectFolder.storyScenario))
        let typed = "./scenarios/../\(ProjectFolder.storyScenario)"
        let run = try await project.run("run", typed)
        #expect(run.complaints.hasPrefix("\(typed):\(place): error: "), "\(run)")
        let record = try await project.run(
            "record", typed, "--upstream", "openai=script", "--upstream", "hopx=sandbox")
        #expect(record.status == 2 && record.complaints.hasPrefix("\(typed):\(place): error: "), "\(record)")
    }

    @Test(arguments: ["", "\n", "just text\n", "- a\n- b\n", "understudy: scenario/1\n", "{", "\u{0}", "a: \"\u{7}\n"])
    func whatIsNoScenarioIsRefusedAtAPlace(text: String) async throws {
        let project = try ProjectFolder()
        try project.write(text, to: "scenarios/bad.yaml")
        let run = try await project.run("run")
        #expect(run.status == 2)
        #expect(run.complaints.firstMatch(of: #/^scenarios/bad\.yaml:\d+:\d+: error: /#) != nil, "\(run)")
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
