import Foundation
import Testing

/// `merge`, and runs in parts as one.
@Suite struct MergeCommandTests {
    let project: ProjectFolder

    init() throws { project = try .withAllShipped() }

    private struct Merged: Decodable {
        struct Run: Decodable {
            let plan: String
            let status: String
            let missing: [Int]
        }
        let runs: [Run]
        let complete: Bool
    }

    private func perform(_ parts: [String]) async throws {
        for part in parts {
            let file = part.replacingOccurrences(of: "/", with: "-of-")
            let run = try await project.run("run", "-q", "--shard", part, "--store", "parts/\(file).sqlite")
            #expect(run.status == 0, "\(run)")
        }
    }

    private func merge(_ files: [String], _ flags: String...) async throws -> (Merged, ProjectFolder.Outcome) {
        let outcome = try await project.run(["merge", "--format", "json"] + files.map { "parts/\($0).sqlite" } + flags)
        return (try JSONDecoder().decode(Merged.self, from: Data(outcome.output.utf8)), outcome)
    }

    @Test func partsBecomeOneRunWhateverTheirOrder() async throws {
        try await perform(["1/3", "2/3", "3/3"])
        let (first, _) = try await merge(["1-of-3", "2-of-3", "3-of-3"], "--require-all")
        #expect(first.complete && first.runs.map(\.status) == ["passed"])
        let plan = try #require(first.runs.first?.plan)
        let shown = try await project.run("show", "plan:\(plan)", "--format", "json")
        let names = shown.output.matches(of: /"scenario": "([^"]+)"/).map { String($0.1) }
        #expect(Set(names) == Set(ShippedScenarioTests.scenarios) && shown.status == 0, "\(shown)")
        #expect(try await project.run("report", "plan:\(plan)", "--json", "one.json").status == 0)
        _ = try await merge(["3-of-3", "1-of-3", "2-of-3", "1-of-3"], "--store", "other.sqlite")
        let other = try await project.run("report", "plan:\(plan)", "--json", "other.json", "--store", "other.sqlite")
        #expect(other.status == 0, "\(other)")
        #expect(try project.text("one.json") == project.text("other.json"))
        let text = try await project.run("merge", "parts/1-of-3.sqlite")
        #expect(text.output.contains("parts/1-of-3.sqlite: 0 new runs, 0 new attempts, "), "\(text)")
        #expect(text.output.contains("plan:\(plan) · passed · 3 of 3 parts"), "\(text)")
        let same = try await project.run("diff", "plan:\(plan)", "plan:\(plan)", "--stat")
        #expect(same.status == 0, "\(same)")
    }

    @Test func missingAndRepeatedPartsAreWarnedOf() async throws {
        try await perform(["1/3", "2/3", "2/3"])
        let (partly, warned) = try await merge(["1-of-3", "2-of-3"])
        #expect(!partly.complete && partly.runs.map(\.missing) == [[3]] && warned.status == 0, "\(warned)")
        #expect(warned.complaints.contains("warning: plan:") && warned.complaints.contains("lacks part 3 of 3"))
        #expect(warned.complaints.contains("has part 2 of 3 2 times: "), "\(warned)")
        let (_, strict) = try await merge(["1-of-3"], "--require-all")
        #expect(strict.status == 1, "\(strict)")
    }

    @Test func whatIsNoStoreIsRefusedBeforeAnythingIsMerged() async throws {
        try await perform(["1/1"])
        try project.write(String(repeating: "no database ", count: 100), to: "parts/none.sqlite")
        for (file, words) in [("none", "it is not a database"), ("absent", "there is no such file")] {
            let merge = try await project.run("merge", "parts/1-of-1.sqlite", "parts/\(file).sqlite")
            #expect(merge.status == (file == "none" ? 4 : 2), "\(merge)")
            #expect(merge.complaints.contains("parts/\(file).sqlite: \(words)"), "\(merge)")
            #expect(!project.has(".understudy/store.sqlite"))
        }
        let own = try await project.run("merge", "parts/1-of-1.sqlite", "--store", "parts/../parts/1-of-1.sqlite")
        #expect(own.status == 0 && own.complaints.contains("is the store itself"), "\(own)")
    }
}
