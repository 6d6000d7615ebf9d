import Testing

@Suite struct FlagTests {
    static let commands = [
        [], ["run"], ["record"], ["serve"], ["sandbox"], ["cassette"], ["cassette", "verify"], ["cassette", "rekey"],
        ["cassette", "adopt"], ["runs"], ["show"], ["diff"], ["init"], ["completions"],
    ]

    @Test(arguments: commands)
    func helpIsAnAnswer(command: [String]) async throws {
        let project = try ProjectFolder()
        for flag in ["--help", "-h"] {
            let help = try await project.run(command + [flag])
            #expect(help.status == 0 && help.complaints.isEmpty, "\(help)")
            #expect(help.output.contains("OVERVIEW: ") && help.output.contains("USAGE: understudy"), "\(help)")
            #expect(help.output.contains((["understudy"] + command).joined(separator: " ")), "\(help)")
        }
        #expect(project.files.isEmpty)
    }

    @Test(arguments: commands)
    func versionIsAnAnswer(command: [String]) async throws {
        let version = try await ProjectFolder().run(command + ["--version"])
        #expect(version.status == 0 && version.complaints.isEmpty, "\(version)")
        #expect(version.output.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil, "\(version)")
    }

    /// Arguments, and the text that has to be named.
    static let mistakes: [([String], String)] = [
        (["bogus"], "bogus"),
        (["--bogus"], "--bogus"),
        (["run", "--bogus"], "--bogus"),
        (["run", "--format", "xml"], "xml"),
        (["run", "--used-up", "never"], "never"),
        (["run", "--quiet", "--verbose"], "--quiet"),
        (["run", "--label"], "--label"),
        (["runs", "--limit", "x"], "x"),
        (["runs", "--limit", "0"], "0"),
        (["runs", "extra"], "extra"),
        (["show", "latest", "latest"], "latest"),
        (["diff"], "before"),
        (["diff", "latest"], "after"),
        (["diff", "latest", "latest", "--format", "html"], "html"),
        (["serve"], "--cassette"),
        (["serve", "--cassette", "a", "--port", "x"], "x"),
        (["serve", "--cassette", "a", "--port", "70000"], "70000"),
        (["serve", "--cassette", "a", "--port", "-1"], "--port"),
        (["serve", "--cassette", "a", "--host", "0.0.0.0"], "--key"),
        (["serve", "--cassette", "a", "--used-up", "never"], "never"),
        (["sandbox", "--format", "xml"], "xml"),
        (["sandbox", "--host", "0.0.0.0"], "--key"),
        (["cassette", "bogus"], "bogus"),
        (["cassette", "rekey"], "name|file"),
        (["cassette", "adopt"], "name"),
        (["cassette", "adopt", "../up"], "../up"),
        (["record"], "scenario"),
        (["record", "x", "--max-cost", "0"], "--max-cost takes"),
        (["record", "x", "--python", "p", "--upstream", "openai=script"], "--upstream hopx=sandbox"),
        (["record", "x", "--callback-address", "here"], "not an address"),
        (["run", "--python", "p", "--upstream", "hopx=sandbox"], "a replay runs no code"),
        (["serve", "--cassette", "a", "--callback-address", "http://a.example"], "--mode replay makes none"),
        (["exec", "--cassette", "a", "--max-requests", "2", "--", "true"], "--mode replay asks none"),
    ]

    @Test(arguments: mistakes)
    func aWrongFlagIsBadInput(arguments: [String], named: String) async throws {
        let project = try ProjectFolder()
        let outcome = try await project.run(arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.complaints.contains(named), "\(outcome)")
        #expect(project.files.isEmpty)
    }

    @Test func aWrongFlagReadsLikeAnyOtherError() async throws {
        for arguments in [["run", "--bogus"], ["run", "--quiet", "--verbose"], ["cassette", "adopt", "../up"]] {
            let outcome = try await ProjectFolder().run(arguments)
            #expect(outcome.complaints.hasPrefix("error: "), "\(outcome)")
        }
    }
}
