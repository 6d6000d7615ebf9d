import Conversations
import Documents
import HTTPMessages
import ScenarioRunning
import Scenarios
import Synchronization
import Testing
import TextConditions
import Transcripts

@Suite struct RehearsalTests {
    private let clock = StandClock()

    private let scenario = Scenario(
        name: "primes", file: "primes.yaml",
        agents: [
            Scenario.Agent(
                name: "assistant", kind: .assistant,
                model: Scenario.Model(name: "gpt-4o", options: JSONObject([("temperature", 0)])), system: "S"),
            Scenario.Agent(
                name: "user", kind: .userProxy, executor: .hopx(template: "code-interpreter", timeout: 60, ttl: 300)),
        ],
        conversation: .twoAgent(from: "user", to: "assistant", message: "Go.", maxTurns: nil))

    private func rehearse(
        _ responder: StandResponder, onEntry: @escaping @Sendable (Entry) -> Void = { _ in }
    ) async throws -> Transcript {
        try await Rehearsal(
            scenario, responder: responder, keys: Rehearsal.Keys(llm: "us-primes", hopx: "us-primes"), clock: clock,
            onEntry: onEntry
        ).perform()
    }

    private func responder(_ answers: [StandResponder.Answer], hopx: StandHopX = StandHopX()) -> StandResponder {
        StandResponder(answers, clock: clock, fallback: { hopx.respond(to: $0) })
    }

    @Test func theWholeStoryIsWrittenDownInTurns() async throws {
        let responder = responder([
            .response(.refusing(500)), .response(.saying("```python\nprint(1)\n```")), .response(.saying("TERMINATE")),
        ])
        let live = Mutex<[Entry]>([])
        let transcript = try await rehearse(responder) { entry in live.withLock { $0.append(entry) } }
        #expect(transcript.entries == live.withLock { $0 })
        #expect(
            transcript.entries.map { "\($0.turn) \($0.kind.label)" } == [
                "1 user: Go.", "2 call 500", "2 call 200", "2 assistant: ```python\nprint(1)\n```", "3 run python 0",
                "3 user: exitcode: 0 (execution succeeded)\nCode output: ok", "4 call 200", "4 assistant: TERMINATE",
                "4 end terminationMessage user",
            ])
        #expect(transcript.entries[2].timing.start == 0.5)
        #expect(responder.targets.last == "DELETE /v1/sandboxes/s1")
        let bodies = responder.requests.filter { $0.path == "/v1/chat/completions" }
        #expect(bodies.allSatisfy { $0.bearerToken == "us-primes" })
    }

    @Test func anErrorOfTheModelEndsItAndKillsTheSandbox() async throws {
        let responder = responder([
            .response(.saying("```sh\nls\n```")), .response(.refusing(400, code: "context_length_exceeded")),
        ])
        let transcript = try await rehearse(responder)
        #expect(
            transcript.entries.last
                == Entry(
                    turn: 4,
                    kind: .end(
                        End(
                            cause: .error, agent: "assistant",
                            failure: "BadRequestError: no (status 400, code context_length_exceeded)"))))
        #expect(responder.targets.last == "DELETE /v1/sandboxes/s1")
    }

    @Test func expectedFilesAreLookedForBeforeTheSandboxIsKilled() async throws {
        var scenario = scenario
        scenario.expectations = [
            Expectation(.file("/app/chart.png", nil)), Expectation(.file("/app/a b.txt", .contains("24133"))),
            Expectation(.file("/app/chart.png", nil), isNegated: true),
        ]
        let responder = responder([.response(.saying("```python\nprint(1)\n```")), .response(.saying("TERMINATE"))])
        let files = Mutex<[FileSighting]>([])
        _ = try await Rehearsal(
            scenario, responder: responder, keys: Rehearsal.Keys(llm: "us-primes", hopx: "us-primes"), clock: clock,
            onFile: { file in files.withLock { $0.append(file) } }
        ).perform()
        #expect(
            files.withLock { $0 } == [
                FileSighting(path: "/app/chart.png", exists: true), FileSighting(path: "/app/a b.txt", exists: false),
            ])
        #expect(
            responder.requests.suffix(3).map { "\($0.method) \($0.path)?\($0.queryValue("path") ?? "")" } == [
                "GET /x/s1.local.vms.hopx.dev/files/exists?/app/chart.png",
                "GET /x/s1.local.vms.hopx.dev/files/read?/app/a b.txt", "DELETE /v1/sandboxes/s1?",
            ])
    }

    @Test func whatCodeShowsIsKeptWithItsRun() async throws {
        let hopx = StandHopX { _ in
            .json([
                "success": true, "stdout": "", "exit_code": 0, "png": "AAAA", "html": nil,
                "rich_outputs": [
                    ["type": "image/png", "data": ["image/png": "AAAA"]],
                    ["type": "image/png", "data": ["image/png": "BBBB"]],
                ], "dataframe": ["rows": []],
            ])
        }
        let responder = responder(
            [.response(.saying("```python\nprint(1)\n```")), .response(.saying("TERMINATE"))], hopx: hopx)
        let runs = try await rehearse(responder).entries.compactMap {
            if case .codeRun(let run) = $0.kind { run.shown } else { nil }
        }
        #expect(
            runs == [[ShownOutput("png", "AAAA"), ShownOutput("png", "BBBB"), ShownOutput("dataframe", ["rows": []])]])
    }

    @Test func withoutCodeThereIsNoSandbox() async throws {
        let responder = responder([.response(.saying("TERMINATE"))])
        _ = try await rehearse(responder)
        #expect(responder.targets == ["POST /v1/chat/completions"])
    }

    @Test func aCancelledRehearsalKillsItsSandbox() async throws {
        let (asked, continuation) = AsyncStream<Void>.makeStream()
        let calls = Mutex(0)
        let hopx = StandHopX()
        let responder = StandResponder(
            [.response(.saying("```sh\nls\n```")), .silence], clock: clock, fallback: { hopx.respond(to: $0) },
            onRequest: { request in
                guard request.path == "/v1/chat/completions" else { return }
                let count = calls.withLock { count in
                    count += 1
                    return count
                }
                if count == 2 { continuation.finish() }
            })
        let task = Task { try await rehearse(responder) }
        for await _ in asked {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(responder.targets.last == "DELETE /v1/sandboxes/s1")
    }

    @Test func aSandboxThatCannotBeMadeIsTheCodesOutput() async throws {
        let responder = responder(
            [.response(.saying("```sh\nls\n```")), .response(.saying("TERMINATE"))], hopx: StandHopX(createdStatus: 403)
        )
        let transcript = try await rehearse(responder)
        #expect(
            transcript.entries.contains {
                $0.kind.label
                    == "user: exitcode: 1 (execution failed)\nCode output: "
                    + "Execution error: no room (code: FULL) [request_id: r1]"
            })
    }
}

extension Entry.Kind {
    fileprivate var label: String {
        switch self {
        case .message(let message): "\(message.speaker): \(message.text ?? "-")"
        case .llmCall(let call): "call \(call.status ?? 0)"
        case .codeRun(let run): "run \(run.language) \(run.exitCode ?? -1)"
        case .end(let end): "end \(end.cause) \(end.agent ?? "-")"
        }
    }
}
