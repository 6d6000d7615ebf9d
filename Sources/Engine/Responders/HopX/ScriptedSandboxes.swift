public import HTTPMessages
public import HopXProtocol
public import Scripts
import Synchronization

/// Sandboxes in which nothing runs: what code does is said by a script, and files are kept in memory.
public final class ScriptedSandboxes: SandboxBackend {
    private struct State {
        var cursor: Script.CodeCursor
        var files: [String: SimulatedFiles] = [:]
        /// Processes whose end was asked for while they take their time.
        var killed: Set<String> = []
    }

    private let clock: any Clock
    private let state: Mutex<State>

    /// - Parameter clock: What a rule's delay waits on.
    public init(_ script: Script, clock: any Clock) {
        self.clock = clock
        state = Mutex(State(cursor: Script.CodeCursor(script)))
    }

    public func create(_ sandbox: String) async throws {
        state.withLock { $0.files[sandbox] = SimulatedFiles(now: clock.now) }
    }

    public func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome {
        let reply: Script.CodeReply
        do {
            reply = try state.withLock { state throws(Script.NoMatch) in try state.cursor.next(for: run) }
        } catch let error {
            throw HopXError(422, "SCRIPT_NO_MATCH", error.description)
        }
        let limit = Double(run.timeoutSeconds)
        if reply.delay > 0 { try await clock.wait(.seconds(min(reply.delay, limit))) }
        guard reply.delay <= limit else { throw HopXError.executionTimedOut(seconds: run.timeoutSeconds) }
        if let error = reply.error { throw error }
        let isKilled = run.process.map { process in state.withLock { $0.killed.remove(process) != nil } } ?? false
        if isKilled { return CodeOutcome(stdout: "", stderr: "", exitCode: 137, executionTime: reply.delay) }
        try change(sandbox) { files in
            for file in reply.files {
                try files.check(file)
                files.write(file, now: clock.now)
            }
        }
        return CodeOutcome(
            stdout: reply.stdout, stderr: reply.stderr, exitCode: reply.exitCode, executionTime: reply.delay,
            richOutputs: reply.rich)
    }

    public func kill(_ process: String, in sandbox: String) async throws {
        state.withLock { _ = $0.killed.insert(process) }
    }

    public func write(_ file: FileWrite, in sandbox: String) async throws {
        try change(sandbox) { files in
            try files.check(file)
            files.write(file, now: clock.now)
        }
    }

    public func read(_ path: String, in sandbox: String) async throws -> [UInt8] { try files(of: sandbox).read(path) }

    public func list(_ path: String, in sandbox: String) async throws -> [FileStatus] {
        try files(of: sandbox).list(path)
    }

    public func exists(_ path: String, in sandbox: String) async throws -> Bool { try files(of: sandbox).exists(path) }

    public func makeDirectory(_ path: String, in sandbox: String) async throws {
        try change(sandbox) { files in
            try files.checkDirectory(path)
            files.makeDirectory(path, now: clock.now)
        }
    }

    public func remove(_ path: String, in sandbox: String) async throws {
        try change(sandbox) { files in
            guard files.exists(path) else { throw HopXError.fileNotFound(path) }
            files.remove(path)
        }
    }

    public func destroy(_ sandbox: String) async { state.withLock { $0.files[sandbox] = nil } }

    private func files(of sandbox: String) throws -> SimulatedFiles {
        guard let files = state.withLock({ $0.files[sandbox] }) else { throw HopXError.sandboxNotFound(sandbox) }
        return files
    }

    private func change(_ sandbox: String, _ change: (inout SimulatedFiles) throws -> Void) throws {
        try state.withLock { state in
            guard var files = state.files[sandbox] else { throw HopXError.sandboxNotFound(sandbox) }
            try change(&files)
            state.files[sandbox] = files
        }
    }
}
