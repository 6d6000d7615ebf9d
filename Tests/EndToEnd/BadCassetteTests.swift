import Foundation
import Testing

@Suite struct BadCassetteTests {
    let project: ProjectFolder
    let cassette = ProjectFolder.storyCassette

    init() throws { project = try .withStory() }

    /// Checks that the story's cassette is refused, at a place.
    ///
    /// - Parameter servers: Those refuse it, too; they read documents only when they are needed.
    private func expectRefusal(at place: String, servers: Bool = true, saying parts: String...) async throws {
        let serve = servers ? [["serve", "--cassette", "tutorial/two-agent"]] : []
        for arguments in [["run"], ["cassette", "verify"]] + serve {
            let outcome = try await project.run(arguments)
            #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
            #expect(outcome.complaints.hasPrefix("\(cassette):\(place): error: "), "\(outcome)")
            #expect(outcome.complaints.contains("\n  expected: "), "\(outcome)")
            #expect(outcome.complaints.contains("\n  fix: "), "\(outcome)")
            for part in parts { #expect(outcome.complaints.contains(part), "\(part) is missing in \(outcome)") }
        }
    }

    /// The line on which a text begins, counted from 1.
    private func line(of text: String, in file: String) throws -> Int {
        let whole = try project.text(file)
        let start = try #require(whole.range(of: text)?.lowerBound)
        return whole[..<start].count { $0 == "\n" } + 1
    }

    @Test func aTornEndPlaysWithAWarning() async throws {
        let torn = try project.text(cassette) + "---\ninteraction: 8\nat: 0.070\nopenai: POST /v1/chat/com"
        try project.write(torn, to: cassette)
        let line = try line(of: "---\ninteraction: 8", in: cassette)
        for arguments in [["run"], ["cassette", "verify"]] {
            let outcome = try await project.run(arguments)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.complaints.hasPrefix("\(cassette):\(line):1: warning: "), "\(outcome)")
        }
        #expect(try project.text(cassette) == torn, "playing changed the cassette")
    }

    @Test func aTornRecordingThatIsNeededIsAMiss() async throws {
        let text = try project.text(cassette)
        let cut = try #require(text.range(of: "content: TERMINATE", options: .backwards)?.upperBound)
        try project.write(String(text[..<cut]), to: cassette)
        let run = try await project.run("run")
        #expect(run.status == 1)
        #expect(run.complaints.contains(": warning: ") && run.output.contains("✗ miss: "), "\(run)")
    }

    @Test func aDocumentCutInsideALiteralIsRefused() async throws {
        let text = try project.text(cassette)
        let line = try line(of: "---\ninteraction: 3\n", in: cassette)
        let cut = try #require(text.range(of: "          candidate += 1\n")?.upperBound)
        let next = try #require(text.range(of: "---\ninteraction: 4\n")?.lowerBound)
        let start = try #require(text.range(of: "---\ninteraction: 3\n")?.lowerBound)
        let inThird = try #require(text.range(of: "candidate += 1\n", range: start..<next)?.upperBound)
        #expect(cut <= inThird)
        try project.write(String(text[..<inThird] + text[next...]), to: cassette)
        try await expectRefusal(at: "\(line):1", saying: "'...'")
    }

    @Test func anotherVersionIsRefused() async throws {
        try project.copy(cassette, replacing: "cassette/1", with: "cassette/2")
        try await expectRefusal(at: "2:13", saying: "'cassette/2'", "cassette/1")
    }

    @Test func aKeyGivenTwiceIsRefused() async throws {
        try project.copy(cassette, replacing: "  status: 201\n", with: "  status: 201\n  status: 202\n")
        let line = try line(of: "  status: 202", in: cassette)
        try await expectRefusal(at: "\(line):3", servers: false, saying: "'status'", "twice")
    }

    @Test func aStaleKeyIsRefusedWithTheCommandThatRenewsIt() async throws {
        try project.copy(cassette, replacing: "temperature: 0", with: "temperature: 1")
        let line = try line(of: "key: ", in: cassette)
        let run = try await project.run("run")
        #expect(run.status == 2)
        #expect(run.complaints.hasPrefix("\(cassette):\(line):6: error: stale key"), "\(run)")
        #expect(run.complaints.contains("understudy cassette rekey \(cassette)"), "\(run)")
        // The requests that are like the first one changed with it; only the cause is told.
        let count = run.complaints.split(separator: "\n").count { $0.contains(": error: stale key") }
        #expect(count == 1, "\(run)")
    }

    @Test func aMissingCassetteNamesTheCommandThatRecordsIt() async throws {
        try FileManager.default.removeItem(atPath: "\(project.path)/\(cassette)")
        for arguments in [
            ["run"], ["run", "--cassette", "tutorial/two-agent"], ["serve", "--cassette", "tutorial/two-agent"],
        ] {
            let outcome = try await project.run(arguments)
            #expect(outcome.status == 2, "\(outcome)")
            #expect(outcome.complaints.contains("error: ") && outcome.complaints.contains(cassette), "\(outcome)")
            #expect(outcome.complaints.contains("understudy record tutorial/two-agent"), "\(outcome)")
        }
    }

    @Test func missingCassettesAreAllToldAtOnce() async throws {
        try FileManager.default.removeItem(atPath: "\(project.path)/\(cassette)")
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        let run = try await project.run("run")
        #expect(run.status == 2)
        #expect(run.complaints.contains(cassette) && run.complaints.contains("cassettes/greeting.yaml"), "\(run)")
    }

    @Test func brokenCassettesAreAllToldAtOnce() async throws {
        try project.copy(cassette, replacing: "cassette/1", with: "cassette/2")
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        try project.write("text\n", to: "cassettes/greeting.yaml")
        for arguments in [["run"], ["cassette", "verify"]] {
            let outcome = try await project.run(arguments)
            #expect(outcome.status == 2)
            #expect(outcome.complaints.contains("cassettes/greeting.yaml:1:"), "\(outcome)")
            #expect(outcome.complaints.contains("\(cassette):2:13: error: "), "\(outcome)")
        }
    }

    @Test func aCassetteThatIsNoNameAndNoFileIsBadInput() async throws {
        for name in ["../two-agent", "tutorial/two agent", ""] {
            let run = try await project.run("run", "--cassette", name)
            #expect(run.status == 2 && run.complaints.contains("'\(name)'"), "\(run)")
        }
    }
}
