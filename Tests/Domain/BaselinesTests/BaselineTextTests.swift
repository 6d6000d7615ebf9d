import Baselines
import Cassettes
import Documents
import Foundation
import TestSupport
import Testing
import Transcripts

@Suite struct BaselineTextTests {
    static let sample = """
        # Why this is accepted: the tutorial's story.
        understudy: baseline/1
        match:
          mask:
          - {path: $.stdout, pattern: "regex: took [0-9.]+ s", as: took <n> s}
        variants:
        # The usual way.
        - entries:
          - turn: 1
            message: {speaker: user, recipient: assistant}
            text: Sum the first 100 primes.
          - turn: 2
            llm_call: {agent: assistant, model: gpt-4o, status: 200, finish_reason: stop}
            text: |-
              Here it is:
              print(1)
          - turn: 2
            message: {speaker: assistant, recipient: user, repeats: answer}   # as it was said
          - turn: 3
            code_run: {agent: user, language: python, exit_code: 0}
            code: print(1)
            stdout: took <n> s
        - point: model=gpt-4o
          note: what the other model says
          entries:
          - turn: 1
            end: {cause: max_turns, agent: user}

        """

    @Test func aFileIsReadAsWhatItSays() throws {
        let baseline = try BaselineReader.read(Array(Self.sample.utf8), file: "s.baseline.yaml")
        #expect(baseline.masks.map(\.replacement) == ["took <n> s"])
        #expect(baseline.variants.map(\.point) == [nil, "model=gpt-4o"])
        #expect(baseline.variants.map(\.note) == [nil, "what the other model says"])
        #expect(baseline.places(for: nil) == [0] && baseline.places(for: "model=gpt-4o") == [1])
        let entries = baseline.variants[0].entries
        #expect(entries.map(\.turn) == [1, 2, 2, 3])
        guard case .message(let message) = entries[2].kind, case .codeRun(let run) = entries[3].kind else {
            Issue.record("expected a message and a run of code")
            return
        }
        #expect(message.text == "Here it is:\nprint(1)")
        #expect(run.stdout == "took <n> s" && run.stderr.isEmpty)
    }

    @Test func aSaveWithoutAChangeKeepsEveryByte() throws {
        var text = try BaselineText(Array(Self.sample.utf8), file: "s.baseline.yaml")
        text.set(text.baseline)
        #expect(text.bytes == Array(Self.sample.utf8))
    }

    @Test func whatDoesNotChangeKeepsItsBytes() throws {
        var text = try BaselineText(Array(Self.sample.utf8), file: "s.baseline.yaml")
        var baseline = text.baseline
        baseline.variants[1].entries.append(.said(2, "user", "assistant", "one more"))
        text.set(baseline)
        let written = String(decoding: text.bytes, as: UTF8.self)
        let head = try #require(Self.sample.range(of: "- point:")).lowerBound
        #expect(written.hasPrefix(Self.sample[..<head]), "comments, layout and the other variant\n\(written)")
        #expect(text.baseline == baseline)
    }

    @Test func aFurtherMaskKeepsTheCommentAtTheTop() throws {
        var text = try BaselineText(Array(Self.sample.utf8), file: "s.baseline.yaml")
        var baseline = text.baseline
        baseline.add(.init(path: nil, pattern: try #require(MatchPattern("uuid")), as: "<uuid>"))
        text.set(baseline)
        let written = String(decoding: text.bytes, as: UTF8.self)
        #expect(written.hasPrefix("# Why this is accepted: the tutorial's story.\nunderstudy: baseline/1\n"))
        #expect(written.contains("# The usual way.\n- entries:"))
        #expect(text.baseline == baseline)
    }

    @Test(arguments: 0..<40)
    func whatIsWrittenIsReadAgain(seed: Int) throws {
        var stories = RandomStories(seed: UInt64(seed))
        var baseline = Baseline()
        if seed % 3 == 0 { baseline.add(.init(pattern: try #require(MatchPattern("epoch")), as: "<time>")) }
        for number in 0..<seed % 4 {
            baseline.variants.append(
                .init(
                    point: seed % 2 == 0 ? nil : "n=\(number)",
                    entries: baseline.normalised(stories.transcript(seed * 2)).entries))
        }
        var text = BaselineText(file: "s.baseline.yaml")
        text.set(baseline)
        #expect(text.baseline == baseline, "\(String(decoding: text.bytes, as: UTF8.self))")
        #expect(try BaselineReader.read(text.bytes, file: "s.baseline.yaml") == baseline)
        // The normal form is its own, so that nothing differs from itself.
        for variant in baseline.variants {
            let comparison = BaselineComparison(
                of: Transcript(subject: "s", entries: variant.entries), with: baseline, point: variant.point)
            #expect(comparison.isAccepted)
        }
        let bytes = text.bytes
        text.set(text.baseline)
        #expect(text.bytes == bytes)
    }

    @Test(arguments: 0..<30)
    func anyChangeOfAnyFileIsSaid(seed: Int) throws {
        var stories = RandomStories(seed: UInt64(seed) + 99)
        var text = try BaselineText(Array(Self.sample.utf8), file: "s.baseline.yaml")
        for _ in 0..<5 {
            var baseline = text.baseline
            switch stories.random.int(0...3) {
            case 0 where !baseline.variants.isEmpty:
                baseline.variants.remove(at: stories.random.int(0...baseline.variants.count - 1))
            case 1: baseline.variants.append(.init(point: "x", entries: stories.transcript(4).normalised().entries))
            case 2 where !baseline.variants.isEmpty:
                baseline.variants[0].entries = stories.transcript(6).normalised().entries
            default: baseline.masks = Array(baseline.masks.dropFirst())
            }
            text.set(baseline)
            #expect(text.baseline == baseline)
        }
    }

    static let mistakes: [(String, String, Int, Int, String)] = [
        ("understudy: baseline/1", "understudy: baseline/9", 2, 13, "unknown baseline version"),
        ("turn: 1\n    message", "turn: one\n    message", 9, 11, "'turn' cannot be"),
        ("speaker: user, recipient: assistant", "speaker: user", 9, 5, "'recipient' is missing"),
        ("exit_code: 0", "exit_code: zero", 20, 58, "'exit_code' cannot be"),
        ("code_run:", "cod_run:", 20, 5, "unknown kind 'cod_run'"),
        ("cause: max_turns", "cause: boredom", 27, 18, "unknown cause 'boredom'"),
        ("repeats: answer", "repeats: question", 18, 61, "unknown member 'repeats'"),
        ("pattern: \"regex: took [0-9.]+ s\"", "pattern: uid", 5, 31, "unknown pattern 'uid'"),
        ("  mask:\n", "  ignore: [$.text]\n  mask:\n", 4, 3, "a baseline has no 'ignore'"),
        ("note:", "nota:", 24, 3, "unknown key 'nota'"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsToldWithItsPlace(old: String, new: String, line: Int, column: Int, message: String) throws {
        let text = Self.sample.replacing(old, with: new)
        #expect(text != Self.sample)
        let error = #expect(throws: Diagnostics.self) {
            try BaselineReader.read(Array(text.utf8), file: "s.baseline.yaml")
        }
        let first = try #require(error?.all.first)
        #expect(first.message.contains(message), "\(first)")
        #expect(first.place == Place(line: line, column: column), "\(first)")
    }

    @Test func anAnswerThatIsNotThereIsNotRepeated() throws {
        let text = """
            understudy: baseline/1
            variants:
            - entries:
              - turn: 2
                message: {speaker: a, recipient: b, repeats: answer}
              - just text

            """
        let error = #expect(throws: Diagnostics.self) { try BaselineReader.read(Array(text.utf8), file: "b.yaml") }
        #expect(error?.all.map { $0.place?.line } == [5, 6])
    }

    @Test func bytesOfAnyKindAreReadOrRefused() {
        var random = RandomStories(seed: 7).random
        let original = Array(Self.sample.utf8)
        for count in 0...original.count { check(Array(original[..<count])) }
        for _ in 0..<600 {
            var bytes = original
            for _ in 0...random.int(0...3) {
                let index = random.int(0...bytes.count - 1)
                switch random.int(0...2) {
                case 0: bytes[index] = UInt8(random.int(0...255))
                case 1: bytes.remove(at: index)
                default: bytes.insert(random.pick(Array("{}[]:-,#&*!|>'\"%@`\n\t\\ \0~?()".utf8)), at: index)
                }
            }
            check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) {
        do {
            var text = try BaselineText(bytes, file: "b.yaml")
            text.set(text.baseline)
            #expect(text.bytes == bytes)
        } catch let error as Diagnostics {
            #expect(!error.all.isEmpty && error.all.allSatisfy { $0.place != nil }, "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }
}
