import Documents
import Reports
import Testing
import Transcripts

@Suite struct TerminalTests {
    let plain = Terminal(width: 80)

    @Test(arguments: [
        ("two-agent", Transcript.twoAgent), ("tools", .tools), ("hostile", .hostile),
        ("empty", Transcript(subject: "empty")),
    ])
    func aTranscriptReadsAsAConversation(name: String, transcript: Transcript) throws {
        try expectGolden(plain.transcript(transcript), "transcript-\(name).txt")
    }

    @Test func staleAnswersAreMarked() {
        var transcript = Transcript.twoAgent
        for index in transcript.entries.indices {
            switch transcript.entries[index].kind {
            case .llmCall, .codeRun: transcript.entries[index].stale = index + 1
            case .message, .end: break
            }
        }
        let marks = Terminal(width: 200).transcript(transcript).matches(of: /stale: the answer of interaction (\d+)/)
        let wanted = transcript.entries.compactMap(\.stale)
        #expect(!wanted.isEmpty && marks.compactMap { Int($0.1) }.sorted() == wanted)
        #expect(!plain.transcript(.twoAgent).contains("stale"))
    }

    @Test func proseIsWrappedToTheWidthAndCodeIsNot() throws {
        let page = Terminal(width: 44).transcript(.twoAgent)
        try expectGolden(page, "transcript-narrow.txt")
        let lines: [Substring] = page.split(separator: "\n")
        let long = lines.filter { $0.count > 44 }
        #expect(long.allSatisfy { $0.hasPrefix("     │ ") || $0.contains("gpt-4o ·") })
    }

    @Test func coloursAddNothingButColours() throws {
        let coloured = Terminal(style: .coloured).transcript(.twoAgent)
        try expectGolden(coloured.replacing("\u{1B}", with: "␛"), "transcript-coloured.txt")
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.transcript(.twoAgent))
    }

    @Test func nothingAnAgentSaysSteersTheTerminal() {
        let hostile = Transcript.hostile
        let pages = [
            plain.transcript(hostile), plain.diff(diff(hostile, .tools), title: "\u{1B}[1m"),
            plain.diff(diff(.tools, hostile), title: "t"),
            plain.card(Card(title: "\u{1B}[1m", place: "\u{9B}x", lines: ["\u{1B}[2J\u{7}"])),
        ]
        for scalar in pages.joined().unicodeScalars where scalar != "\n" {
            #expect(scalar.properties.generalCategory != .control)
            #expect(!(0x202A...0x202E).contains(scalar.value))
        }
    }

    @Test func aListOfRunsHasTheColumnsItNeeds() throws {
        try expectGolden(plain.runs(Run.list), "runs.txt")
        try expectGolden(plain.runs([]), "runs-none.txt")
        try expectGolden(plain.runs([RunSummary(run: .unfinished, attemptCount: 0, passedCount: 0)]), "runs-one.txt")
    }

    @Test func aRunShowsItsAttemptsAndWhatWasFound() throws {
        try expectGolden(plain.run(.nightly, attempts: AttemptSummary.list), "run.txt")
        try expectGolden(plain.run(.unfinished, attempts: []), "run-without-attempts.txt")
    }

    @Test func runsOfTheSameMinuteAreToldApart() {
        var twin = Run.nightly
        twin.id = "019abc12-3456-7000-8000-00000000000f"
        let page = plain.runs([
            RunSummary(run: .nightly, attemptCount: 1, passedCount: 1),
            RunSummary(run: twin, attemptCount: 1, passedCount: 1),
        ])
        #expect(page.contains(Run.nightly.id))
        #expect(page.contains(twin.id))
    }

    @Test func aDiffNamesTheFirstDivergenceAndEachChange() throws {
        try expectGolden(plain.diff(diff(.twoAgent, .twoAgentChanged), title: "tutorial/two-agent"), "diff.txt")
        try expectGolden(plain.diff(diff(.twoAgentChanged, .twoAgent), title: "tutorial/two-agent"), "diff-back.txt")
        try expectGolden(plain.diff(diff(.twoAgent, .twoAgent), title: "tutorial/two-agent"), "diff-identical.txt")
    }

    @Test func aDiffInColourNeedsNoMarks() throws {
        let page = Terminal(style: .coloured).diff(diff(.twoAgent, .twoAgentChanged), title: "tutorial/two-agent")
        try expectGolden(page.replacing("\u{1B}", with: "␛"), "diff-coloured.txt")
    }

    @Test func aCardSetsAFailureApart() throws {
        let card = Card(
            title: "tutorial/two-agent", place: "scenarios/tutorial/two-agent.yaml:31:3",
            lines: [
                "expected an output to contain '24133'", "  it was '21536' in turn 5", "",
                "The nearest recording is number 7; it differs first at $.messages[4].content, where the recording has 'exitcode: 0'.",
                "fix: understudy record scenarios/tutorial/two-agent.yaml",
            ])
        let warning = Card(.warning, title: "a stale answer", lines: ["turn 3 was answered by the nearest recording"])
        let narrow = Terminal(width: 50)
        try expectGolden(plain.card(card) + narrow.card(card) + plain.card(warning), "cards.txt")
    }
}
