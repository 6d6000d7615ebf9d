public import Scenarios
public import Transcripts

/// Where sandboxes come from: the HopX service, or a stand-in that plays one.
public protocol SandboxService: Sendable {
    /// - Parameter ttl: Seconds until the service ends it by itself.
    /// - Throws: `SandboxError`, `CancellationError`.
    func createSandbox(template: String, ttl: Int) async throws -> any Sandbox
}

/// A machine that runs code, alive until it is killed or its time is up.
public protocol Sandbox: Sendable {
    /// - Parameter timeout: Seconds that the code may take.
    /// - Throws: `SandboxError` when there is no result; code that fails is a result. `CancellationError`.
    func run(_ code: String, language: String, timeout: Int) async throws -> RunResult

    /// - Throws: `SandboxError` when it does not say; a file that is not there is a sighting. `CancellationError`.
    func look(for file: WantedFile) async throws -> FileSighting

    func kill() async throws
}

/// What came of one piece of code.
public struct RunResult: Sendable, Equatable {
    public var stdout: String
    public var stderr: String
    /// Nil when the service left it out by saying null.
    public var exitCode: Int?
    /// Figures, tables, documents: nothing that an executor tells the conversation.
    public var shown: [ShownOutput]

    public init(stdout: String = "", stderr: String = "", exitCode: Int? = 0, shown: [ShownOutput] = []) {
        self.stdout = stdout
        self.stderr = stderr
        self.exitCode = exitCode
        self.shown = shown
    }
}
