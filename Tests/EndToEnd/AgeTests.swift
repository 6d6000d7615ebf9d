import Foundation
import Testing

/// `max_age` of a project: an old cassette is warned of, or not played.
@Suite struct AgeTests {
    let project: ProjectFolder

    init() throws {
        project = try ProjectFolder.withStory()
        try project.copy(ProjectFolder.storyCassette, replacing: "\"on\": \"2026", with: "\"on\": \"2021")
    }

    private func settings(_ age: String) throws {
        try project.write("understudy: project/1\nmax_age: \(age)\n", to: "understudy.yaml")
    }

    private static let exec = ["exec", "--cassette", "tutorial/two-agent"]

    @Test(arguments: [["run"], exec])
    func anOldCassetteIsWarnedOfAndPlayed(command: [String]) async throws {
        try settings("90d")
        let outcome = try await project.run(command + (command == Self.exec ? ["--", "true"] : []))
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.complaints.contains("warning: recorded on 2021-"), "\(outcome)")
        #expect(outcome.complaints.contains("expected: at most 90 days"), "\(outcome)")
    }

    @Test(arguments: [["run"], exec, ["serve", "--cassette", "tutorial/two-agent"]])
    func anOldCassetteIsNotPlayedWhereItHasToBeFresh(command: [String]) async throws {
        try settings("12w")
        let outcome = try await project.run(
            command + ["--require-fresh"] + (command == Self.exec ? ["--", "touch", "ran"] : []))
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.complaints.contains("expected: at most 84 days"), "\(outcome)")
        #expect(!project.has("ran") && !project.has(".understudy/store.sqlite"))
    }

    @Test func aFreshOneIsNotSpokenOf() async throws {
        try settings("99999d")
        let run = try await project.run("run", "--require-fresh")
        #expect(run.status == 0 && !run.complaints.contains("recorded on"), "\(run)")
    }

    @Test func freshnessNeedsAnAge() async throws {
        let run = try await project.run("run", "--require-fresh")
        #expect(run.status == 2 && run.complaints.contains("max_age"), "\(run)")
    }

    @Test func verifyTakesTheProjectsAgeUnlessOneIsGiven() async throws {
        try settings("90d")
        let verify = try await project.run("cassette", "verify")
        #expect(verify.status == 0 && verify.complaints.contains("at most 90 days"), "\(verify)")
        #expect(try await project.run("cassette", "verify", "--strict").status == 1)
        #expect(try await project.run("cassette", "verify", "--strict", "--max-age", "99999d").status == 0)
    }
}
