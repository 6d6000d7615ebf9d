import Conversations
import Documents
import Transcripts

extension Transcript {
    private static let firstProgram = """
        def is_prime(n):
            return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))

        primes = [n for n in range(2, 600) if is_prime(n)][:100]
        print(sum(prime))
        """
    private static let secondProgram = firstProgram.replacing("sum(prime)", with: "sum(primes)")
    private static let traceback = """
        Traceback (most recent call last):
          File "<stdin>", line 5, in <module>
        NameError: name 'prime' is not defined. Did you mean: 'primes'?
        """

    /// The tutorial's two agents: code that fails, a retry of the model, code that works, the end.
    static let twoAgent = Transcript(
        subject: "tutorial/two-agent",
        entries: [
            said(1, "user_proxy", "assistant", "Calculate the first 100 prime numbers and find their sum."),
            answer(
                2,
                "I will write a program that tests each number by trial division, collects the first one hundred primes and prints their sum.\n\n```python\n\(firstProgram)\n```\n\n- It needs no package.\n- It runs in well under a second, because the largest divisor that has to be tried is the square root of the number.",
                prompt: 61, completion: 118),
            said(
                2, "assistant", "user_proxy",
                "I will write a program that tests each number by trial division, collects the first one hundred primes and prints their sum.\n\n```python\n\(firstProgram)\n```\n\n- It needs no package.\n- It runs in well under a second, because the largest divisor that has to be tried is the square root of the number."
            ),
            ran(3, firstProgram, exit: 1, stderr: traceback + "\n"),
            said(3, "user_proxy", "assistant", "exitcode: 1 (execution failed)\nCode output: \n\(traceback)\n"),
            Entry(
                turn: 4,
                kind: .llmCall(
                    LLMCall(
                        agent: "assistant", model: "gpt-4o", request: nil, status: 429,
                        failure: "Rate limit reached for gpt-4o: please try again in 20 ms.")),
                timing: Timing(start: 3, duration: 0.02)),
            answer(
                4, "A typo; here is the program again:\n\n```python\n\(secondProgram)\n```", prompt: 262, completion: 97
            ),
            said(
                4, "assistant", "user_proxy", "A typo; here is the program again:\n\n```python\n\(secondProgram)\n```"),
            ran(5, secondProgram, exit: 0, stdout: "24133\n"),
            said(5, "user_proxy", "assistant", "exitcode: 0 (execution succeeded)\nCode output: \n24133\n"),
            answer(6, "TERMINATE", prompt: 381, completion: 2),
            said(6, "assistant", "user_proxy", "TERMINATE"),
            Entry(turn: 6, kind: .end(End(cause: .terminationMessage, agent: "user_proxy"))),
        ])

    /// Tools, code that nobody announced, two outputs, wide letters, and no end.
    static let tools = Transcript(
        subject: "weather",
        entries: [
            said(1, "使用者", "assistant", "天気はどうですか？ローマとパリの天気を比べて、どちらが暖かいか教えてください。できるだけ短く答えてください。"),
            Entry(
                turn: 2,
                kind: .message(
                    MessageSent(
                        speaker: "assistant", recipient: "使用者", text: nil,
                        toolCalls: [
                            ToolCall(id: "call_1", name: "weather", arguments: #"{"city":"Rome"}"#),
                            ToolCall(
                                id: "call_2", name: "weather",
                                arguments:
                                    #"{"city":"Paris","days":[1,2,3],"unit":"celsius","code":"import w\nprint(w.now('Paris'))\n"}"#
                            ),
                            ToolCall(id: nil, name: "broken", arguments: "{not json"),
                        ]))),
            ran(
                3, "print(weather('Rome'))\nprint(weather('Paris'))", exit: 0, stdout: "21\n17\n",
                stderr: "warning: cached\n"),
            Entry(
                turn: 3,
                kind: .codeRun(
                    CodeRun(
                        agent: "使用者", language: "", code: "sleep(100)", exitCode: nil, failure: "timed out after 60 s"))
            ),
            said(3, "使用者", "assistant", ""),
            Entry(
                turn: 4,
                kind: .llmCall(
                    LLMCall(
                        agent: "assistant", model: "gpt-4o", request: nil, status: nil,
                        failure: "connection reset by peer"))),
        ])

    /// Everything an agent might say to steer the reader's terminal.
    static let hostile = Transcript(
        subject: "ho\u{1B}[31mstile\u{7}",
        entries: [
            said(
                1, "ev\u{1B}]0;title\u{7}il", "as\u{9B}2Jsistant",
                "red \u{1B}[31mtext\u{1B}[0m, a bell \u{7}, a link \u{1B}]8;;http://x\u{1B}\\here\u{1B}]8;;\u{1B}\\,\rover\u{8}written\u{202E}sdrawkcab\u{0}\n```sh\u{1B}[2J\nls\u{1B}c -l\ttab\n```"
            ),
            Entry(turn: 1, kind: .end(End(cause: .error, agent: nil, failure: "boom \u{1B}[5mblink"))),
        ])

    private static func said(_ turn: Int, _ speaker: String, _ recipient: String, _ text: String) -> Entry {
        Entry(turn: turn, kind: .message(MessageSent(speaker: speaker, recipient: recipient, text: text)))
    }

    private static func answer(_ turn: Int, _ text: String, prompt: Int, completion: Int) -> Entry {
        Entry(
            turn: turn,
            kind: .llmCall(
                LLMCall(
                    agent: "assistant", model: "gpt-4o", request: nil, status: 200, text: text, finishReason: "stop",
                    usage: Usage(promptTokens: prompt, completionTokens: completion))),
            timing: Timing(start: 0, duration: 0.8))
    }

    private static func ran(_ turn: Int, _ code: String, exit: Int, stdout: String = "", stderr: String = "") -> Entry {
        Entry(
            turn: turn,
            kind: .codeRun(
                CodeRun(
                    agent: turn == 3 && !stderr.isEmpty && exit == 0 ? "使用者" : "user_proxy", language: "python",
                    code: code,
                    exitCode: exit, stdout: stdout, stderr: stderr)),
            timing: Timing(start: 2, duration: 0.413))
    }

    /// The same conversation with another last program, sum and wording, one answer more, and another end.
    static let twoAgentChanged: Transcript = {
        var copy = twoAgent
        func reword(_ index: Int, _ old: String, _ new: String) {
            switch copy.entries[index].kind {
            case .message(var message):
                message.text = message.text?.replacing(old, with: new)
                copy.entries[index].kind = .message(message)
            case .llmCall(var call):
                call.text = call.text?.replacing(old, with: new)
                call.usage?.completionTokens += 3
                copy.entries[index].kind = .llmCall(call)
            case .codeRun(var run):
                run.code = run.code.replacing(old, with: new)
                run.stdout = run.stdout.replacing(old, with: new)
                copy.entries[index].kind = .codeRun(run)
            case .end: break
            }
        }
        for index in [6, 7] {
            reword(index, "A typo; here is the program again", "A typo, sorry! Here is the corrected program")
        }
        for index in [6, 7, 8] { reword(index, "range(2, 600)", "range(2, 500)") }
        for index in [8, 9] { reword(index, "24133", "21536") }
        copy.entries.insert(said(6, "assistant", "user_proxy", "The sum of the primes is 21536, it seems."), at: 10)
        for index in 11..<copy.entries.count { copy.entries[index].turn = 7 }
        copy.entries[13].kind = .end(End(cause: .maxTurns, agent: "user_proxy"))
        return copy
    }()
}
