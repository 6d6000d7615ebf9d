import Conversations
import Documents
import TestSupport
import Transcripts

extension Transcript {
    /// Two agents, one run of code; every kind of entry.
    static func story(
        greeting: String = "Here is a program that sums the primes.", output: String = "took 3.25 s\n24133\n",
        exitCode: Int = 0, ending: String = "The sum is 24133. TERMINATE"
    ) -> Transcript {
        Transcript(
            subject: "story",
            entries: [
                .said(1, "user", "assistant", "Sum the first 100 primes."), .answered(2, greeting),
                .said(2, "assistant", "user", greeting),
                Entry(
                    turn: 3,
                    kind: .codeRun(
                        CodeRun(
                            agent: "user", language: "python", code: "print(sum(primes))", exitCode: exitCode,
                            stdout: output))),
                .said(3, "user", "assistant", "exit code and output of the program, as it was printed"),
                .answered(4, ending), .said(4, "assistant", "user", ending),
                Entry(turn: 4, kind: .end(End(cause: .terminationMessage, agent: "user"))),
            ])
    }

    /// The same, one turn later in everything, with a message before it.
    static func longer(_ story: Transcript, by text: String) -> Transcript {
        var entries = story.entries
        for index in entries.indices { entries[index].turn += 1 }
        return Transcript(subject: story.subject, entries: [.said(1, "critic", "user", text)] + entries)
    }
}

extension Entry {
    static func said(_ turn: Int, _ speaker: String, _ recipient: String, _ text: String?) -> Entry {
        Entry(turn: turn, kind: .message(MessageSent(speaker: speaker, recipient: recipient, text: text)))
    }

    static func answered(_ turn: Int, _ text: String) -> Entry {
        Entry(
            turn: turn,
            kind: .llmCall(
                LLMCall(
                    agent: "assistant", model: "gpt-4o", request: ["turn": .number(turn)], status: 200, text: text,
                    finishReason: "stop", usage: Usage(promptTokens: turn, completionTokens: 7))),
            timing: Timing(start: Double(turn), duration: 0.5))
    }
}

/// Makes transcripts of all kinds of entries, with texts that writers are known to change.
struct RandomStories {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func text() -> String {
        random.once(in: 3)
            ? random.pick(NastyText.all.filter { $0.utf8.count < 2000 })
            : (0..<random.int(1...20)).map { _ in random.pick(["sum", "of", "primes", "plot", "file", "41", "the"]) }
                .joined(separator: " ") + " \(random.int(0...40))"
    }

    mutating func entry(turn: Int) -> Entry {
        let names = ["user", "assistant", "critic"]
        func optional(_ text: String) -> String? { text.isEmpty ? nil : text }
        switch random.int(0...9) {
        case 0...3:
            let calls =
                random.once(in: 4)
                ? [ToolCall(id: "call_\(turn)x1", name: "plot", arguments: #"{"n": \#(turn), "city": "Rome"}"#)] : []
            return Entry(
                turn: turn,
                kind: .message(
                    MessageSent(
                        speaker: random.pick(names), recipient: random.pick(names),
                        text: random.once(in: 8) ? nil : text(), toolCalls: calls)))
        case 4...6:
            return Entry(
                turn: turn,
                kind: .llmCall(
                    LLMCall(
                        agent: random.pick(names), model: "gpt-4o", request: ["n": 1],
                        status: random.once(in: 6) ? nil : 200, text: random.once(in: 6) ? nil : text(),
                        failure: random.once(in: 6) ? text() : nil)))
        case 7...8:
            return Entry(
                turn: turn,
                kind: .codeRun(
                    CodeRun(
                        agent: random.pick(names), language: "python", code: text(),
                        exitCode: random.once(in: 8) ? nil : random.int(0...1), stdout: text(),
                        stderr: random.once(in: 3) ? text() : "")))
        default: return Entry(turn: turn, kind: .end(End(cause: .maxTurns, agent: random.pick(names))))
        }
    }

    mutating func transcript(_ count: Int) -> Transcript {
        Transcript(subject: "random", entries: (0..<count).map { entry(turn: $0 / 2 + 1) })
    }

    /// A copy with entries removed, added, moved and changed; turns counted anew.
    mutating func edited(_ transcript: Transcript, edits: Int) -> Transcript {
        var entries = transcript.entries
        for _ in 0..<edits where !entries.isEmpty {
            let index = random.int(0...entries.count - 1)
            switch random.int(0...3) {
            case 0: entries.remove(at: index)
            case 1:
                let entry = entries.remove(at: index)
                entries.insert(entry, at: random.int(0...entries.count))
            case 2: entries[index] = entry(turn: 0)
            default: entries.insert(entry(turn: 0), at: index)
            }
        }
        for index in entries.indices { entries[index].turn = index / 2 + 1 }
        return Transcript(subject: transcript.subject, entries: entries)
    }
}
