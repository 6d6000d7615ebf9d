import Conversations
import Documents
import Testing
import Transcripts

@Suite struct TranscriptDiffTests {
    @Test(arguments: 0..<60)
    func applyingADiffGivesTheOtherTranscriptExactly(seed: Int) throws {
        var random = RandomTranscripts(seed: UInt64(seed))
        let a = random.transcript(seed)
        let b = seed % 3 == 0 ? random.transcript(60 - seed) : random.edited(a, edits: seed % 20)
        let result = try #require(diff(a, b).apply(to: a))
        #expect(result == b)
        #expect(result.json.text() == b.json.text(), "timing, usage and requests too")
    }

    @Test(arguments: 0..<20)
    func aTranscriptIsIdenticalToItself(seed: Int) {
        var random = RandomTranscripts(seed: UInt64(seed))
        let transcript = random.transcript(seed * 3)
        let difference = diff(transcript, transcript)
        #expect(difference.isIdentical)
        #expect(difference.firstDivergence == nil)
        #expect(difference.counts.isEmpty)
    }

    /// What the pairs call the same is the same by an independent measure: the stored form without metrics.
    @Test(arguments: 0..<30)
    func onlyEqualEntriesAreCalledTheSame(seed: Int) {
        func essence(_ entry: Entry) -> JSONValue {
            var json = entry.json
            for name in ["turn", "at", "took", "usage", "request"] { json.set(nil, at: JSONPointer([name])) }
            for index in 0..<(json["tool_calls"]?.arrayValue?.count ?? 0) {
                json.set(nil, at: JSONPointer(["tool_calls", String(index), "id"]))
            }
            return json
        }
        var random = RandomTranscripts(seed: UInt64(seed) + 1000)
        let a = random.transcript(40)
        let difference = diff(a, random.edited(a, edits: 12))
        for operation in difference.operations {
            switch operation {
            case .same(let pair): #expect(essence(pair.before.entry) == essence(pair.after.entry))
            case .changed(let pair): #expect(essence(pair.before.entry) != essence(pair.after.entry))
            case .deleted, .inserted: break
            }
        }
    }

    @Test func timingUsageRequestsAndCallIDsAreNoDifference() {
        let call = ToolCall(id: "call_1", name: "plot", arguments: "{}")
        let other = ToolCall(id: "call_2", name: "plot", arguments: "{}")
        func transcript(_ call: ToolCall, tokens: Int, took: Double) -> Transcript {
            Transcript(
                subject: "s",
                entries: [
                    Entry(
                        turn: 1,
                        kind: .llmCall(
                            LLMCall(
                                agent: "a", model: "m", request: ["seed": .number(tokens)], status: 200,
                                toolCalls: [call],
                                usage: Usage(promptTokens: tokens, completionTokens: 1))),
                        timing: Timing(start: took, duration: took))
                ])
        }
        let difference = diff(transcript(call, tokens: 5, took: 0.5), transcript(other, tokens: 6, took: 0.75))
        #expect(difference.isIdentical)
        #expect(difference.counts == [.metric: 3])
    }

    @Test func aRewordedAnswerIsOneChangeOfTheMessage() throws {
        let a = Transcript.primes
        let text = "The sum is 24134. TERMINATE"
        let b = a.replacing(5, with: Entry.llm(turn: 4, text).kind)
            .replacing(6, with: Entry.said(turn: 4, "assistant", "user_proxy", text).kind)
        let divergence = try #require(diff(a, b).firstDivergence)
        #expect(divergence.turn == 4)
        #expect(divergence.speaker == "assistant")
        #expect(divergence.entry == b.entries[6])
        let change = FieldChange(
            field: .text, before: "The sum is 24133. TERMINATE", after: .string(text), level: .wording)
        #expect(divergence.what == .changed(change))
        #expect(diff(a, b).counts == [.wording: 1])
    }

    @Test func aQuiteDifferentAnswerAtTheSamePlaceIsAChangeNotAnExchange() throws {
        let a = Transcript.primes
        let b = a.replacing(5, with: Entry.llm(turn: 4, "No idea, sorry").kind)
            .replacing(6, with: Entry.said(turn: 4, "assistant", "user_proxy", "No idea, sorry").kind)
        let divergence = try #require(diff(a, b).firstDivergence)
        guard case .changed(let change) = divergence.what else {
            Issue.record("expected a changed field")
            return
        }
        #expect(change.field == .text)
        #expect(change.after == "No idea, sorry")
    }

    @Test func anInsertedTurnLeavesTheRestTheSame() throws {
        let a = Transcript.primes
        var b = a
        b.entries.insert(.said(turn: 2, "critic", "assistant", "Mind the off-by-one at the end"), at: 1)
        for index in 2..<b.entries.count { b.entries[index].turn += 1 }
        let difference = diff(a, b)
        let kinds = difference.operations.map { operation in
            switch operation {
            case .same: "same"
            case .changed: "changed"
            case .deleted: "deleted"
            case .inserted: "inserted"
            }
        }
        #expect(kinds == ["same", "inserted"] + Array(repeating: "same", count: 7))
        #expect(difference.firstDivergence?.what == .added)
        #expect(difference.firstDivergence?.turn == 2)
        #expect(difference.counts == [.behaviour: 1, .metric: 0].filter { $0.value > 0 })
    }

    static let changes: [(String, Entry.Kind, Entry.Kind, [FieldChange])] = [
        (
            "exit code and output",
            .codeRun(CodeRun(agent: "u", language: "python", code: "f()", exitCode: 1, stdout: "a", stderr: "e")),
            .codeRun(CodeRun(agent: "u", language: "python", code: "f()", exitCode: 0, stdout: "b", stderr: "")),
            [
                FieldChange(field: .exitCode, before: 1, after: 0, level: .behaviour),
                FieldChange(field: .stdout, before: "a", after: "b", level: .behaviour),
                FieldChange(field: .stderr, before: "e", after: "", level: .behaviour),
            ]
        ),
        (
            "an argument, by its path",
            call(#"{"city": "Rome", "days": [1, 2]}"#), call(#"{"days": [1, 3], "city": "Rome", "unit": "C"}"#),
            [
                FieldChange(
                    field: .arguments(call: 0, JSONPointer(["days", "1"])), before: 2, after: 3, level: .behaviour),
                FieldChange(
                    field: .arguments(call: 0, JSONPointer(["unit"])), before: nil, after: "C", level: .behaviour),
            ]
        ),
        (
            "arguments spelled otherwise",
            call(#"{"n":1,"m":2}"#), call(#"{"m": 2, "n": 1.0}"#),
            [
                FieldChange(
                    field: .arguments(call: 0, JSONPointer()), before: #"{"n":1,"m":2}"#, after: #"{"m": 2, "n": 1.0}"#,
                    level: .wording)
            ]
        ),
        (
            "another speaker",
            .message(MessageSent(speaker: "a", recipient: "b", text: "x")),
            .message(MessageSent(speaker: "c", recipient: "b", text: "x")),
            [FieldChange(field: .speaker, before: "a", after: "c", level: .behaviour)]
        ),
        (
            "the cause of the end",
            .end(End(cause: .maxTurns, agent: "a")), .end(End(cause: .terminationMessage, agent: "a")),
            [FieldChange(field: .cause, before: "max_turns", after: "termination_message", level: .behaviour)]
        ),
        (
            "letters that only look alike",
            .message(MessageSent(speaker: "a", recipient: "b", text: "caf\u{E9}")),
            .message(MessageSent(speaker: "a", recipient: "b", text: "cafe\u{301}")),
            [FieldChange(field: .text, before: "caf\u{E9}", after: "cafe\u{301}", level: .wording)]
        ),
    ]

    private static func call(_ arguments: String) -> Entry.Kind {
        .message(
            MessageSent(
                speaker: "a", recipient: "b", text: nil,
                toolCalls: [ToolCall(id: nil, name: "weather", arguments: arguments)]))
    }

    @Test(arguments: changes)
    func aChangeNamesItsFieldBothValuesAndItsLevel(name: String, a: Entry.Kind, b: Entry.Kind, expected: [FieldChange])
    {
        let difference = diff(
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: a)]),
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: b)]))
        guard case .changed(let pair)? = difference.operations.first, difference.operations.count == 1 else {
            Issue.record("expected one changed pair")
            return
        }
        #expect(pair.changes == expected)
    }

    @Test func aDiffOfAnotherTranscriptDoesNotApply() {
        var other = Transcript.primes
        other.entries.removeLast()
        #expect(diff(.primes, other).apply(to: other) == nil)
    }

    @Test func longTranscriptsWithoutLandmarksAreAlignedInABand() throws {
        func boilerplate(_ count: Int, skipping skipped: Int) -> Transcript {
            Transcript(
                subject: "s",
                entries: (0..<count).filter { $0 != skipped }.map {
                    .said(turn: $0 + 1, $0 % 7 == 0 ? "a" : "b", "c", $0 % 3 == 0 ? "ok" : "go on")
                })
        }
        let a = boilerplate(2600, skipping: 1300)
        var b = boilerplate(2600, skipping: 40)
        b.entries[0] = .said(turn: 1, "a", "c", "well")
        b.entries[2598] = .said(turn: 2600, "a", "c", "done")
        let difference = diff(a, b)
        #expect(difference.apply(to: a) == b)
        let unpaired = difference.operations.count {
            switch $0 {
            case .same: false
            default: true
            }
        }
        #expect(unpaired == 5, "a changed first, a skipped, a restored, and an exchanged last entry")
    }
}
