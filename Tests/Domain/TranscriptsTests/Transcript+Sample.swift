import Conversations
import Documents
import Transcripts

extension Transcript {
    /// Two agents, one failing run of code, one that works; every kind of entry.
    static let primes = Transcript(
        subject: "primes",
        entries: [
            Entry(
                turn: 1,
                kind: .message(
                    MessageSent(speaker: "user_proxy", recipient: "assistant", text: "Sum the first 100 primes."))),
            .llm(turn: 2, "Here is a program:\n```python\nprint(sum(primes))\n```"),
            .said(turn: 2, "assistant", "user_proxy", "Here is a program:\n```python\nprint(sum(primes))\n```"),
            Entry(
                turn: 3,
                kind: .codeRun(
                    CodeRun(
                        agent: "user_proxy", language: "python", code: "print(sum(primes))", exitCode: 1,
                        stderr: "NameError: name 'primes' is not defined\n")),
                timing: Timing(start: 1.5, duration: 0.1)),
            .said(turn: 3, "user_proxy", "assistant", "exitcode: 1 (execution failed)"),
            .llm(turn: 4, "The sum is 24133. TERMINATE"),
            .said(turn: 4, "assistant", "user_proxy", "The sum is 24133. TERMINATE"),
            Entry(turn: 4, kind: .end(End(cause: .terminationMessage, agent: "user_proxy"))),
        ])

    func replacing(_ index: Int, with kind: Entry.Kind) -> Transcript {
        var copy = self
        copy.entries[index].kind = kind
        return copy
    }
}

extension Entry {
    static func said(turn: Int, _ speaker: String, _ recipient: String, _ text: String?, _ calls: [ToolCall] = [])
        -> Entry
    {
        Entry(
            turn: turn,
            kind: .message(MessageSent(speaker: speaker, recipient: recipient, text: text, toolCalls: calls)))
    }

    static func llm(turn: Int, _ text: String) -> Entry {
        Entry(
            turn: turn,
            kind: .llmCall(
                LLMCall(
                    agent: "assistant", model: "gpt-4o", request: ["temperature": 0], status: 200, text: text,
                    finishReason: "stop", usage: Usage(promptTokens: 10 * turn, completionTokens: 7))),
            timing: Timing(start: Double(turn), duration: 0.25))
    }
}
