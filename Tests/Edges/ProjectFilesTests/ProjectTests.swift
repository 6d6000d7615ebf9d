import Cassettes
import Documents
import Foundation
import ProjectFiles
import Testing

@Suite struct ProjectTests {
    private let folder: TemporaryFolder
    private let project: Project

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.path)
    }

    private func cassette() throws -> String { CassetteWriter().document(for: try .sample()) }

    // MARK: Reading

    @Test func fileIsReadAsItIs() throws {
        try folder.write("a", "\u{FEFF}é\r\n\0")
        #expect(try project.read(folder.path + "/a") == Array("\u{FEFF}é\r\n\0".utf8))
    }

    @Test func missingAndFolderAreErrorsThatSaySo() throws {
        let missing = try #require(throws: FileError.self) { try project.read(folder.path + "/none") }
        #expect(missing.isMissing)
        #expect(
            missing.description == """
                cannot read '\(folder.path)/none': there is no such file
                  fix: check the path: it was looked for in '\(folder.path)'
                """)
        let folderError = try #require(throws: FileError.self) { try project.read(folder.path) }
        #expect(folderError.isMissing)
        #expect(folderError.description == "cannot read '\(folder.path)': it is a folder\n  fix: name a file")
    }

    @Test func misspeltFileIsToldItsNeighbour() throws {
        try folder.write("story.yaml", "")
        let misspelt = try #require(throws: FileError.self) { try project.read(folder.path + "/stroy.yaml") }
        #expect(misspelt.fix == "did you mean 'story.yaml'?")
        let lost = try #require(throws: FileError.self) { try project.read(folder.path + "/none/story.yaml") }
        #expect(lost.fix == "check the path: '\(folder.path)/none' is no folder that can be read")
    }

    @Test(.enabled(if: geteuid() != 0, "root reads everything")) func unreadableIsNotMissing() throws {
        try folder.write("secret", "x")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path + "/secret")
        let error = try #require(throws: FileError.self) { try project.read(folder.path + "/secret") }
        #expect(!error.isMissing)
    }

    @Test func replacedFileIsWholeAndLeavesNothingBeside() throws {
        try folder.write("a", "old")
        try project.replace(folder.path + "/a", with: Array("new".utf8))
        #expect(try folder.text("a") == "new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
        #expect(throws: FileError.self) { try project.replace(folder.path + "/none/a", with: []) }
    }

    // MARK: Files by folder

    @Test func yamlFilesAreSortedWithoutBaselines() throws {
        for name in ["b.yaml", "a/z.yaml", "a/a.yaml", "c.yml", "a/z.baseline.yaml", "d.yaml.recording", "notes.txt"] {
            try folder.write("scenarios/" + name, "")
        }
        let files = try project.yamlFiles(at: [project.scenariosFolder])
        #expect(files == ["a/a.yaml", "a/z.yaml", "b.yaml"].map { "\(folder.path)/scenarios/\($0)" })
    }

    @Test func pathsKeepTheirOrderAndCountOnce() throws {
        for name in ["b.yaml", "a.yaml", "c.txt"] { try folder.write("scenarios/" + name, "") }
        let s = project.scenariosFolder
        #expect(
            try project.yamlFiles(at: ["\(s)/b.yaml", s, "\(s)/c.txt"]) == ["\(s)/b.yaml", "\(s)/a.yaml", "\(s)/c.txt"])
        let error = try #require(throws: FileError.self) { try project.yamlFiles(at: [s, "\(s)/none.yaml"]) }
        #expect(error.isMissing && error.path == "\(s)/none.yaml")
        #expect(try project.yamlFiles(at: []) == [])
    }

    // MARK: Cassettes

    @Test func namesAreThoseOfTheFilesFound() throws {
        for name in [
            "b.yaml", "dir/a.yaml", "dir/not a name.yaml", "x.yaml.recording", "readme.md", "p/model=gpt.yaml",
            "p/model=gpt 4.yaml",
        ] {
            try folder.write("cassettes/" + name, "")
        }
        #expect(project.cassetteNames.map(\.text).sorted() == ["b", "dir/a", "p/model=gpt"])
        #expect(Project(folder: folder.path + "/none").cassetteNames.isEmpty)
    }

    @Test func nameOpensTheCassetteOfThatName() throws {
        try folder.write("cassettes/dir/story.yaml", cassette())
        #expect(try project.cassette(try #require(CassetteName("dir/story"))).header.name.text == "dir/story")
        for text in ["dir/story", "dir:story"] {
            #expect(try project.cassetteFile(named: text) == folder.path + "/cassettes/dir/story.yaml")
            #expect(try project.cassette(named: text).index.isEmpty)
        }
        // A file is opened wherever it is.
        try folder.write("elsewhere.yaml", cassette())
        #expect(try project.cassette(named: folder.path + "/elsewhere.yaml").header.name.text == "dir/story")
    }

    @Test(arguments: [
        "..", "../secret", "dir/../../secret", "/etc/passwd", "dir:..:..:secret", "", "none", "dir", "dir/", "a b",
        "Dir/Story",
    ])
    func nameIsNeverMadeAPath(text: String) throws {
        try folder.write("cassettes/dir/story.yaml", cassette())
        try folder.write("secret.yaml", cassette())
        let error = try #require(throws: FileError.self) { try project.cassetteFile(named: text) }
        #expect(error.isMissing)
    }

    @Test func missingCassetteSaysWhichFileAndHowToRecordIt() throws {
        let error = try #require(throws: FileError.self) { try project.cassette(try #require(CassetteName("none"))) }
        #expect(
            error.description.contains("\(folder.path)/cassettes/none.yaml")
                && error.description.contains("understudy record none"))
    }

    @Test func brokenCassetteIsDiagnosedAtItsPlace() throws {
        try folder.write("cassettes/bad.yaml", "---\nunderstudy: cassette/2\n...\n")
        let error = try #require(throws: Diagnostics.self) { try project.cassette(named: "bad") }
        #expect(error.description.contains("\(folder.path)/cassettes/bad.yaml:2:"))
    }

    @Test func scenarioNamesItsCassetteByItsPath() throws {
        let s = project.scenariosFolder
        #expect(project.cassetteName(ofScenario: "\(s)/dir/story.yaml")?.text == "dir/story")
        #expect(project.cassetteName(ofScenario: "\(s)/dir/../story.yaml")?.text == "story")
        #expect(project.cassetteName(ofScenario: "\(folder.path)/story.yaml") == nil)
        #expect(project.cassetteName(ofScenario: "\(s)/../story.yaml") == nil)
        #expect(project.cassetteName(ofScenario: "\(s)/not a name.yaml") == nil)
    }
}
