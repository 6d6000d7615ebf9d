import HopXProtocol

extension LocalSandbox {
    /// Runs what nobody waits for: in a process of its own, whose number is kept in a file inside the sandbox.
    func runApart(_ run: CodeRun, as process: String, in sandbox: String) async throws -> CodeOutcome {
        var apart = run
        apart.process = nil
        let words: [String]
        switch run.work {
        case .command(let given): words = given
        case .code(let code, .python): words = ["python3", "-c", code]
        case .code(let code, let language) where language == .bash || language == .sh:
            words = [language.rawValue, "-c", code]
        case .code(let code, .javascript): words = ["node", "-e", code]
        // These are compiled before they run, by whom only the supervisor knows.
        case .code: return try await self.run(apart, in: sandbox)
        }
        // The shell leads a session of its own, and the program takes its place: one number for all that it starts.
        apart.work = .command(
            ["bash", "-c", "echo $$ >\"$0\"; exec \"$@\"", LocalSandbox.numberFile(of: process)] + words)
        return try await self.run(apart, in: sandbox)
    }

    public func kill(_ process: String, in sandbox: String) async throws {
        // It may only just have been started.
        let script = """
            for try in 1 2 3 4 5 6 7 8 9 10; do [ -s "$0" ] && break; sleep 0.1; done
            number=$(cat "$0" 2>/dev/null) && kill -KILL -- "-$number"
            """
        let outcome = try await run(
            CodeRun(
                .command(["bash", "-c", script, LocalSandbox.numberFile(of: process)]), timeoutSeconds: 10,
                directory: "/"),
            in: sandbox)
        guard outcome.exitCode == 0 else { throw HopXError.executionFailed("The process could not be killed") }
    }

    private static func numberFile(of process: String) -> String { "/tmp/.process-\(process)" }
}
