import Conversations
import Documents
import Transcripts

/// Random numbers that are the same on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Makes transcripts with much boilerplate, and edited copies of them.
struct RandomTranscripts {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let words = "the sum of primes is data plot user agent file value error result row column mean"
        .split(separator: " ")
    private static let speakers = ["user_proxy", "assistant", "critic", "planner"]
    private static let boilerplate = ["TERMINATE", "", "ok", "exitcode: 0 (execution succeeded)\nCode output: "]

    mutating func text() -> String {
        if Int.random(in: 0..<5, using: &generator) == 0 {
            return RandomTranscripts.boilerplate.randomElement(using: &generator) ?? ""
        }
        let count = Int.random(in: 1..<25, using: &generator)
        return (0..<count).map { _ in String(RandomTranscripts.words.randomElement(using: &generator) ?? "") }
            .joined(separator: " ") + " \(Int.random(in: 0..<50, using: &generator))"
    }

    mutating func name() -> String { RandomTranscripts.speakers.randomElement(using: &generator) ?? "" }

    mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &generator) == 0 }

    mutating func toolCalls() -> [ToolCall] {
        guard chance(6) else { return [] }
        return (0...Int.random(in: 0..<2, using: &generator)).map { index in
            ToolCall(
                id: chance(3) ? nil : "call_\(generator.next() % 1000)", name: chance(2) ? "plot" : "load",
                arguments: chance(4) ? "not json {" : #"{"city": "\#(name())", "n": [1, \#(index)]}"#)
        }
    }

    mutating func entry(turn: Int) -> Entry {
        let kind: Entry.Kind
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5:
            kind = .message(
                MessageSent(speaker: name(), recipient: name(), text: chance(9) ? nil : text(), toolCalls: toolCalls()))
        case 5..<8:
            kind = .llmCall(
                LLMCall(
                    agent: name(), model: chance(5) ? "gpt-4o-mini" : "gpt-4o", request: ["n": .number(turn)],
                    status: chance(8) ? 429 : 200, text: chance(6) ? nil : text(), toolCalls: toolCalls(),
                    finishReason: chance(4) ? nil : "stop",
                    usage: chance(4) ? nil : Usage(promptTokens: turn, completionTokens: 3),
                    failure: chance(8) ? "rate limit" : nil))
        case 8:
            kind = .codeRun(
                CodeRun(
                    agent: name(), language: "python", code: text(), exitCode: chance(3) ? 1 : 0, stdout: text() + "\n",
                    stderr: chance(3) ? text() : "",
                    shown: chance(3)
                        ? [ShownOutput("html", .string(text())), ShownOutput("json", ["n": .number(turn)])] : [],
                    failure: chance(9) ? "timed out" : nil))
        default:
            kind = .end(End(cause: End.Cause.allCases.randomElement(using: &generator) ?? .error, agent: name()))
        }
        let timing = Timing(
            start: Double.random(in: 0..<100, using: &generator), duration: Double.random(in: 0..<3, using: &generator))
        return Entry(turn: turn, kind: kind, timing: timing)
    }

    mutating func transcript(_ count: Int) -> Transcript {
        Transcript(subject: "random", entries: (0..<count).map { entry(turn: $0 / 2 + 1) })
    }

    /// A copy with entries removed, added, exchanged and reworded; turns counted anew.
    mutating func edited(_ transcript: Transcript, edits: Int) -> Transcript {
        var entries = transcript.entries
        for _ in 0..<edits {
            let index = entries.isEmpty ? 0 : Int.random(in: 0..<entries.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where !entries.isEmpty: entries.remove(at: index)
            case 1 where !entries.isEmpty: entries.insert(entries.remove(at: index), at: 0)
            case 2 where !entries.isEmpty: entries[index].timing.duration += 1
            case 3 where !entries.isEmpty:
                if case .message(var message) = entries[index].kind {
                    message.text = (message.text ?? "") + " indeed"
                    entries[index].kind = .message(message)
                }
            default: entries.insert(entry(turn: 0), at: index)
            }
        }
        for index in entries.indices { entries[index].turn = index / 2 + 1 }
        return Transcript(subject: "edited", entries: entries)
    }
}
