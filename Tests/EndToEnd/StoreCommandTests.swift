import Foundation
import Testing

/// `store`, and stores where little can be written.
@Suite struct StoreCommandTests {
    static let file = ".understudy/store.sqlite"
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func aStoreIsCheckedBackedUpAndBroughtBack() async throws {
        #expect(try await project.run("run", "-q").status == 0)
        let whole = try await project.run("store", "check")
        #expect(whole.status == 0 && whole.output == "\(Self.file) is whole\n", "\(whole)")
        #expect(try await project.run("store", "backup", "copy.sqlite").status == 0)
        let again = try await project.run("store", "backup", "copy.sqlite")
        #expect(again.status == 4 && again.complaints.contains("copy.sqlite is there already"), "\(again)")
        let shown = try await project.run("show", "--format", "json")
        #expect(try await project.run("show", "--format", "json", "--store", "copy.sqlite").output == shown.output)
    }

    @Test func damageIsToldWithItsPlace() async throws {
        #expect(try await project.run("run", "-q").status == 0)
        _ = try await project.onStore(
            "db.execute(\"UPDATE body SET data = CAST('changed' AS BLOB) WHERE id = 2\"); db.commit()")
        let check = try await project.run("store", "check")
        #expect(check.status == 1, "\(check)")
        #expect(check.output.contains("\(Self.file): body 2: its bytes are not those that were stored"), "\(check)")
    }

    @Test func whatIsExportedIsImportedOnce() async throws {
        for label in ["one", "two"] { #expect(try await project.run("run", "-q", "--label", label).status == 0) }
        #expect(try await project.run("store", "export", "all.jsonl").status == 0)
        #expect(try await project.run("store", "export", "-").output == project.text("all.jsonl"))
        let taken = try await project.run("store", "import", "all.jsonl", "--store", "other.sqlite")
        #expect(taken.output == "all.jsonl: 2 new runs, 2 new attempts\n", "\(taken)")
        let again = try await project.run("store", "import", "all.jsonl", "--store", "other.sqlite")
        #expect(again.output == "all.jsonl: 0 new runs, 0 new attempts, 2 known already\n", "\(again)")
        #expect(
            try await project.run("store", "export", "-", "--store", "other.sqlite").output == project.text("all.jsonl")
        )
        let one = try await project.run("store", "export", "-", "--run", "#one")
        #expect(one.output.split(separator: "\n").count == 2 && one.output.contains("\"label\":\"one\""), "\(one)")
        let lines = try project.text("all.jsonl").split(separator: "\n")
        try project.write(
            "\(lines[0])\n\(lines[1])\n\(lines[2].dropLast(5))\n{\"understudy\":\"x\"}\n", to: "bad.jsonl")
        let bad = try await project.run("store", "import", "bad.jsonl", "--store", "third.sqlite")
        #expect(bad.status == 2, "\(bad)")
        #expect(bad.complaints.contains("bad.jsonl:3:") && bad.complaints.contains("bad.jsonl:4:1: error: "), "\(bad)")
        #expect(
            bad.complaints.contains("expected: one of run/1, attempt/1") && bad.complaints.contains("fix: "), "\(bad)")
        #expect(!project.has("third.sqlite"))
    }

    @Test(arguments: ["import - <all.jsonl", "import /dev/stdin <all.jsonl", "import <(cat all.jsonl)"])
    func runsAreImportedFromPipes(words: String) async throws {
        #expect(try await project.run("run", "-q").status == 0)
        #expect(try await project.run("store", "export", "all.jsonl").status == 0)
        for words in [words, "\(words.replacing(" <all.jsonl", with: "")) < <(cat all.jsonl)"] {
            let script = "\"$0\" store \(words) --store other.sqlite && \"$0\" store export - --store other.sqlite"
            let taken = try await project.run(below: ["bash", "-c", script + "; rm other.sqlite*"])
            #expect(taken.complaints.isEmpty, "\(taken)")
            #expect(taken.output.contains("1 new run, 1 new attempt\n"), "\(taken)")
            #expect(try taken.output.hasSuffix(project.text("all.jsonl")), "\(taken)")
        }
        let bad = try await project.run(below: ["bash", "-c", "echo {} | \"$0\" store import -"])
        #expect(bad.status == 2 && bad.complaints.hasPrefix("standard input:1:"), "\(bad)")
    }

    @Test func oldRunsGoAndWhatIsKeptStays() async throws {
        for label in ["one", "two", "three"] {
            #expect(try await project.run("run", "-q", "--label", label).status == 0)
        }
        let none = try await project.run("store", "gc", "--older-than", "90d", "--format", "json")
        #expect(none.status == 0 && none.output.contains("\"runs\": []"), "\(none)")
        let flags = ["--keep-last", "1", "--keep-label", "#one"]
        let trial = try await project.run(["store", "gc", "--dry-run"] + flags)
        #expect(
            trial.output.contains("would remove 1 run with 1 attempt\n") && trial.output.contains("#two"), "\(trial)")
        #expect(try await project.run("show", "#two").status == 0)
        let real = try await project.run(["store", "gc"] + flags)
        #expect(real.output.contains("removed 1 run with 1 attempt\n"), "\(real)")
        #expect(try await project.run("show", "#two").status == 2)
        for label in ["#one", "#three"] { #expect(try await project.run("show", label).status == 0) }
        #expect(try await project.run("store", "vacuum").status == 0)
        #expect(try await project.run("store", "check").status == 0)
    }

    @Test(arguments: [
        (["--older-than", "3 days"], "--older-than cannot be '3 days'"), (["--keep-last", "-1"], "--keep-last"),
        (["--keep-label", "x"], "neither is given"),
    ])
    func flagsThatSayNothingAreRefused(flags: [String], words: String) async throws {
        #expect(try await project.run("run", "-q").status == 0)
        let gc = try await project.run(["store", "gc"] + flags)
        #expect(gc.status == 2 && gc.complaints.contains(words), "\(gc)")
    }

    // MARK: Where little can be written

    /// Whether a folder can be made read-only, or small, for one command.
    private static let canMount: Bool = {
        let trial = Process()
        trial.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        trial.arguments = ["bwrap", "--dev-bind", "/", "/", "--size", "100000", "--tmpfs", "/tmp", "true"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }()

    /// - Returns: How the command goes where a folder cannot be written to, not even by root.
    private func readOnly(_ arguments: String...) async throws -> ProjectFolder.Outcome {
        try await readOnly(arguments)
    }

    private func readOnly(_ arguments: [String]) async throws -> ProjectFolder.Outcome {
        let folder = project.path + "/.understudy"
        return try await project.run(arguments, below: ["bwrap", "--dev-bind", "/", "/", "--ro-bind", folder, folder])
    }

    @Test(.enabled(if: canMount, "bubblewrap cannot mount here"))
    func aStoreThatCannotBeWrittenToIsRead() async throws {
        #expect(try await project.run("run", "-q", "--label", "mine").status == 0)
        let shown = try await project.run("show", "--format", "json")
        #expect(try await readOnly("show", "--format", "json").output == shown.output)
        #expect(try await readOnly("search", "24133").status == 0)
        #expect(try await readOnly("store", "check").status == 0)
        let merge = try await readOnly(["merge", Self.file, "--store", "other.sqlite"])
        #expect(merge.output.contains("1 new run, 1 new attempt"), "\(merge)")
        for arguments in [["run", "-q"], ["store", "import", "x.jsonl"]] {
            try project.write("", to: "x.jsonl")
            let refused = try await readOnly(arguments)
            #expect(refused.status == 4, "\(refused)")
            #expect(
                refused.complaints.contains("the store \(Self.file): it may not be written to\n  fix: "), "\(refused)")
        }
        let trial = try await readOnly("store", "gc", "--keep-last", "0", "--dry-run")
        #expect(trial.status == 0 && trial.output.contains("would remove 1 run with 1 attempt"), "\(trial)")
        for arguments in [["store", "gc"], ["store", "vacuum"]] {
            let refused = try await readOnly(arguments)
            #expect(refused.status == 4 && refused.complaints.contains("it may not be written to"), "\(refused)")
        }
        #expect(try await project.run("store", "check").status == 0)
    }

    @Test(.enabled(if: canMount, "bubblewrap cannot mount here"))
    func anOlderStoreThatCannotBeWrittenToIsRead() async throws {
        let schema = ProjectFolder.packageFolder + "/Tests/Edges/TranscriptStoreTests/Schemas/schema-4.sql"
        try project.write("", to: ".understudy/folder")
        _ = try await project.onStore("db.executescript(open('\(schema)').read())")
        let trial = try await readOnly("store", "gc", "--keep-last", "0", "--dry-run")
        #expect(trial.status == 0 && trial.output.contains("would remove 1 run with 1 attempt"), "\(trial)")
        for arguments in [["store", "gc", "--keep-last", "0"], ["store", "vacuum"]] {
            let refused = try await readOnly(arguments)
            #expect(refused.status == 4 && refused.complaints.contains("it may not be written to"), "\(refused)")
        }
        let show = try await readOnly("show", "#first")
        #expect(show.status == 0 && show.output.contains("Hello, friend."), "\(show)")
        #expect(try await project.onStore("print(db.execute('PRAGMA user_version').fetchone()[0])") == "4\n")
        let opened = try await project.run("runs")
        #expect(
            opened.complaints.contains("note: \(Self.file) has schema 7 now; as it was, with schema 4, "), "\(opened)")
        #expect(project.has(Self.file + ".before-7"))
    }

    @Test(.enabled(if: canMount, "bubblewrap cannot mount here"), arguments: [100_000, 700_000, 1_500_000])
    func aFullDiskIsSaidAndWhatWasStoredIsWhole(byteCount: Int) async throws {
        try project.write("", to: ".understudy/folder")
        let script = """
            "$0" run -q --repeat 2000 --jobs 2; echo "run: $?"
            if "$0" runs >/dev/null 2>&1; then "$0" store check; else echo none; fi
            """
        let full = try await project.run(
            [],
            below: [
                "bwrap", "--dev-bind", "/", "/", "--size", "\(byteCount)", "--tmpfs", project.path + "/.understudy",
                "sh",
                "-c", script,
            ])
        #expect(full.output.contains("run: 4\n"), "\(full)")
        #expect(full.complaints.contains("the disk is full\n  fix: free some space"), "\(full)")
        #expect(full.output.hasSuffix("\(Self.file) is whole\n") || byteCount == 100_000, "\(full)")
    }
}
