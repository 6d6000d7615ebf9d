import AgentChats
import Documents
import ScenarioRunning
import Synchronization

/// Plays `script.executor`, one entry for each call.
final class ScriptedExecutor: CodeExecutor {
    private let results: Mutex<[JSONValue]>

    init(results: [JSONValue]) { self.results = Mutex(results) }

    /// What the script still holds.
    var leftOver: Int { results.withLock { $0.count } }

    func run(_ blocks: [CodeBlock]) async throws -> CodeResult {
        let result: JSONValue? = results.withLock { $0.isEmpty ? JSONValue?.none : $0.removeFirst() }
        if let text = result?["raise"]?.stringValue { throw ChatError("RuntimeError", text) }
        guard let result, let exitCode = result["exit_code"]?.intValue else {
            throw ChatError("ScriptUsedUp", "script.executor has no result for this call")
        }
        return CodeResult(exitCode: exitCode, output: result["output"]?.stringValue ?? "")
    }

    func reset() async throws {}
}

/// Keeps what an executor is asked and what it answers.
final class ListeningExecutor: CodeExecutor {
    let executor: any CodeExecutor
    private let log: CallLog

    init(_ executor: any CodeExecutor, log: CallLog) {
        self.executor = executor
        self.log = log
    }

    func run(_ blocks: [CodeBlock]) async throws -> CodeResult {
        var call = JSONObject([
            ("blocks", .array(blocks.map { ["language": .string($0.language), "code": .string($0.code)] }))
        ])
        do {
            let result = try await executor.run(blocks)
            call["result"] = ["exit_code": .number(result.exitCode), "output": .string(result.output)]
            log.append(call)
            return result
        } catch {
            log.append(call)
            throw error
        }
    }

    func reset() async throws { try await executor.reset() }
}

/// Calls in their order, as `expected.executor_calls` has them.
final class CallLog: Sendable {
    private let state = Mutex<[JSONValue]>([])

    var calls: [JSONValue] { state.withLock { $0 } }

    func append(_ call: JSONObject) { state.withLock { $0.append(.object(call)) } }
}
