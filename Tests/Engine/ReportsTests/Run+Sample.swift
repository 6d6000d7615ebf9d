import Conversations
import Transcripts

extension Run {
    static let nightly = Run(
        id: "019abc12-3456-7000-8000-00000000000a", label: "nightly", startedAt: 1_763_900_000.25,
        endedAt: 1_763_900_003.5, status: .failed, toolVersion: "0.1.0",
        gitSHA: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", branch: "main",
        arguments: ["run", "scenarios/tutorial", "--jobs", "2"])
    static let passed = Run(
        id: "019abc11-0000-7000-8000-00000000000b", startedAt: 1_763_899_000, endedAt: 1_763_899_065, status: .passed,
        toolVersion: "0.1.0", branch: "fix/tools", arguments: ["run"])
    static let unfinished = Run(
        id: "019abc10-0000-7000-8000-00000000000c", startedAt: 951_782_400, toolVersion: "0.1.0", arguments: ["run"])

    static let list = [
        RunSummary(run: nightly, attemptCount: 3, passedCount: 1),
        RunSummary(run: passed, attemptCount: 1, passedCount: 1),
        RunSummary(run: unfinished, attemptCount: 2, passedCount: 1),
    ]
}

extension AttemptSummary {
    static let list = [
        AttemptSummary(
            id: "a1", run: Run.nightly.id, scenario: "tutorial/two-agent", startedAt: 1_763_900_000.25,
            endedAt: 1_763_900_000.66, outcome: .init(status: .passed), turnCount: 6,
            usage: Usage(promptTokens: 1704, completionTokens: 217)),
        AttemptSummary(
            id: "a2", run: Run.nightly.id, scenario: "tutorial/pipeline/model=gpt-4o", startedAt: 1_763_900_000.7,
            endedAt: 1_763_900_002.7,
            outcome: .init(
                status: .failed,
                findings: [
                    "scenarios/tutorial/pipeline.yaml:14:3: expected the output to contain '24133'\n  it was '21536'"
                ],
                misses: ["no recording answers POST /v1/chat/completions: $.messages[2].content differs"]),
            turnCount: 11, usage: Usage(promptTokens: 0, completionTokens: 0)),
        AttemptSummary(
            id: "a3", run: Run.nightly.id, scenario: "tutorial/group", startedAt: 1_763_900_002.9, endedAt: nil,
            outcome: .none, turnCount: 0, usage: Usage(promptTokens: 0, completionTokens: 0)),
    ]
}
