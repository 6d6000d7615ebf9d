import Cassettes
import Documents
import ProjectFiles
import Testing

@Suite struct ProjectSettingsTests {
    private let folder: TemporaryFolder
    private let project: Project

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.path)
    }

    private func problems(_ text: String) throws -> String {
        try folder.write("understudy.yaml", text)
        let error = try #require(throws: Diagnostics.self) { try project.settings() }
        return error.description.replacing(folder.path + "/", with: "")
    }

    @Test func aProjectWithoutSettingsSaysNothing() throws { #expect(try project.settings() == ProjectSettings()) }

    @Test func matchRulesAreThoseOfACassettesHeader() throws {
        try folder.write(
            "understudy.yaml",
            """
            # Of all recordings.
            understudy: project/1
            match:
              ignore: [$..run_id]
              mask: [{pattern: uuid, as: <uuid>}]
              alias: [{pattern: hex-id}]
            """)
        let match = try project.settings().match
        #expect(match.ignore.map(\.description) == ["$..run_id"])
        #expect(match.mask.map(\.replacement) == ["<uuid>"] && match.alias.map(\.pattern.description) == ["hex-id"])
        #expect(match.defaults == MatchRules.newestDefaults)
    }

    @Test(arguments: [("90d", 90), ("12w", 84), ("7", 7), ("0d", 0)])
    func anAgeIsInDaysOrWeeks(text: String, days: Int) throws {
        try folder.write("understudy.yaml", "understudy: project/1\nmax_age: \(text)\n")
        #expect(try project.settings().maximumAge == MaximumAge(days: days))
    }

    @Test(arguments: ["", "d", "-1d", "1.5d", "90 d", "90days", "1234567d", "٣d"])
    func isNoAge(text: String) { #expect(MaximumAge(text) == nil) }

    @Test(arguments: [
        ("", "understudy.yaml:1:1: error: an empty file\n  expected: understudy: project/1\n  fix: remove it"),
        ("match: {}", "understudy.yaml:1:1: error: the key 'understudy' is missing\n  expected: understudy: project/1"),
        (
            "understudy: project/2",
            "understudy.yaml:1:13: error: unknown version 'project/2' of project settings\n  expected: project/1\n  fix: use a newer understudy"
        ),
        (
            "understudy: cassette/1",
            "understudy.yaml:1:13: error: not project settings: 'cassette/1'\n  expected: project/1\n  fix: write understudy: project/1"
        ),
        (
            "understudy: project/1\nupstream: {openai: live}",
            "understudy.yaml:2:1: error: unknown key 'upstream'\n  expected: one of match, max_age, understudy\n  fix: use a newer understudy"
        ),
        (
            "understudy: project/1\nmatch: {defaults: 1}",
            "understudy.yaml:2:9: error: unknown key 'defaults'\n  expected: one of alias, ignore, mask\n  fix: use a newer understudy"
        ),
        (
            "understudy: project/1\nmax_age: soon",
            "understudy.yaml:2:10: error: max_age is 'soon'\n  expected: a number of days or weeks: 90d, 12w"
        ),
        (
            "understudy: project/1\nmax_age: [90d]",
            "understudy.yaml:2:10: error: max_age is a list\n  expected: a number of days or weeks: 90d, 12w"
        ),
        (
            "- a",
            "understudy.yaml:1:1: error: a project's settings must be a mapping, not list\n  expected: NAME: VALUE pairs\nunderstudy.yaml:1:1: error: the key 'understudy' is missing\n  expected: understudy: project/1"
        ),
    ])
    func isRefusedAtItsPlace(text: String, expected: String) throws { #expect(try problems(text) == expected) }

    @Test func aFolderOfThatNameIsNoSettings() throws {
        try folder.write("understudy.yaml/x", "")
        #expect(throws: FileError.self) { try project.settings() }
    }
}
