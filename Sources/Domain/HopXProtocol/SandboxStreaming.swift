/// A back end whose sandboxes can be watched at work.
public protocol SandboxStreaming: SandboxBackend {
    /// Runs code or a command to its end; its output is in what it is told, and not in the outcome.
    ///
    /// - Parameter tell: Told each piece in its order; what it throws ends the waiting.
    func run(
        _ run: CodeRun, in sandbox: String, tell: @escaping @Sendable (ProgramOutput) async throws -> Void
    ) async throws -> CodeOutcome

    /// Starts a shell on a terminal of its own.
    func openTerminal(in sandbox: String, environment: [String: String]) async throws -> any SandboxTerminal

    /// Watches a file, or a directory with all that is below it, from the moment when this returns.
    ///
    /// - Throws: `HopXError` for a path that is not there.
    func watch(_ path: String, in sandbox: String) async throws -> any SandboxWatch
}

/// A piece of what a program prints while it runs.
public struct ProgramOutput: Sendable, Equatable {
    /// On standard error.
    public var isError: Bool
    public var text: String

    public init(isError: Bool, text: String) {
        self.isError = isError
        self.text = text
    }
}

/// A shell on a terminal in a sandbox.
public protocol SandboxTerminal: Sendable {
    /// What the terminal shows next.
    ///
    /// A program that writes faster than this is asked has to wait.
    ///
    /// - Returns: Nil after the exit.
    /// - Throws: `HopXError` when the sandbox is gone.
    func next() async throws -> TerminalEvent?

    /// Types this.
    func write(_ text: String) async throws
    func resize(columns: Int, rows: Int) async throws

    /// Ends the shell and what it has started; does nothing after its exit.
    func end() async
}

public enum TerminalEvent: Sendable, Equatable {
    case output(String)
    /// The shell has ended; nothing follows.
    case exit(Int)
}

/// A watch over files in a sandbox.
public protocol SandboxWatch: Sendable {
    /// - Returns: Nil after its end.
    /// - Throws: `HopXError` when the sandbox is gone.
    func next() async throws -> FileChange?
    func end() async
}

/// Something that happened to a file or directory.
public struct FileChange: Sendable, Equatable {
    public enum Event: String, Sendable, CaseIterable {
        case created, modified, deleted
        /// The path is the new one.
        case renamed
    }

    public var path: String
    public var event: Event

    public init(path: String, event: Event) {
        self.path = path
        self.event = event
    }
}
