import Cassettes
import Documents
import HTTPMessages
import ScenarioRunning
import Testing
import Transcripts

@Suite struct WireTranscriptTests {
    private static let answer = #"{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}"#
    private static let ran = #"{"success": false, "stdout": "out", "stderr": "err", "exit_code": 3}"#

    private static func call(_ text: String = "x") -> ObservedExchange {
        .sample(
            "/v1/chat/completions", #"{"model": "m", "messages": [{"role": "user", "content": "\#(text)"}]}"#, answer)
    }

    private static func run(
        _ path: String = "/execute", _ body: String = #"{"code": "print(1)", "language": "python"}"#
    ) -> ObservedExchange { .sample(path, body, ran) }

    private static func wire() -> WireTranscript {
        WireTranscript(subject: "s", start: 4, literals: LiteralSecrets([("MY_KEY", "correct horse battery")]))
    }

    private func onlyRun(_ exchange: ObservedExchange) throws -> CodeRun {
        var wire = Self.wire()
        guard case .codeRun(let run)? = wire.add(exchange)?.kind else {
            throw Unexpected()
        }
        return run
    }

    private struct Unexpected: Error {}

    @Test func messagesCloseTurnsAndTheEndBelongsToTheLast() {
        var wire = Self.wire()
        for exchange in [Self.run(), Self.call(), Self.run(), Self.run()] { wire.add(exchange) }
        wire.end(failure: nil, at: 11)
        let entries = wire.transcript.entries
        // Run, question, call, answer, run, run, end.
        #expect(entries.map(\.turn) == [1, 1, 2, 2, 3, 3, 3])
        #expect(entries.last?.kind == .end(End(cause: .programExit, agent: nil)))
    }

    @Test func failureOfTheProgramIsAnError() {
        var wire = Self.wire()
        wire.end(failure: "the command exited with 3", at: 11)
        #expect(
            wire.transcript.entries == [
                Entry(turn: 1, kind: .end(End(cause: .error, agent: nil, failure: "the command exited with 3")))
            ])
    }

    @Test func anAnswerOfAnotherRecordingIsMarkedStale() {
        var wire = Self.wire()
        for var exchange in [Self.call(), Self.run()] {
            #expect(wire.add(exchange)?.stale == nil)
            exchange.headers["x-understudy-stale"] = "12"
            #expect(wire.add(exchange)?.stale == 12)
        }
    }

    @Test func timesCountFromTheStart() {
        var wire = Self.wire()
        var exchange = Self.call()
        exchange.end = 12.5
        let entry = wire.add(exchange)
        #expect(entry?.timing.start == 6)
        #expect(entry?.timing.duration == 2.5)
    }

    @Test(arguments: [
        ("GET", "/v1/models"), ("POST", "/v1/embeddings"), ("POST", "/v1/messages/count_tokens"),
        ("POST", "/v1beta/models/g:countTokens"), ("POST", "/v1/sandboxes"), ("GET", "/health"),
        ("POST", "/files/write"), ("GET", "/v1/chat/completions/c1"), ("GET", "/v1/responses/r1"), ("GET", "/nothing"),
    ])
    func whatIsNoPartOfAStoryIsLeftOut(method: String, path: String) {
        var wire = Self.wire()
        let request = Request(method: method, path: path)
        #expect(wire.add(ObservedExchange(request: request, status: 200, content: .bytes([]), start: 0, end: 0)) == nil)
        #expect(wire.transcript.entries.isEmpty)
    }

    @Test(arguments: [
        ("/execute", #"{"code": "c", "language": "javascript"}"#, "javascript", "c"),
        ("/execute", #"{"code": "c"}"#, "python", "c"),
        ("/x/sb1.local.vms.hopx.dev/execute", #"{"code": "c", "language": "bash"}"#, "bash", "c"),
        ("/s/primes.w3/execute/ipython", #"{"code": "c"}"#, "python", "c"),
        ("/execute/rich", #"{"code": "c"}"#, "python", "c"),
        ("/commands/run", #"{"command": "bash", "args": ["-c", "ls -l"]}"#, "bash", "ls -l"),
        ("/commands/run", #"{"command": "ls -l"}"#, "bash", "ls -l"),
        ("/commands/run", #"{"command": "ls", "args": ["-l"]}"#, "bash", "ls -l"),
    ])
    func runIsRead(path: String, body: String, language: String, code: String) throws {
        let run = try onlyRun(Self.run(path, body))
        #expect(
            run
                == CodeRun(
                    agent: "program", language: language, code: code, exitCode: 3, stdout: "out", stderr: "err"))
    }

    @Test func refusedRunHasNoResult() throws {
        let run = try onlyRun(
            .sample("/execute", #"{"code": "c"}"#, #"{"error": "gone", "message": "gone", "code": "X"}"#, status: 404))
        #expect(run.exitCode == nil)
        #expect(run.failure == "gone")
    }

    @Test func unansweredRequestsSaySo() throws {
        var exchange = Self.run()
        exchange.status = nil
        #expect(try onlyRun(exchange).failure == "no answer came: the connection was reset")
        exchange = Self.call()
        exchange.status = nil
        var wire = Self.wire()
        guard case .llmCall(let call)? = wire.add(exchange)?.kind else { throw Unexpected() }
        #expect(call.failure == "no answer came: the connection was reset")
        #expect(call.status == nil)
    }

    @Test func runOverASocketIsPutTogether() throws {
        let texts: [(Bool, String)] = [
            (true, #"{"type": "execute", "code": "c", "language": "bash"}"#), (false, ""),
            (false, #"{"type": "stdout", "data": "a"}"#), (false, #"{"type": "stderr", "data": "e"}"#),
            (false, #"{"type": "stdout", "data": "b"}"#), (false, #"{"type": "result", "exit_code": 2}"#),
            (false, #"{"type": "complete", "success": false}"#),
        ]
        let exchange = ObservedExchange(
            request: Request(method: "GET", path: "/execute/stream"), status: 101,
            content: .messages(texts.map { .init(isFromClient: $0.0, .text($0.1)) }), start: 0, end: 0)
        #expect(
            try onlyRun(exchange)
                == CodeRun(agent: "program", language: "bash", code: "c", exitCode: 2, stdout: "ab", stderr: "e"))
    }

    /// Teams of AutoGen's agentchat ask who is next with the names as Python writes them, in a message that stands alone.
    @Test(arguments: [
        #"[{"role": "system", "content": "Who of ['a', 'b'] is next?\nuser: hi"}]"#,
        #"[{"role": "system", "content": "Who of ['a'] is next?"}, {"role": "assistant", "content": "c"}, {"role": "user", "name": "user", "content": "No valid name was mentioned. Please select from: ['a']."}]"#,
        #"[{"role": "user", "name": "user", "content": "Then select the next role from ['a', 'b'] to play."}]"#,
    ])
    func theChoiceOfASpeakerIsBesideTheConversation(messages: String) {
        var wire = Self.wire()
        wire.add(.sample("/v1/chat/completions", #"{"model": "m", "messages": \#(messages)}"#, Self.answer))
        wire.add(Self.call())
        let agents = wire.transcript.entries.map { entry in
            switch entry.kind {
            case .llmCall(let call): call.agent
            case .message(let message): message.speaker + "!"
            default: "?"
            }
        }
        #expect(agents == ["selector", "user!", "program", "program!"])
    }

    @Test(arguments: [
        #"{"model": "m", "messages": [{"role": "system", "content": "Order the names ['a', 'b']."}, {"role": "user", "content": "Now."}]}"#,
        #"{"model": "m", "messages": [{"role": "user", "content": "Order the names ['a', 'b']."}]}"#,
        #"{"model": "m", "messages": [{"role": "system", "content": "Order the names of the list."}]}"#,
    ])
    func aQuestionAboutNamesIsAConversation(body: String) {
        var wire = Self.wire()
        wire.add(.sample("/v1/chat/completions", body, Self.answer))
        let said = wire.transcript.entries.contains { entry in
            if case .message(let message) = entry.kind { message.text == "Hi" } else { false }
        }
        #expect(said, "\(wire.transcript)")
    }

    @Test func secretsAreTakenOut() throws {
        var wire = Self.wire()
        _ = wire.add(Self.call("my key is sk-proj-abcdefghijklmnopqrstuvwx0123456789, and correct horse battery"))
        _ = wire.add(
            .sample(
                "/execute", #"{"code": "k = 'correct horse battery'"}"#,
                #"{"stdout": "correct horse battery", "stderr": "", "exit_code": 0}"#))
        let text = String(describing: wire.transcript)
        #expect(!text.contains("sk-proj-abc"))
        #expect(!text.contains("correct horse"))
        #expect(text.contains("<redacted:MY_KEY>"))
    }
}
