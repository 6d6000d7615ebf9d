import AgentChats
import Documents
public import HTTPMessages
import Transcripts

/// The sandbox that all tools of one program share: made at the first call, kept for the next ones.
public actor SandboxTools {
    private let template: String
    private let ttl: Int
    private let service: any SandboxService
    private let clock: any Clock
    private let writer: TranscriptWriter
    private var sandbox: (any Sandbox)?

    /// - Parameters:
    ///   - ttl: Seconds until the service ends the sandbox by itself.
    ///   - writer: Gets every run.
    public init(
        template: String = "code-interpreter", ttl: Int = 600, service: any SandboxService, clock: any Clock,
        writer: TranscriptWriter
    ) {
        self.template = template
        self.ttl = ttl
        self.service = service
        self.clock = clock
        self.writer = writer
    }

    /// A function that runs code here; an error of the sandbox is an error of the call.
    ///
    /// - Parameter agent: Whose runs these are.
    public nonisolated func function(_ rules: ToolRules, of agent: String) -> ToolFunction {
        ToolFunction { arguments in try await self.run(rules, arguments, agent) }
    }

    /// Kills the sandbox, if there is one.
    ///
    /// - Throws: `SandboxError` when that failed; the sandbox is then still held.
    public func reset() async throws {
        guard let sandbox else { return }
        try await sandbox.kill()
        self.sandbox = nil
    }

    private func run(_ rules: ToolRules, _ arguments: JSONObject, _ agent: String) async throws -> ToolOutcome {
        let code = rules.code(arguments)
        let start = clock.now
        var run = CodeRun(agent: agent, language: rules.language, code: code, exitCode: nil)
        do {
            let result = try await readySandbox().run(code, language: rules.language, timeout: rules.timeout)
            (run.exitCode, run.stdout, run.stderr) = (result.exitCode, result.stdout, result.stderr)
            run.shown = result.shown
            writer.write(.codeRun(run), since: start)
            return .returned(.string(rules.text(arguments, result)))
        } catch let error as SandboxError {
            run.failure = error.description
            writer.write(.codeRun(run), since: start)
            return .raised(error.description)
        }
    }

    private func readySandbox() async throws -> any Sandbox {
        if let sandbox { return sandbox }
        let (service, template, ttl) = (service, template, ttl)
        // Awaited here at once. A task of its own so that a cancellation cannot lose a sandbox that is being made.
        let made = try await Task { try await service.createSandbox(template: template, ttl: ttl) }.value
        sandbox = made
        try Task.checkCancellation()
        return made
    }
}
