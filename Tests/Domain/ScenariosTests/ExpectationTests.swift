import Scenarios
import Testing
import TextConditions
import Transcripts

@Suite struct ExpectationTests {
    /// Two attempts at code, the first of which fails.
    static let transcript = Transcript(
        subject: "primes",
        entries: [
            Entry(turn: 1, kind: .message(MessageSent(speaker: "user", recipient: "bot", text: "Sum the primes."))),
            Entry(turn: 2, kind: .message(MessageSent(speaker: "bot", recipient: "user", text: "I try.\r\nFirst."))),
            Entry(
                turn: 3,
                kind: .codeRun(
                    CodeRun(agent: "user", language: "python", code: "1/0", exitCode: 1, stderr: "ZeroDivisionError"))),
            Entry(turn: 3, kind: .message(MessageSent(speaker: "user", recipient: "bot", text: "exitcode: 1"))),
            Entry(turn: 4, kind: .message(MessageSent(speaker: "bot", recipient: "user", text: nil))),
            Entry(
                turn: 5,
                kind: .codeRun(
                    CodeRun(agent: "user", language: "python", code: "print(24133)", exitCode: 0, stdout: "24133\n"))),
            Entry(
                turn: 5, kind: .message(MessageSent(speaker: "user", recipient: "bot", text: "exitcode: 0 cafe\u{301}"))
            ),
            Entry(turn: 6, kind: .message(MessageSent(speaker: "bot", recipient: "user", text: "TERMINATE"))),
            Entry(turn: 6, kind: .end(End(cause: .terminationMessage, agent: "user"))),
        ])

    @Test(
        arguments: [
            .exitCode(0), .said(by: nil, .contains("First")), .said(by: "bot", .equals("TERMINATE")),
            .said(by: "user", .contains("cafe")), .said(by: "bot", .contains("\r")),
            .printed(.stdout, .equals("24133\n")),
            .printed(.stderr, .contains("ZeroDivision")), .printed(.output, .equals("ZeroDivisionError")),
            .turns(.exactly(6)), .turns(.init(atLeast: 1)), .turns(.init(atLeast: 1, atMost: 6)),
            .codeRuns(.exactly(2)),
            .endedBy(.terminationMessage, agent: nil), .endedBy(.terminationMessage, agent: "user"),
        ] as [Expectation.Claim])
    func aClaimThatHoldsFailsOnlyNegated(claim: Expectation.Claim) throws {
        #expect(Expectation(claim).judge(Self.transcript) == nil)
        let negated = Expectation(claim, isNegated: true)
        let finding = try #require(negated.judge(Self.transcript))
        #expect(finding.expectation == negated)
        #expect(finding.turn != nil)
    }

    @Test(
        arguments: [
            (.exitCode(1), 5, "the last code run exited with 0"),
            (.said(by: "bot", .contains("sorry")), 6, #"the last of 3 messages, by bot, is "TERMINATE""#),
            (.said(by: "bot", .equals("terminate")), 6, #"the last of 3 messages, by bot, is "TERMINATE""#),
            (
                .said(by: "user", .contains("caf\u{E9}")), 5,
                "the last of 3 messages, by user, is \"exitcode: 0 cafe\u{301}\""
            ),
            (.said(by: "critic", .contains("x")), nil, "critic said nothing"),
            (.printed(.stdout, .contains("24134")), 5, #"the stdout of the last of 2 code runs is "24133\n""#),
            (.printed(.stderr, .equals("24133\n")), 5, #"the stderr of the last of 2 code runs is """#),
            (.turns(.init(atMost: 4)), 5, "6 turns"), (.turns(.init(atLeast: 7)), 6, "6 turns"),
            (.turns(.exactly(2)), 3, "6 turns"), (.turns(.exactly(9)), 6, "6 turns"),
            (.codeRuns(.init(atMost: 0)), 3, "2 code runs"), (.codeRuns(.init(atMost: 1)), 5, "2 code runs"),
            (.codeRuns(.init(atLeast: 3)), 5, "2 code runs"),
            (.endedBy(.maxTurns, agent: nil), 6, "it ended by termination_message, noticed by user"),
            (.endedBy(.terminationMessage, agent: "bot"), 6, "it ended by termination_message, noticed by user"),
        ] as [(Expectation.Claim, Int?, String)])
    func aClaimThatDoesNotHoldSaysWhereAndWhatIsThere(claim: Expectation.Claim, turn: Int?, seen: String) {
        let expectation = Expectation(claim)
        #expect(
            expectation.judge(Self.transcript) == Finding(expectation: expectation, turn: turn, seen: seen))
        #expect(Expectation(claim, isNegated: true).judge(Self.transcript) == nil)
    }

    @Test(
        arguments: [
            (.said(by: "bot", .contains("First")), 2, #"bot said "I try.\r\nFirst.""#),
            (.printed(.output, .contains("Division")), 3, #"the output of a code run is "ZeroDivisionError""#),
            (.exitCode(0), 5, "the last code run exited with 0"), (.turns(.init(atMost: 9)), 6, "6 turns"),
            (.endedBy(.terminationMessage, agent: nil), 6, "it ended by termination_message, noticed by user"),
        ] as [(Expectation.Claim, Int?, String)])
    func aNegatedClaimPointsAtWhatBreaksIt(claim: Expectation.Claim, turn: Int?, seen: String) {
        let expectation = Expectation(claim, isNegated: true)
        #expect(
            expectation.judge(Self.transcript) == Finding(expectation: expectation, turn: turn, seen: seen))
    }

    @Test(
        arguments: [
            (.exitCode(0), "no code ran"), (.said(by: nil, .contains("x")), "nobody said anything"),
            (.printed(.output, .contains("x")), "no code ran"), (.turns(.init(atLeast: 1)), "0 turns"),
            (.codeRuns(.init(atLeast: 1)), "0 code runs"), (.endedBy(.maxTurns, agent: nil), "it did not end"),
        ] as [(Expectation.Claim, String)])
    func anEmptyTranscriptHasNoTurnToPointAt(claim: Expectation.Claim, seen: String) {
        let expectation = Expectation(claim)
        let finding = expectation.judge(Transcript(subject: "empty"))
        #expect(finding == Finding(expectation: expectation, turn: nil, seen: seen))
    }

    @Test func aRunWithoutResultHasNoExitCode() {
        let run = CodeRun(agent: "a", language: "python", code: "x", exitCode: nil, failure: "timed out")
        let transcript = Transcript(subject: "s", entries: [Entry(turn: 2, kind: .codeRun(run))])
        let finding = Expectation(.exitCode(0)).judge(transcript)
        #expect(finding?.seen == #"the last code run gave no result: "timed out""#)
        #expect(finding?.turn == 2)
    }

    @Test func aLongTextIsShownAroundWhatBreaksTheExpectation() throws {
        let text = String(repeating: "a", count: 500) + "NEEDLE" + String(repeating: "b", count: 500)
        let message = MessageSent(speaker: "a", recipient: "b", text: text)
        let transcript = Transcript(subject: "s", entries: [Entry(turn: 1, kind: .message(message))])
        let finding = Expectation(.said(by: nil, .contains("NEEDLE")), isNegated: true).judge(transcript)
        let seen = try #require(finding?.seen)
        #expect(seen.contains("NEEDLE"))
        #expect(seen.hasPrefix("a said …\"aaa"))
        #expect(seen.hasSuffix("bbb\"…"))
        #expect(seen.unicodeScalars.count < 150)
    }

    @Test(
        arguments: [
            (.exitCode(0), "exit_code: 0"), (.said(by: "a", .contains("\"x\"")), "said: {by: a, contains: '\"x\"'}"),
            (.printed(.output, .contains("24133")), "output: {contains: \"24133\"}"),
            (.turns(.exactly(2)), "turns: {exactly: 2}"), (.turns(.init(atMost: 6)), "turns: {at_most: 6}"),
            (.codeRuns(.init(atLeast: 1, atMost: 2)), "code_runs: {at_least: 1, at_most: 2}"),
            (.endedBy(.maxTurns, agent: nil), "ended_by: max_turns"),
            (.endedBy(.error, agent: "a"), "ended_by: {cause: error, agent: a}"),
            (.said(by: nil, .equals("a\nb")), "said: {equals: \"a\\nb\"}"),
        ] as [(Expectation.Claim, String)])
    func anExpectationIsDescribedAsItIsWritten(claim: Expectation.Claim, text: String) {
        #expect(Expectation(claim).description == text)
        #expect(Expectation(claim, isNegated: true).description == "not: {\(text)}")
    }
}
