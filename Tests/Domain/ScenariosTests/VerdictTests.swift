import Scenarios
import Testing
import Transcripts

@Suite struct VerdictTests {
    static let failed = Transcript(
        subject: "s", entries: [Entry(turn: 2, kind: .end(End(cause: .error, agent: "bot", failure: "no answer")))])

    @Test func aTranscriptAsExpectedPasses() {
        let verdict = Verdict(judging: ExpectationTests.transcript, by: [Expectation(.exitCode(0))])
        #expect(verdict.passed)
        #expect(verdict.findings.isEmpty && verdict.misses.isEmpty)
    }

    @Test func findingsKeepTheOrderOfTheExpectations() {
        let expectations = [
            Expectation(.turns(.exactly(1))), Expectation(.turns(.exactly(6))), Expectation(.exitCode(3)),
        ]
        let verdict = Verdict(judging: ExpectationTests.transcript, by: expectations)
        #expect(!verdict.passed)
        #expect(verdict.findings.map(\.expectation) == [expectations[0], expectations[2]])
    }

    @Test func everyExpectationIsTold() {
        let expectations = [Expectation(.turns(.exactly(6))), Expectation(.exitCode(3))]
        let verdict = Verdict(judging: ExpectationTests.transcript, by: expectations)
        #expect(
            verdict.assertions.map(\.expected) == ["turns: {exactly: 6}", "exit_code: 3", "not: {ended_by: error}"])
        #expect(verdict.assertions.map(\.passed) == [true, false, true])
        #expect(verdict.assertions[1].seen == verdict.findings[0].seen && verdict.assertions[1].seen != nil)
        #expect(verdict.assertions[1].turn == verdict.findings[0].turn && verdict.assertions[0].seen == nil)
    }

    @Test func aMissFailsWhateverTheExpectationsSay() {
        let miss = Verdict.Miss(title: "no recording answers request 2", lines: ["$.messages[0].content differs"])
        let verdict = Verdict(judging: ExpectationTests.transcript, by: [Expectation(.exitCode(0))], misses: [miss])
        #expect(verdict.findings.isEmpty)
        #expect(!verdict.passed)
    }

    @Test func anErrorAtTheEndFailsUnlessItIsExpected() {
        let verdict = Verdict(judging: Self.failed, by: [])
        #expect(verdict.findings.map(\.expectation.description) == ["not: {ended_by: error}"])
        #expect(verdict.findings.map(\.seen) == [#"it ended by error, noticed by bot: "no answer""#])
        let notMaxTurns = Expectation(.endedBy(.maxTurns, agent: nil), isNegated: true)
        #expect(!Verdict(judging: Self.failed, by: [notMaxTurns]).passed)
        #expect(Verdict(judging: Self.failed, by: [Expectation(.endedBy(.error, agent: "bot"))]).passed)
    }
}
