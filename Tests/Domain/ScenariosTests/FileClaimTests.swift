import Documents
import Scenarios
import Testing
import Transcripts

@Suite struct FileClaimTests {
    private static let transcript = Transcript(
        subject: "s",
        entries: [
            Entry(turn: 1, kind: .message(MessageSent(speaker: "u", recipient: "b", text: "Draw."))),
            Entry(
                turn: 3,
                kind: .codeRun(
                    CodeRun(agent: "u", language: "python", code: "plt.savefig('/app/chart.png')", exitCode: 0))),
            Entry(turn: 5, kind: .codeRun(CodeRun(agent: "u", language: "python", code: "print(1)", exitCode: 0))),
        ])

    private static let files = [
        FileSighting(path: "/app/chart.png", exists: true), FileSighting(path: "/app/sum.txt", exists: false),
        FileSighting(path: "/app/notes.md", exists: true, text: "The sum is 24133."),
        // A second sandbox has another version of it.
        FileSighting(path: "/app/notes.md", exists: true, text: "Nothing yet."),
    ]

    private func finding(_ line: String) throws -> Finding? {
        let text = """
            understudy: scenario/1
            name: x
            agents: {u: {kind: user_proxy}, b: {kind: assistant, model: m}}
            conversation: {two_agent: {from: u, to: b, message: m}}
            expect: [{\(line)}]
            """
        let expectation = try #require(try ScenarioReader.read(text, file: "s.yaml").expectations.first)
        #expect(expectation.description == line)
        return expectation.judge(Self.transcript, Circumstances(files: Self.files))
    }

    @Test(arguments: [
        "file: /app/chart.png", #"file: {path: /app/notes.md, contains: "24133"}"#,
        "file: {path: /app/notes.md, equals: Nothing yet.}",
    ])
    func whatIsThereHolds(line: String) throws {
        #expect(try finding(line) == nil)
        #expect(try finding("not: {\(line)}") != nil)
    }

    @Test(arguments: [
        ("file: /app/sum.txt", 5, "it is not there"),
        ("file: /app/other.png", 5, "only /app/chart.png, /app/notes.md was seen"),
        (
            "file: {path: /app/chart.png, contains: x}", 3,
            "/app/chart.png is there, but nobody read it, or it is no text"
        ),
        (#"file: {path: /app/notes.md, matches: "A.*B"}"#, 5, #"/app/notes.md is "Nothing yet.""#),
        ("not: {file: /app/chart.png}", 3, "/app/chart.png is there"),
    ])
    func whatIsMissingIsToldWithTheTurnThatNamesIt(line: String, turn: Int, seen: String) throws {
        let finding = try #require(try finding(line))
        #expect(finding.turn == turn)
        #expect(finding.seen == seen)
    }

    @Test(arguments: [
        ("file: chart.png", "'chart.png' is no absolute path"), ("file: /app/../x", "'/app/../x' is no absolute path"),
        ("file: {contains: x}", "the key 'path' is missing"), ("file: [a]", "file cannot be a list"),
    ])
    func whatIsNoFileIsRefused(line: String, message: String) {
        let error = #expect(throws: Diagnostics.self) { try finding(line) }
        #expect(error?.all.first?.message == message)
    }

    @Test func oneChatOfAPipelineIsNotJudgedByFiles() {
        let text = """
            understudy: scenario/1
            name: x
            agents: {u: {kind: user_proxy}, b: {kind: assistant, model: m}}
            conversation: {pipeline: [{from: u, to: b, message: m, expect: [{file: /a}]}]}
            """
        #expect(throws: Diagnostics.self) { try ScenarioReader.read(text, file: "s.yaml") }
    }
}
