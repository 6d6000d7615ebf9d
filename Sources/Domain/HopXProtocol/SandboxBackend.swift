/// Something that really runs code: sandboxes by id, each with its own files and processes.
///
/// Variables are not kept here: every run is handed all that it is to see.
/// Refusals are thrown as `HopXError`; a program that fails is no refusal.
public protocol SandboxBackend: Sendable {
    /// Makes an empty sandbox ready under this new id.
    func create(_ sandbox: String) async throws

    /// The same for a client's request, which may ask for more than an empty sandbox.
    func create(_ sandbox: String, as creation: SandboxCreation) async throws

    /// Runs code or a command to its end.
    ///
    /// - Throws: `HopXError.executionTimedOut` when it did not end in its time; it has been stopped then.
    /// A run with a `process` may overlap others, and leaves the variables of kept interpreters alone.
    func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome

    /// The same for a run with a `process`, whose number in the sandbox is told as soon as there is one.
    func run(_ run: CodeRun, in sandbox: String, started: @escaping @Sendable (Int) -> Void) async throws -> CodeOutcome

    /// Ends the run of this `process`, with all that it has started; it then has an exit code above 128.
    func kill(_ process: String, in sandbox: String) async throws

    func write(_ file: FileWrite, in sandbox: String) async throws
    func read(_ path: String, in sandbox: String) async throws -> [UInt8]

    /// What a directory holds, in order of names; not what is below its directories.
    func list(_ path: String, in sandbox: String) async throws -> [FileStatus]

    func exists(_ path: String, in sandbox: String) async throws -> Bool

    /// Makes a directory and those above it; one that is there already is no error.
    func makeDirectory(_ path: String, in sandbox: String) async throws

    /// Removes a file, or a directory with all that it holds.
    func remove(_ path: String, in sandbox: String) async throws

    /// Ends a sandbox with everything in it; does nothing for one that is gone.
    func destroy(_ sandbox: String) async

    /// What every sandbox here offers.
    var tools: SandboxTools { get }
}

extension SandboxBackend {
    public func create(_ sandbox: String, as creation: SandboxCreation) async throws { try await create(sandbox) }

    public var tools: SandboxTools { SandboxTools() }

    public func run(
        _ run: CodeRun, in sandbox: String, started: @escaping @Sendable (Int) -> Void
    ) async throws -> CodeOutcome {
        try await self.run(run, in: sandbox)
    }
}
