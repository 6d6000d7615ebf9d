import Documents
public import HopXProtocol

extension LocalSandbox {
    /// Runs what nobody waits for: in a process of its own, which the supervisor knows by this name.
    public func run(
        _ run: CodeRun, in sandbox: String, started: @escaping @Sendable (Int) -> Void
    ) async throws -> CodeOutcome {
        var apart = run
        // Not in the interpreter that keeps variables: that one has other work.
        if case .code(let code, .python) = run.work { apart.work = .command(["python3", "-c", code]) }
        return try await outcome(of: apart, in: sandbox) { event in
            if let number = event["pid"]?.intValue { started(number) }
        }
    }

    /// Returns when the processes are gone.
    public func kill(_ process: String, in sandbox: String) async throws {
        _ = try await call("kill", [("process", .string(process))], in: sandbox)
    }
}
