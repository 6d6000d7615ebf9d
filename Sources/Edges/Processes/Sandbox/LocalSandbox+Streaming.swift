import Documents
import Foundation
public import HopXProtocol
import Synchronization

extension LocalSandbox: SandboxStreaming {
    public func run(
        _ run: CodeRun, in sandbox: String, tell: @escaping @Sendable (ProgramOutput) async throws -> Void
    ) async throws -> CodeOutcome {
        let (pieces, found) = AsyncStream.makeStream(of: ProgramOutput.self)
        return try await withThrowingTaskGroup(of: CodeOutcome?.self) { tasks in
            tasks.addTask {
                defer { found.finish() }
                var outcome = try await self.outcome(of: run, in: sandbox) { event in
                    if let text = event["stdout"]?.stringValue { found.yield(.init(isError: false, text: text)) }
                    if let text = event["stderr"]?.stringValue { found.yield(.init(isError: true, text: text)) }
                }
                // The supervisor's own notices, of what was cut or how a program ended, come with the outcome alone.
                for (isError, notice) in [(false, outcome.stdout), (true, outcome.stderr)] where !notice.isEmpty {
                    found.yield(.init(isError: isError, text: notice))
                }
                (outcome.stdout, outcome.stderr) = ("", "")
                return outcome
            }
            tasks.addTask {
                for await piece in pieces { try await tell(piece) }
                return nil
            }
            var outcome: CodeOutcome?
            while let next = try await tasks.next() { outcome = next ?? outcome }
            guard let outcome else { throw CancellationError() }
            return outcome
        }
    }

    public func openTerminal(in sandbox: String, environment: [String: String]) async throws -> any SandboxTerminal {
        let variables = JSONObject(environment.map { ($0.key, .string($0.value)) })
        let stream = LocalStream("terminal", [("environment", .object(variables))], of: self, in: sandbox)
        try await stream.begin()
        return LocalTerminal(stream)
    }

    public func watch(_ path: String, in sandbox: String) async throws -> any SandboxWatch {
        let stream = LocalStream("watch", [("path", .string(path))], of: self, in: sandbox)
        try await stream.begin()
        return LocalWatch(stream)
    }
}

/// A call to a supervisor that goes on until it is ended, and tells what happens meanwhile.
private final class LocalStream: Sendable {
    enum Item: Sendable {
        case event(JSONObject)
        case result(JSONObject)
    }

    private let sandbox: LocalSandbox
    private let id: String
    private let name = UUID().uuidString
    private let items: AsyncThrowingStream<Item, any Error>
    private let task: Task<Void, Never>

    init(_ work: String, _ fields: [(String, JSONValue)], of sandbox: LocalSandbox, in id: String) {
        self.sandbox = sandbox
        self.id = id
        let (items, found) = AsyncThrowingStream.makeStream(of: Item.self)
        self.items = items
        let fields = fields + [("stream", .string(name))]
        // Ends with the call; `end` brings that about, and so does the end of the sandbox.
        task = Task {
            do {
                let result = try await sandbox.call(work, fields, in: id) { found.yield(.event($0)) }
                found.yield(.result(result))
                found.finish()
            } catch {
                found.finish(throwing: error)
            }
        }
    }

    /// Waits until it can be spoken to, which its first event says.
    func begin() async throws {
        do {
            guard case .event? = try await next(arrived: 0) else { throw HopXError.sandboxNotFound(id) }
        } catch {
            await end()
            throw error
        }
    }

    /// - Parameter count: How much of what was told has been dealt with since.
    func next(arrived count: Int) async throws -> Item? {
        if count > 0 { try await say("stream_arrived", [("count", .number(count))]) }
        // A copy stands at the same place: the place is the stream's.
        var iterator = items.makeAsyncIterator()
        return try await iterator.next()
    }

    func say(_ work: String, _ fields: [(String, JSONValue)] = []) async throws {
        _ = try await sandbox.call(work, fields + [("stream", .string(name))], in: id)
    }

    /// Ends it, whether or not whoever wants that has been cancelled.
    func end() async {
        await Task { [self] in
            // One that has ended by itself, or with its sandbox, is no failure.
            try? await say("stream_end")
            await task.value
        }.value
    }
}

private final class LocalTerminal: SandboxTerminal {
    private let stream: LocalStream
    /// Scalars that were taken and are not said to have arrived.
    private let taken = Mutex(0)

    init(_ stream: LocalStream) { self.stream = stream }

    func next() async throws -> TerminalEvent? {
        let count = taken.withLock { taken in
            defer { taken = 0 }
            return taken
        }
        switch try await stream.next(arrived: count) {
        case .event(let event)?:
            guard let text = event["output"]?.stringValue else { throw LocalSandbox.lost(ProcessError(.badAnswer)) }
            taken.withLock { $0 += text.unicodeScalars.count }
            return .output(text)
        case .result(let result)?: return .exit(result["exit_code"]?.intValue ?? 0)
        case nil: return nil
        }
    }

    func write(_ text: String) async throws { try await stream.say("terminal_input", [("text", .string(text))]) }

    func resize(columns: Int, rows: Int) async throws {
        try await stream.say("terminal_size", [("columns", .number(columns)), ("rows", .number(rows))])
    }

    func end() async { await stream.end() }
}

private final class LocalWatch: SandboxWatch {
    private let stream: LocalStream

    init(_ stream: LocalStream) { self.stream = stream }

    func next() async throws -> FileChange? {
        // The one before has been dealt with.
        guard case .event(let event)? = try await stream.next(arrived: 1) else { return nil }
        guard let path = event["path"]?.stringValue,
            let change = event["change"]?.stringValue.flatMap(FileChange.Event.init(rawValue:))
        else { throw LocalSandbox.lost(ProcessError(.badAnswer)) }
        return FileChange(path: path, event: change)
    }

    func end() async { await stream.end() }
}
