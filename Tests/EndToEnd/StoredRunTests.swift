import Foundation
import Testing

/// `runs` and `show`.
@Suite struct StoredRunTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func runsListsTheNewestFirst() async throws {
        for label in ["one", "two", "three"] { #expect(try await project.run("run", "--label", label).status == 0) }
        let json = try await project.run("runs", "--format", "json", "--limit", "2")
        struct Runs: Decodable {
            struct Run: Decodable {
                let id: String
                let label: String
                let status: String
                let attempts: Int
                let passed: Int
            }
            let runs: [Run]
        }
        let runs = try JSONDecoder().decode(Runs.self, from: Data(json.output.utf8)).runs
        #expect(runs.map(\.label) == ["three", "two"])
        #expect(runs.allSatisfy { $0.status == "passed" && $0.attempts == 1 && $0.passed == 1 })
        let text = try await project.run("runs")
        #expect(text.status == 0)
        let places = ["three", "two", "one"].compactMap { text.output.range(of: $0)?.lowerBound }
        #expect(places.count == 3 && places == places.sorted(), "\(text)")
    }

    /// The program changes its question; what it got is the answer to the old one, and every report says so.
    @Test func staleAnswersAreMarkedInTheTranscript() async throws {
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
        let program = """
            import os, urllib.request
            for text in ('hello', 'hello there'):
                body = b'{"model":"gpt-4o","messages":[{"role":"user","content":"%s"}]}' % text.encode()
                urllib.request.urlopen(urllib.request.Request(os.environ['OPENAI_BASE_URL'] + '/chat/completions', body, {
                    'authorization': 'Bearer ' + os.environ['OPENAI_API_KEY'], 'content-type': 'application/json'})).read()
            """
        let exec = try await project.run(
            "exec", "--cassette", "two-answers", "--on-miss", "nearest", "--", "python3", "-c", program)
        #expect(exec.status == 1 && exec.complaints.contains("2 model calls, 0 code runs, 1 stale"), "\(exec)")
        let text = try await project.run("show")
        #expect(text.output.matches(of: /stale: the answer of interaction/).count == 1, "\(text)")
        let json = try await project.run("show", "--format", "json")
        #expect(json.output.matches(of: /"stale": [12]\b/).count == 1, "\(json)")
    }

    @Test func aRunIsFoundByAllItsNames() async throws {
        #expect(try await project.run("run", "--label", "mine").status == 0)
        let shown = try await project.run("show", "--format", "json")
        let id = try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8)).run.id
        #expect(try await project.run("run").status == 0)
        for name in ["#mine", "latest~1", id, String(id.prefix(13))] {
            let other = try await project.run("show", name, "--format", "json")
            #expect(other.status == 0, "\(other)")
            #expect(try JSONDecoder().decode(Shown.self, from: Data(other.output.utf8)).run.id == id, "\(name)")
        }
    }

    @Test func aBranchNamesItsNewestRun() async throws {
        try project.write("ref: refs/heads/trial\n", to: ".git/HEAD")
        #expect(try await project.run("run").status == 0)
        let show = try await project.run("show", "@trial")
        #expect(show.status == 0 && show.output.contains("trial"), "\(show)")
    }

    @Test func showPrintsWhatWasSaid() async throws {
        #expect(try await project.run("run", "-q").status == 0)
        for arguments in [["show"], ["show", "latest", "--scenario", "tutorial/two-agent"]] {
            let show = try await project.run(arguments)
            #expect(show.status == 0, "\(show)")
            #expect(show.output.contains("run -q") && show.output.contains("Sum: 24133"), "\(show)")
        }
    }

    @Test func anUnknownScenarioIsBadInputWithCandidates() async throws {
        #expect(try await project.run("run").status == 0)
        let show = try await project.run("show", "--scenario", "two-agnet")
        #expect(show.status == 2)
        #expect(show.complaints.contains("'two-agnet'") && show.complaints.contains("tutorial/two-agent"), "\(show)")
    }

    @Test func theStoreCanBeElsewhere() async throws {
        #expect(try await project.run("run", "--store", "elsewhere/runs.sqlite").status == 0)
        #expect(project.has("elsewhere/runs.sqlite") && !project.has(".understudy"))
        #expect(try await project.run("show", "--store", "elsewhere/runs.sqlite").status == 0)
    }

    @Test func aStoreThatIsNoneIsLeftAsItWas() async throws {
        try project.write("not a database, and long enough to be looked at\n", to: "notes.txt")
        let before = try project.text("notes.txt")
        let run = try await project.run("run", "--store", "notes.txt")
        #expect(run.status == 4, "\(run)")
        #expect(run.complaints.contains("notes.txt") && run.complaints.contains("fix: "), "\(run)")
        #expect(try project.text("notes.txt") == before)
    }

    private struct Shown: Decodable {
        let run: StoredRun
    }
}
