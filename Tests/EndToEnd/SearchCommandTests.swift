import Foundation
import Testing

/// `search`.
@Suite struct SearchCommandTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    private struct Found: Decodable {
        struct Hit: Decodable {
            struct Piece: Decodable {
                let text: String
                let match: Bool
            }
            let run: String
            let scenario: String
            let turn: Int?
            let speaker: String?
            let kind: String
            let snippet: [Piece]
            let attempts: Int
        }
        let hits: [Hit]
    }

    @Test func wordsAreFoundInWhatWasSaidAndPrinted() async throws {
        #expect(try await project.run("run", "--label", "one").status == 0)
        #expect(try await project.run("run").status == 0)
        let text = try await project.run("search", "24133")
        #expect(text.status == 0 && text.output.contains("[24133]"), "\(text)")
        #expect(text.output.contains("tutorial/two-agent · run "), "\(text)")
        let json = try await project.run("search", "sum: 24133", "--format", "json", "--run", "#one")
        let hits = try JSONDecoder().decode(Found.self, from: Data(json.output.utf8)).hits
        #expect(hits.contains { $0.kind == "stdout" && $0.turn != nil && $0.speaker != nil && $0.attempts == 1 })
        #expect(hits.allSatisfy { $0.snippet.contains { $0.match && $0.text == "24133" } })
        let coloured = try await project.run("search", "24133", environment: ["FORCE_COLOR": "1"])
        #expect(coloured.output.contains("\u{1B}[33m24133\u{1B}[0m"), "\(coloured)")
        let limited = try await project.run("search", "24133", "-l", "1", "--scenario", "tutorial/two-agent")
        #expect(limited.output.components(separatedBy: "· run ").count == 2, "\(limited)")
    }

    @Test func nothingFoundExitsWith1() async throws {
        #expect(try await project.run("run").status == 0)
        let none = try await project.run("search", "zebra\" AND (")
        #expect(none.status == 1 && none.output.contains("nothing is found") && none.complaints.isEmpty, "\(none)")
    }

    @Test func whatCannotBeLookedForIsBadInput() async throws {
        #expect(try await project.run("run").status == 0)
        let empty = try await project.run("search", "?!")
        #expect(empty.status == 2 && empty.complaints.contains("nothing to look for in '?!'"), "\(empty)")
        let unknown = try await project.run("search", "x", "--scenario", "tutorial/two-agnet")
        #expect(unknown.status == 2 && unknown.complaints.contains("did you mean 'tutorial/two-agent'?"), "\(unknown)")
        let absent = try await project.run("search", "x", "--run", "#none")
        #expect(absent.status == 2 && absent.complaints.contains("no run is named '#none'"), "\(absent)")
    }
}
