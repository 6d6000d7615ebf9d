public import AgentChats
public import HTTPMessages
import Transcripts

/// Runs the code that an agent finds in messages.
public protocol CodeExecutor: Sendable {
    /// Runs the blocks of one message, in order.
    ///
    /// - Throws: `ChatError` when the conversation cannot go on; code that fails is a result. `CancellationError`.
    func run(_ blocks: [CodeBlock]) async throws -> CodeResult

    /// Gives up what it holds; it can be used again.
    func reset() async throws
}

/// One of the tutorial's executors: a sandbox made when first needed, blocks run one by one, whatever fails.
public actor SandboxExecutor: CodeExecutor {
    private let agent: String
    private let rules: ExecutorRules
    private let service: any SandboxService
    private let clock: any Clock
    private let writer: TranscriptWriter
    private var sandbox: (any Sandbox)?

    /// - Parameters:
    ///   - agent: Whose code it runs.
    ///   - clock: Passes the time between two attempts.
    ///   - writer: Gets every run of a block, failed attempts too.
    public init(
        agent: String, rules: ExecutorRules, service: any SandboxService, clock: any Clock, writer: TranscriptWriter
    ) {
        self.agent = agent
        self.rules = rules
        self.service = service
        self.clock = clock
        self.writer = writer
    }

    public func run(_ blocks: [CodeBlock]) async throws -> CodeResult {
        var texts: [String] = []
        var exitCode: Int? = 0
        for block in blocks {
            let (text, blockExitCode) = try await run(block)
            texts.append(text)
            if blockExitCode != 0 { exitCode = blockExitCode }
        }
        guard let exitCode else { throw SandboxExecutor.missingExitCode }
        return CodeResult(exitCode: exitCode, output: texts.joined(separator: rules.separator))
    }

    /// Kills the sandbox, if there is one.
    ///
    /// - Throws: `SandboxError` when that failed; the sandbox is then still held.
    public func reset() async throws {
        guard let sandbox else { return }
        try await sandbox.kill()
        self.sandbox = nil
    }

    private func run(_ block: CodeBlock) async throws -> (text: String, exitCode: Int?) {
        let language = rules.language(block.language)
        var lastError: String?
        for attempt in 0..<rules.attempts {
            if attempt > 0 { try await clock.wait(.seconds(1)) }
            do {
                let result = try await execute(block.code, language: language, timeout: rules.timeout)
                if rules.checksEachResult, result.exitCode == nil { throw SandboxExecutor.missingExitCode }
                return (rules.text(result), result.exitCode)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                lastError = (error as? ChatError)?.message ?? "\(error)"
                if rules.forgetsSandbox { sandbox = nil }
            }
        }
        return (rules.failureText(lastError), 1)
    }

    /// Runs code in the sandbox there is or in a new one, and writes it down.
    private func execute(_ code: String, language: String, timeout: Int) async throws -> RunResult {
        let start = clock.now
        var run = CodeRun(agent: agent, language: language, code: code, exitCode: nil)
        do {
            let result = try await readySandbox().run(code, language: language, timeout: timeout)
            (run.exitCode, run.stdout, run.stderr) = (result.exitCode, result.stdout, result.stderr)
            run.shown = result.shown
            writer.write(.codeRun(run), since: start)
            return result
        } catch let error as SandboxError {
            run.failure = error.description
            writer.write(.codeRun(run), since: start)
            throw error
        }
    }

    private func readySandbox() async throws -> any Sandbox {
        if let sandbox { return sandbox }
        let (service, rules) = (service, rules)
        // Awaited here at once. A task of its own so that a cancellation cannot lose a sandbox that is being made.
        sandbox = try await Task { try await service.createSandbox(template: rules.template, ttl: rules.ttl) }.value
        try Task.checkCancellation()
        if let code = rules.firstCode { _ = try await execute(code, language: "python", timeout: 30) }
        guard let sandbox else { preconditionFailure("the sandbox has just been made") }
        return sandbox
    }

    /// What the data class for results says to a missing exit code, with pydantic 2.14.
    private static let missingExitCode = ChatError(
        "ValidationError",
        """
        1 validation error for CodeResult
        exit_code
          Input should be a valid integer [type=int_type, input_value=None, input_type=NoneType]
            For further information visit https://errors.pydantic.dev/2.14/v/int_type
        """)
}
