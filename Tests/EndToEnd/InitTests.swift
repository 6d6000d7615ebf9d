import Foundation
import Testing

@Suite struct InitTests {
    let project: ProjectFolder
    private static let written = [
        ".gitattributes", ".gitignore", "cassettes/hello.yaml", "conftest.py", "scenarios/hello.yaml",
        "understudy.yaml",
    ]

    init() throws { project = try ProjectFolder() }

    private func contents(below folder: String = "") throws -> [String: String] {
        try Dictionary(
            uniqueKeysWithValues: Self.written.filter { project.has(folder + $0) }.map {
                ($0, try project.text(folder + $0))
            })
    }

    @Test func whatItWritesPassesAtOnce() async throws {
        let begun = try await project.run("init")
        #expect(begun.status == 0, "\(begun)")
        #expect(project.files.filter { !$0.hasPrefix(".understudy/") } == Self.written)
        for file in Self.written where !file.hasPrefix("cassettes/") {
            #expect(begun.output.contains("wrote \(file) "))
        }
        #expect(
            begun.output.contains("recorded cassettes/hello.yaml: 2 interactions")
                || begun.complaints.contains("2 inter"))
        #expect(begun.output.contains("\n  understudy run --verbose"), "\(begun)")
        let run = try await project.run("run", "--all-played", environment: ["CI": "true"])
        #expect(run.status == 0 && run.output.contains("1 scenario: 1 passed"), "\(run)")
        let verify = try await project.run("cassette", "verify", "--strict")
        #expect(verify.status == 0, "\(verify)")
    }

    @Test func aSecondRunSaysWhatIsThere() async throws {
        _ = try await project.run("init")
        let before = try contents()
        let again = try await project.run("init")
        #expect(again.status == 0, "\(again)")
        for file in Self.written { #expect(again.output.contains("kept \(file) "), "\(again)") }
        #expect(!again.output.contains("wrote") && !again.output.contains("lacks"), "\(again)")
        #expect(try contents() == before)
    }

    @Test func whatIsThereStaysAsItIs() async throws {
        let own = [
            ".gitattributes": "*.png binary\n", ".gitignore": "dist/\n.understudy/\n", "conftest.py": "import os\n",
            "scenarios/hello.yaml": ProjectFolder.greeting, "understudy.yaml": "understudy: project/1\nmax_age: 3w\n",
        ]
        for (file, text) in own { try project.write(text, to: file) }
        let begun = try await project.run("init")
        #expect(begun.status == 0, "\(begun)")
        #expect(try contents() == own)
        #expect(begun.output.contains("lacks:\n    cassettes/** -text merge=understudy\n"), "\(begun)")
        #expect(begun.output.contains("lacks:\n    *.yaml.recording\n    *.yaml.lock\n"), "\(begun)")
        #expect(begun.output.contains("understudy record hello"), "\(begun)")
    }

    @Test func aLinkThatLeadsNowhereStays() async throws {
        let link = "\(project.path)/conftest.py"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(project.path)/nowhere.py")
        let begun = try await project.run("init")
        #expect(begun.status == 0 && begun.output.contains("kept conftest.py "), "\(begun)")
        #expect(!project.has("nowhere.py"))
    }

    @Test func aDryRunWritesNothing() async throws {
        let dry = try await project.run("init", "new", "--dry-run")
        #expect(dry.status == 0, "\(dry)")
        for file in Self.written { #expect(dry.output.contains(" new/\(file) "), "\(dry)") }
        #expect(project.files.isEmpty && !project.has("new"))
    }

    @Test func aFolderIsMade() async throws {
        let begun = try await project.run("init", "new/place/")
        #expect(begun.status == 0 && begun.output.contains("\n  cd new/place\n"), "\(begun)")
        #expect(try contents(below: "new/place/").keys.sorted() == Self.written)
        #expect(!project.has(".understudy"))
    }

    @Test func aFileIsNoFolder() async throws {
        try project.write("", to: "file")
        for place in ["file", ""] {
            let begun = try await project.run("init", place)
            #expect(begun.status == 2 && begun.complaints.contains("expected: a folder"), "\(begun)")
        }
        #expect(project.files == ["file"])
    }

    /// What stands behind a '#' is meant to be used.
    @Test func theExamplesInTheSettingsAreGood() async throws {
        _ = try await project.run("init")
        let examples = try project.text("understudy.yaml").split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacing(/^# (max_age|match|  )/) { $0.1 } }
        #expect(examples.contains("max_age: 90d") && examples.contains("  - {pattern: uuid}"))
        try project.write(examples.joined(separator: "\n"), to: "understudy.yaml")
        let record = try await project.run("record", "hello", "--upstream", "openai=script")
        #expect(record.status == 0, "\(record)")
        #expect(try project.text("cassettes/hello.yaml").contains("/metadata/run_id"))
        #expect(try await project.run("run").status == 0)
    }
}
