import Documents
import HopXProtocol
import Subprocess
import Synchronization

/// One sandbox's process tree, from its start to its end, and the calls that wait for it.
///
/// The Subprocess library serves it well in the form of `run` with a closure: the closure lasts as long as the sandbox.
final class SandboxProcess: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<JSONObject, any Error>] = [:]
        /// Told what the supervisor has to say before a call's answer.
        var listeners: [Int: Listener] = [:]
        /// The supervisor's first line, where it came before the start had begun to wait for it.
        var ready: JSONObject?
        var lastNumber = readyNumber
        /// Set once, when the processes are gone.
        var end: ProcessError?
        var task: Task<Void, Never>?
    }

    typealias Listener = @Sendable (JSONObject) -> Void

    /// The number under which the start waits for the supervisor's first line.
    private static let readyNumber = 0
    /// Of one answer; a longer one is not the supervisor's.
    private static let lineLimit = 256 << 20

    private let state = Mutex(State())
    private let requests: AsyncStream<[UInt8]>.Continuation
    private let isIsolated: Bool

    /// Starts the processes and waits until they take requests.
    ///
    /// - Throws: `ProcessError`, with what the starting program had to say.
    init(_ command: Subprocess.Configuration, isIsolated: Bool) async throws {
        let (lines, requests) = AsyncStream.makeStream(of: [UInt8].self)
        self.requests = requests
        self.isIsolated = isIsolated
        // Lives as long as the sandbox; `end` cancels and awaits it.
        let task = Task { await self.run(command, lines) }
        state.withLock { $0.task = task }
        do {
            _ = try await answer(to: Self.readyNumber, sending: nil)
        } catch {
            task.cancel()
            await task.value
            throw error
        }
    }

    /// False when the processes have ended, by whatever came upon them.
    var isAlive: Bool { state.withLock { $0.end == nil } }

    /// Has the supervisor do something.
    ///
    /// - Parameter listener: Told each event of the call in its order, the last before this returns; it must not take long.
    /// - Returns: Its `result`.
    /// - Throws: `HopXError` for a refusal, `CancellationError`, `ProcessError` when the processes have ended.
    func call(
        _ work: String, _ fields: [(String, JSONValue)], listener: Listener? = nil
    ) async throws -> JSONObject {
        // Cancelled as soon as there is an answer.
        let watch = Task { try await self.watch() }
        defer { watch.cancel() }
        return try await send(work, fields, listener)
    }

    /// Ends the processes, and returns when they are gone.
    func end() async {
        requests.finish()
        guard let task = state.withLock({ $0.task }) else { return }
        if isIsolated {
            // All that is in the namespaces goes with their first process.
            task.cancel()
        } else {
            // Only the supervisor knows what it has started; it ends that at the end of its input.
            let limit = Task {
                try await Task.sleep(for: .seconds(2))
                task.cancel()
            }
            await task.value
            limit.cancel()
        }
        await task.value
    }

    private func send(
        _ work: String, _ fields: [(String, JSONValue)], _ listener: Listener? = nil
    ) async throws -> JSONObject {
        let number = state.withLock { state in
            state.lastNumber += 1
            state.listeners[state.lastNumber] = listener
            return state.lastNumber
        }
        defer { if listener != nil { state.withLock { $0.listeners[number] = nil } } }
        let request = JSONValue.object(JSONObject(fields + [("id", .number(number)), ("do", .string(work))]))
        let answer = try await answer(to: number, sending: request.bytes() + [0x0A])
        if let refusal = answer["refusal"] {
            var details = JSONObject()
            if let path = refusal["path"], !path.isNull { details["path"] = path }
            throw HopXError(
                refusal["status"]?.intValue ?? 422, refusal["code"]?.stringValue ?? "EXECUTION_FAILED",
                refusal["message"]?.stringValue ?? "", details: details)
        }
        if answer["timed_out"] != nil {
            let seconds = fields.first { $0.0 == "timeout" }?.1.intValue
            throw HopXError.executionTimedOut(seconds: seconds ?? 0)
        }
        guard case .object(let result)? = answer["result"] else { throw ProcessError(.badAnswer) }
        return result
    }

    private func answer(to number: Int, sending line: [UInt8]?) async throws -> JSONObject {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> Result<JSONObject, any Error>? in
                    if number == Self.readyNumber, let ready = state.ready { return .success(ready) }
                    if let end = state.end { return .failure(end) }
                    state.waiting[number] = continuation
                    return nil
                }
                if let known {
                    continuation.resume(with: known)
                } else if Task.isCancelled {
                    resume(number, with: .failure(CancellationError()))
                } else if let line {
                    requests.yield(line)
                }
            }
        } onCancel: {
            resume(number, with: .failure(CancellationError()))
        }
    }

    private func resume(_ number: Int, with result: sending Result<JSONObject, any Error>) {
        let answer = try? result.get()
        let waiting = state.withLock { state in
            let waiting = state.waiting.removeValue(forKey: number)
            if waiting == nil, number == Self.readyNumber { state.ready = answer }
            return waiting
        }
        waiting?.resume(with: result)
    }

    /// Code can stop its supervisor, which then enforces no time limit; a supervisor that is silent is taken for lost.
    private func watch() async throws {
        while true {
            try await Task.sleep(for: .seconds(10))
            let isLost = Task {
                try await Task.sleep(for: .seconds(10))
                finish(ProcessError(.ended("the supervisor has been stopped")))
                state.withLock { $0.task }?.cancel()
            }
            defer { isLost.cancel() }
            _ = try await send("ping", [])
        }
    }

    private func run(_ command: Subprocess.Configuration, _ lines: AsyncStream<[UInt8]>) async {
        do {
            let result = try await Subprocess.run(
                command, input: .inputWriter, output: .sequence, error: .string(limit: 1 << 16)
            ) { execution in
                let writer = execution.standardInputWriter
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // One writer: two requests at once could get into each other.
                        for await line in lines { _ = try await writer.write(line) }
                        try await writer.finish()
                    }
                    var buffer: [UInt8] = []
                    for try await block in execution.standardOutput {
                        let searched = buffer.count
                        block.withUnsafeBytes { buffer.append(contentsOf: $0) }
                        try take(from: &buffer, searched: searched)
                    }
                    group.cancelAll()
                }
            }
            let words = result.standardError.lastLine ?? ""
            finish(ProcessError(.ended(words)))
        } catch let error as ProcessError {
            finish(error)
        } catch {
            finish(ProcessError(.cannotStart("\(error)")))
        }
    }

    /// Takes whole lines off the front, each of them an answer.
    private func take(from buffer: inout [UInt8], searched: Int) throws {
        var start = 0
        var from = searched
        while let end = buffer[from...].firstIndex(of: 0x0A) {
            guard case .object(let answer)? = try? JSONValue(parsing: Array(buffer[start..<end])) else {
                throw ProcessError(.badAnswer)
            }
            let isReady = answer["ready"] != nil
            guard let number = isReady ? Self.readyNumber : answer["id"]?.intValue else {
                throw ProcessError(.badAnswer)
            }
            if case .object(let event)? = answer["event"] {
                state.withLock { $0.listeners[number] }?(event)
            } else {
                // One that nobody waits for any more is dropped.
                resume(number, with: .success(answer))
            }
            start = end + 1
            from = start
        }
        buffer.removeFirst(start)
        guard buffer.count <= Self.lineLimit else { throw ProcessError(.badAnswer) }
    }

    private func finish(_ error: ProcessError) {
        let waiting = state.withLock { state in
            if state.end == nil { state.end = error }
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(throwing: error) }
    }
}
