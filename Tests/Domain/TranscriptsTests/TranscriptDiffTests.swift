import Cassettes
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
            case .moved, .deleted, .inserted: break
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
        let text = "It comes to 24133. TERMINATE"
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
            case .moved: "moved"
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
                    level: .metric)
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
        let isMetric = expected.allSatisfy { $0.level == .metric }
        switch difference.operations.first {
        case .same(let pair)? where isMetric: #expect(pair.changes == expected)
        case .changed(let pair)? where !isMetric: #expect(pair.changes == expected)
        default: Issue.record("expected one pair")
        }
        #expect(difference.operations.count == 1)
    }

    @Test(arguments: 0..<40)
    func anInvertedDiffGivesTheFirstTranscriptBack(seed: Int) throws {
        var random = RandomTranscripts(seed: UInt64(seed) + 500)
        let a = random.transcript(seed)
        let b = random.edited(a, edits: seed % 12)
        let difference = diff(a, b)
        #expect(difference.inverted.apply(to: b) == a)
        #expect(difference.inverted.inverted.apply(to: a) == b)
    }

    @Test func aMovedBlockIsOneMoveWithItsEntriesInIt() throws {
        let texts = (0..<12).map { "remark number \($0) about matter \($0 * 7) at hand" }
        let a = Transcript(subject: "s", entries: texts.enumerated().map { .said(turn: $0 + 1, "a", "b", $1) })
        var b = a
        let block = b.entries[2...4]
        b.entries.removeSubrange(2...4)
        b.entries.insert(contentsOf: block, at: 7)
        let difference = diff(a, b)
        let moved = difference.operations.compactMap { operation -> [Int]? in
            guard case .moved(let pair, let block) = operation else { return nil }
            return [pair.before.index, pair.after.index, block]
        }
        #expect(moved == [[2, 7, 1], [3, 8, 1], [4, 9, 1]])
        #expect(difference.counts == [.behaviour: 1])
        #expect(difference.firstDivergence?.what == .moved)
        #expect(difference.firstDivergence?.turn == 3)
        #expect(difference.apply(to: a) == b)
    }

    @Test func aFailedAttemptBeforeTheSameCallIsARepetition() throws {
        let a = Transcript.primes
        let place = try #require(a.entries.firstIndex { if case .codeRun = $0.kind { true } else { false } })
        guard case .codeRun(var run) = a.entries[place].kind else { return }
        (run.exitCode, run.stdout, run.stderr) = (1, "", "TimeoutError")
        var b = a
        b.entries.insert(Entry(turn: a.entries[place].turn, kind: .codeRun(run)), at: place)
        let relations = diff(a, b).operations.compactMap { operation -> Relation? in
            if case .inserted(_, let relation) = operation { relation } else { nil }
        }
        #expect(relations == [.repetition(of: place + 1)])
    }

    @Test func aSplitMessageIsItsFirstPartAndAnother() throws {
        let a = Transcript(
            subject: "s",
            entries: [
                .said(turn: 1, "a", "b", "one two three four five six seven eight"), .said(turn: 2, "b", "a", "ok"),
            ])
        let b = Transcript(
            subject: "s",
            entries: [
                .said(turn: 1, "a", "b", "one two three four five"), .said(turn: 2, "a", "b", "six seven eight"),
                .said(turn: 3, "b", "a", "ok"),
            ])
        let relations = diff(a, b).operations.compactMap { operation -> Relation? in
            if case .inserted(_, let relation) = operation { relation } else { nil }
        }
        #expect(relations == [.part(of: 0)])
    }

    static let chance: [(String, String)] = [
        ("id 6f1c2a3b-0000-4000-8000-0123456789ab", "id 11111111-2222-4333-8444-555555555555"),
        ("at 2026-01-02T03:04:05Z", "at 2026-01-02 04:11:12.123Z"), ("<F at 0x7f12ab34cd>", "<F at 0x7f99999999>"),
        ("wrote /tmp/tmpab12cd34/plot.png", "wrote /tmp/tmpzz99yy88/plot.png"), ("a\r\nb \nc", "a\nb\nc"),
        ("\u{1B}[31mred\u{1B}[0m", "red"), ("call_a1b2c3d4e5", "call_zz99zz99zz"),
    ]

    @Test(arguments: chance)
    func whatVariesByChanceIsNoDifference(before: String, after: String) {
        func transcript(_ output: String) -> Transcript {
            Transcript(
                subject: "s",
                entries: [
                    Entry(
                        turn: 1,
                        kind: .codeRun(
                            CodeRun(agent: "u", language: "python", code: "f()", exitCode: 0, stdout: output)))
                ])
        }
        let difference = diff(transcript(before), transcript(after))
        #expect(difference.isIdentical && difference.counts == [.metric: 1])
    }

    static let meant: [(String, String)] = [
        ("2026-01-02", "2026-01-03"), ("took 3.2 s", "took 3.3 s"), ("/tmp/plot.png", "/tmp/chart.png"),
        ("0x1F", "0x2F"),
        ("call_me", "call_you"), ("10:15", "10:16"), ("tmp", "temp"), ("a b", "a  b"),
    ]

    @Test(arguments: meant)
    func whatMayHaveBeenComputedIsADifference(before: String, after: String) {
        func transcript(_ output: String) -> Transcript {
            Transcript(
                subject: "s",
                entries: [
                    Entry(
                        turn: 1,
                        kind: .codeRun(
                            CodeRun(agent: "u", language: "python", code: "f()", exitCode: 0, stdout: output)))
                ])
        }
        #expect(diff(transcript(before), transcript(after)).counts == [.behaviour: 1])
    }

    @Test func masksHideOnlyWhatTheyNameWhereTheyNameIt() throws {
        func transcript(_ city: String, _ text: String) -> Transcript {
            let call = ToolCall(id: nil, name: "weather", arguments: "{\"city\": \"\(city)\"}")
            return Transcript(
                subject: "s",
                entries: [
                    Entry(turn: 1, kind: .message(.init(speaker: "a", recipient: "b", text: text, toolCalls: [call])))
                ])
        }
        let a = transcript("run-1", "run-1"), b = transcript("run-2", "run-2")
        let pattern = try #require(MatchPattern("regex: run-[0-9]+"))
        func counts(_ path: String?) -> [FieldChange.Level: Int] {
            let mask = MatchRules.Mask(path: path.flatMap { JSONPath(parsing: $0) }, pattern: pattern, as: "x")
            return diff(a, b, by: DiffRules(masks: [mask])).counts
        }
        #expect(counts(nil) == [.metric: 2])
        #expect(counts("$.text") == [.metric: 1, .behaviour: 1])
        #expect(counts("$.tool_calls[*].arguments.city") == [.metric: 1, .behaviour: 1])
        #expect(counts("$.stdout") == [.behaviour: 2])
    }

    @Test func numbersInArgumentsMayDifferByTheTolerance() {
        func transcript(_ number: String) -> Transcript {
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: Self.call("{\"x\": \(number)}"))])
        }
        let a = transcript("100"), b = transcript("100.4")
        #expect(diff(a, b).counts == [.behaviour: 1])
        #expect(diff(a, b, by: DiffRules(tolerance: 0.01)).counts == [.metric: 1])
    }

    /// Before, after, the tolerance that was asked for, and whether the two are the same.
    static let numbers: [(String, String, Double?, Bool)] = [
        ("5551234567", "5551234568", nil, false), ("1700000000", "1700000001", nil, false),
        ("17e8", "1700000001", nil, false),
        ("9007199254740993", "9007199254740992", nil, false), ("9007199254740993", "9007199254740992", 0, false),
        ("9007199254740993", "9007199254740992", 1e-9, true), ("1700000000", "1700000001", 1e-9, true),
        ("1", "1.0", nil, true), ("1", "1.0", 0, true), ("0", "-0.0", nil, true), ("100", "1e2", 0, true),
        ("0.1", "0.10000000001", nil, true), ("0.1", "0.10000000001", 0, false),
        ("0.1", "0.10000000000000001", 0, false), ("1700000000.5", "1700000000.25", nil, true),
        ("1.00000000001e+20", "1e+20", nil, true),
        ("1e400", "2", nil, false), ("1e400", "2", 0.5, false), ("-1e400", "1e400", 0.5, false),
        ("1e400", "1e401", 0.5, false), ("1e400", "10e399", nil, true), ("1e-400", "1e-401", 0.5, false),
        ("1e-400", "0", 0.5, false), ("1.5e308", "-1.5e308", 0.5, false),
    ]

    @Test(arguments: numbers)
    func numbersInArgumentsAreComparedExactlyWhereTheyAreWhole(
        before: String, after: String, tolerance: Double?, areSame: Bool
    ) {
        func transcript(_ number: String) -> Transcript {
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: Self.call("{\"x\": \(number)}"))])
        }
        let rules = DiffRules(tolerance: tolerance)
        #expect(diff(transcript(before), transcript(after), by: rules).isIdentical == areSame)
        #expect(diff(transcript(after), transcript(before), by: rules).isIdentical == areSame)
        let normal = diff(transcript(before).normalised(), transcript(after).normalised(), by: rules)
        #expect(normal.isIdentical == areSame || before.contains("e+"), "as a check does, with the baseline's form")
    }

    @Test func anotherNumberInTheSameWordsIsBehaviour() {
        func transcript(_ text: String) -> Transcript {
            Transcript(subject: "s", entries: [.said(turn: 1, "a", "b", text)])
        }
        #expect(diff(transcript("the sum is 24133."), transcript("the sum is 24134.")).counts == [.behaviour: 1])
        #expect(diff(transcript("the sum is 24133."), transcript("it is 24134.")).counts == [.wording: 1])
        #expect(diff(transcript("the sum is 24133."), transcript("the sum is 24133!")).counts == [.wording: 1])
    }

    static let otherNumbers: [(String, String)] = [
        ("-5 degrees", "5 degrees"), ("it is -5.", "it is 5."), ("(−5)", "(5)"), ("x=-5", "x=5"), ("-$5", "$5"),
        ("$1.50", "$150"), ("it is 1.5 m", "it is 15 m"), ("it is .5 m", "it is 5 m"), ("1,5 m", "15 m"),
        ("1,000", "1.000"), ("1,000.50", "1,000,50"), ("1'000 m", "10'000 m"), ("1e-5 m", "1e5 m"),
        ("x=٣", "x=٤"), ("½ cup", "¼ cup"), ("1½ cups", "11 cups"), ("第三章", "第四章"), ("１２ m", "１３ m"),
        ("10² m", "102 m"),
        ("-½ m", "½ m"), ("5m", "6 m"), ("1/2 cup", "12 cup"),
        ("2, 3, 5", "2, 3, 5, 7"), ("step2 of 3", "step3 of 3"),
        ("It comes to 24133, I think.", "It comes to 24134, I know."),
    ]

    @Test(arguments: otherNumbers)
    func signsDecimalsAndDigitsOfAllScriptsMakeAnotherNumber(before: String, after: String) {
        func transcript(_ text: String) -> Transcript {
            Transcript(subject: "s", entries: [.said(turn: 1, "a", "b", text)])
        }
        #expect(diff(transcript(before), transcript(after)).counts == [.behaviour: 1])
        #expect(diff(transcript(after), transcript(before)).counts == [.behaviour: 1])
    }

    static let sameNumbers: [(String, String)] = [
        ("in 5.", "in 5,"), ("in 5. Then", "in 5 – then"), ("it is (5)", "it is 5"), ("step-5", "step 5"),
        ("3-5 days", "3 - 5 days"), ("3–5 days", "3 – 5 days"), ("10%-20%", "10% - 20%"), ("f(x)-5", "f(x) - 5"),
        ("it is -5", "it is −5"), ("1,000 m", "1000 m"), ("1,234,567.5 m", "1234567.5 m"),
        ("1\u{202F}000 m", "1,000 m"),
        ("(100,200)", "(100, 200)"), ("2,3,5", "2, 3, 5"), ("½ cup", "1/2 cup"), ("x=٣", "x: 3"), ("$5", "5 $"),
        ("1. one 2. two", "1) one 2) two"), ("+5 m", "5 m"), (".5 m", "0.5 m"), ("0x1F2E3D4C, 5", "0x5E6F7A8B: 5"),
        ("at 10:11:12, ok", "at 10:12:13; ok"), ("all of the 5", "the 6"), ("Total 5", "Sum 6"),
    ]

    @Test(arguments: sameNumbers)
    func punctuationAroundNumbersIsWording(before: String, after: String) {
        func transcript(_ text: String) -> Transcript {
            Transcript(subject: "s", entries: [.said(turn: 1, "a", "b", text)])
        }
        #expect(diff(transcript(before), transcript(after)).counts == [.wording: 1])
        #expect(diff(transcript(after), transcript(before)).counts == [.wording: 1])
    }

    @Test func aDiffOfAnotherTranscriptDoesNotApply() {
        var other = Transcript.primes
        other.entries.removeLast()
        #expect(diff(.primes, other).apply(to: other) == nil)
    }

    @Test func longTranscriptsWithoutLandmarksAreAlignedByTheirRuns() throws {
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
        #expect(
            unpaired <= 5, "a changed first, a skipped, a restored, and an exchanged last entry; one may have moved")
    }
}
