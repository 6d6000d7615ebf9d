import Conversations
import Testing
import Transcripts

@Suite struct ScenarioHistoryTests {
    private static func row(_ digest: String?, _ assertions: [(String, Bool)] = []) -> ScenarioHistory.Row {
        var attempt = AttemptSummary(
            id: "a", run: "r", scenario: "s", startedAt: 1, endedAt: 2, outcome: .init(status: .passed), turnCount: 1,
            usage: Usage(promptTokens: 0, completionTokens: 0))
        attempt.scenarioDigest = digest
        attempt.outcome.assertions = assertions.map { Attempt.Assertion(expected: $0, passed: $1) }
        return ScenarioHistory.Row(run: Run(id: "r", startedAt: 1, toolVersion: "0"), attempt: attempt)
    }

    /// An attempt of which nothing is known lies between two that are compared.
    @Test(
        arguments: [
            ([], []), (["1"], [false]), ([nil, "1"], [false, false]),
            (["1", "1", "2", "1"], [false, false, true, true]),
            (["1", nil, "1"], [false, false, false]), (["1", nil, "2"], [false, false, true]),
        ] as [([String?], [Bool])])
    func anAttemptOfAnotherVersionIsMarked(digests: [String?], changed: [Bool]) {
        let history = ScenarioHistory(scenario: "s", rows: digests.map { Self.row($0) }, confidence: 0.95)
        #expect(history.rows.map(\.isOfChangedScenario) == changed)
    }

    @Test func eachExpectationIsCountedWhereItWasJudged() {
        let rows = [
            Self.row(nil, [("turns: 2", true), ("exit_code: 0", false)]), Self.row(nil),
            Self.row(nil, [("said: x", true), ("exit_code: 0", true)]),
        ]
        let expectations = ScenarioHistory(scenario: "s", rows: rows, confidence: 0.95).expectations
        #expect(expectations.map(\.expected) == ["turns: 2", "exit_code: 0", "said: x"])
        #expect(expectations.map(\.passed) == [1, 1, 1] && expectations.map(\.total) == [1, 2, 1])
    }
}
