import AgentChats
import Documents
import HTTPMessages
import ScenarioRunning
import Scenarios
import Synchronization
import Testing
import Transcripts

@Suite struct SandboxExecutorTests {
    /// Plays results and errors, over all its sandboxes; keeps the languages and how many were made and killed.
    private final class StandService: SandboxService {
        private struct State {
            var results: [Result<RunResult, SandboxError>]
            var log: [String] = []
        }

        private let state: Mutex<State>

        init(_ results: [Result<RunResult, SandboxError>]) { state = Mutex(State(results: results)) }

        var log: [String] { state.withLock { $0.log } }

        func createSandbox(template: String, ttl: Int) async throws -> any Sandbox {
            state.withLock { $0.log.append("create \(template) \(ttl)") }
            return Machine(service: self)
        }

        private struct Machine: Sandbox {
            let service: StandService

            func run(_ code: String, language: String, timeout: Int) async throws -> RunResult {
                try service.state.withLock { state in
                    state.log.append("\(language) \(timeout)")
                    return state.results.isEmpty ? .success(RunResult()) : state.results.removeFirst()
                }.get()
            }

            func look(for file: WantedFile) async throws -> FileSighting {
                FileSighting(path: file.path, exists: false)
            }

            func kill() async throws { service.state.withLock { $0.log.append("kill") } }
        }
    }

    private let clock = StandClock()

    private func executor(_ rules: ExecutorRules, _ service: StandService) -> (SandboxExecutor, TranscriptWriter) {
        let writer = TranscriptWriter(subject: "s", clock: clock)
        return (SandboxExecutor(agent: "user", rules: rules, service: service, clock: clock, writer: writer), writer)
    }

    private static let results = [
        RunResult(stdout: " out \n"), RunResult(stdout: "out\n", stderr: "warned"),
        RunResult(stderr: "\u{3000}", exitCode: 0),
        RunResult(stdout: "out", stderr: "failed", exitCode: 2), RunResult(stderr: "failed", exitCode: 3),
    ]

    @Test(arguments: [
        (
            "hopx", ExecutorRules.hopx(),
            "out\n\nout\n\nSTDERR:\nwarned\n\nSTDERR:\n\nout\nSTDERR:\nfailed\n\nSTDERR:\nfailed"
        ),
        ("persistent", .persistent(), "out\n\nout\n\n\n\nout\nError: failed\n\nError: failed"),
        ("robust", .robust(), " out \n\n\nout\n\n\n\u{3000}\n\nout\n\nfailed"),
        ("production", .production(), "out\n---\nout\n---\n\n---\nout\nfailed\n---\nfailed"),
        ("production, cut", .production(cut: 2), "o\n---\nou\n---\n\n---\nou\nfailed\n---\nfailed"),
    ])
    func outputReadsAsTheTutorials(label: String, rules: ExecutorRules, output: String) async throws {
        let first: [Result<RunResult, SandboxError>] =
            label == "persistent" ? [.success(RunResult(stdout: "ready"))] : []
        let (executor, _) = executor(rules, StandService(first + Self.results.map { .success($0) }))
        let blocks = Self.results.map { _ in CodeBlock(language: "python", code: "x") }
        #expect(try await executor.run(blocks) == CodeResult(exitCode: 3, output: output), "\(label)")
    }

    @Test(arguments: [
        (
            ExecutorRules.hopx(timeout: 9, template: "base", ttl: 7),
            ["create base 7", "bash 9", "python 9", "javascript 9", "python 9"]
        ),
        (.robust(), ["create code-interpreter 300", "python 60", "python 60", "python 60", "python 60"]),
        (
            .production(persists: false),
            ["create code-interpreter 60", "bash 60", "python 60", "python 60", "python 60"]
        ),
        (
            .persistent(timeout: 8),
            ["create code-interpreter 600", "python 30", "python 8", "python 8", "python 8", "python 8"]
        ),
    ])
    func blocksRunInOneSandboxInTheirLanguage(rules: ExecutorRules, log: [String]) async throws {
        let service = StandService([])
        let (executor, _) = executor(rules, service)
        _ = try await executor.run(["SHELL", "Py", "Js", "ruby"].map { CodeBlock(language: $0, code: "x") })
        #expect(service.log == log)
        try await executor.reset()
        #expect(service.log == log + ["kill"])
        try await executor.reset()
        #expect(service.log == log + ["kill"])
    }

    @Test(arguments: [
        (ExecutorRules.hopx(), "Execution error: lost (code: X)\n\nok", 1, 0.0),
        (.production(), "Error: lost (code: X)\n---\nok", 2, 0),
        (.robust(maxRetries: 1), "Failed after 1 attempts: lost (code: X)\n\nok", 2, 0),
        (.robust(), "ok\n\nok", 2, 1),
    ])
    func anErrorIsTheBlocksOutput(rules: ExecutorRules, output: String, sandboxes: Int, waited: Double) async throws {
        let ok = RunResult(stdout: "ok")
        let service = StandService([.failure(SandboxError("lost", code: "X")), .success(ok), .success(ok)])
        let (executor, writer) = executor(rules, service)
        let result = try await executor.run(["a", "b"].map { CodeBlock(language: "", code: $0) })
        #expect(result.output == output)
        #expect(service.log.filter { $0.hasPrefix("create") }.count == sandboxes)
        #expect(clock.waits.reduce(0, +) == waited)
        guard case .codeRun(let run)? = writer.transcript.entries.first?.kind else {
            Issue.record("no run was written")
            return
        }
        #expect(run.failure == "lost (code: X)")
        #expect(run.exitCode == nil)
    }

    @Test func aMissingExitCodeLeavesTheExecutor() async throws {
        let (executor, _) = executor(.hopx(), StandService([.success(RunResult(exitCode: nil))]))
        let error = await #expect(throws: ChatError.self) {
            try await executor.run([CodeBlock(language: "", code: "x")])
        }
        #expect(error?.className == "ValidationError")
        #expect(
            error?.message.hasSuffix("\n    For further information visit https://errors.pydantic.dev/2.14/v/int_type")
                == true)
    }
}
