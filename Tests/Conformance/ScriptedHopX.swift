import Documents
import HTTPMessages
import ScenarioRunning
import Scenarios
import Synchronization

/// A HopX service that plays `script.sandbox_create` and `script.sandbox`, and keeps what it was asked to do.
final class ScriptedHopX: Responder {
    private struct State {
        var creations: [JSONValue]
        var runs: [JSONValue]
        var sandboxCount = 0
        var calls: [JSONObject] = []
    }

    private let state: Mutex<State>

    init(creations: [JSONValue], runs: [JSONValue]) { state = Mutex(State(creations: creations, runs: runs)) }

    /// As `expected.sandbox_calls` has them.
    var calls: [JSONObject] { state.withLock { $0.calls } }

    /// What the script still holds.
    var leftOver: Int { state.withLock { $0.runs.count } }

    func note(_ call: JSONObject) { state.withLock { $0.calls.append(call) } }

    func respond(to request: Request) async throws -> Response {
        let body = (try? JSONValue(parsing: request.body)) ?? .null
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.count) {
        case ("POST", "v1", 2): return create(body)
        case ("GET", "v1", 3): return answer(sandbox(parts[2]))
        case ("DELETE", "v1", 3):
            note(JSONObject([("op", "kill"), ("sandbox", .string(parts[2]))]))
            return answer(["id": .string(parts[2])])
        case ("GET", "x", 3): return answer(["status": "healthy"])
        case ("POST", "x", 3): return run(body, in: parts[1].split(separator: ".").first.map(String.init) ?? "")
        default: return Response(status: 404, body: [])
        }
    }

    private func create(_ body: JSONValue) -> Response {
        state.withLock { state in
            var call = JSONObject([("op", "create")])
            call["template"] = body["template_name"]
            call["ttl"] = body["timeout_seconds"]
            let result = state.creations.isEmpty ? .object(JSONObject()) : state.creations.removeFirst()
            if let text = result["raise"] {
                call["raised"] = text
                state.calls.append(call)
                return answer(["error": ["message": text, "code": .string(ScriptedHopX.raisedCode)]], status: 400)
            }
            state.sandboxCount += 1
            let id = "sb-\(state.sandboxCount)"
            call["sandbox"] = .string(id)
            state.calls.append(call)
            var created = sandbox(id).objectValue ?? JSONObject()
            created["auth_token"] = .string("token-\(id)")
            created["token_expires_at"] = "2099-01-01T00:00:00Z"
            return answer(.object(created), status: 201)
        }
    }

    private func run(_ body: JSONValue, in sandbox: String) -> Response {
        state.withLock { state in
            var call = JSONObject([("op", "run_code"), ("sandbox", .string(sandbox))])
            for name in ["language", "timeout", "code"] { call[name] = body[name] }
            let result: JSONValue = state.runs.isEmpty ? ["raise": "the script is used up"] : state.runs.removeFirst()
            if let text = result["raise"] {
                call["raised"] = text
                state.calls.append(call)
                return answer(["error": text, "code": .string(ScriptedHopX.raisedCode)], status: 400)
            }
            state.calls.append(call)
            return answer([
                "success": true, "stdout": result["stdout"] ?? "", "stderr": result["stderr"] ?? "",
                "exit_code": result["exit_code"] ?? 0, "execution_time": 0,
            ])
        }
    }

    private func sandbox(_ id: String) -> JSONValue {
        [
            "id": .string(id), "status": "running",
            "public_host": .string("http://127.0.0.1:9/x/\(id).local.vms.hopx.dev"),
        ]
    }

    private func answer(_ body: JSONValue, status: Int = 200) -> Response {
        Response(status: status, headers: ["content-type": "application/json"], body: body.bytes())
    }

    /// Marks errors that the script raises in the program itself, where no service adds a code to their text.
    static let raisedCode = "SCRIPTED"
}

/// Sandboxes of the real client; what the script raises arrives as the bare text it has there.
struct ScriptedSandboxes: SandboxService {
    let client: SandboxClient

    func createSandbox(template: String, ttl: Int) async throws -> any Sandbox {
        try await ScriptedSandboxes.bare { Bare(sandbox: try await client.createSandbox(template: template, ttl: ttl)) }
    }

    private struct Bare: Sandbox {
        let sandbox: any Sandbox

        func run(_ code: String, language: String, timeout: Int) async throws -> RunResult {
            try await ScriptedSandboxes.bare { try await sandbox.run(code, language: language, timeout: timeout) }
        }

        func look(for file: WantedFile) async throws -> FileSighting { try await sandbox.look(for: file) }

        func kill() async throws { try await sandbox.kill() }
    }

    private static func bare<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as SandboxError where error.code == ScriptedHopX.raisedCode {
            throw SandboxError(error.message)
        }
    }
}
