import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Synchronization
import Testing

@Suite struct BackendOutcomesTests {
    let backend = EchoBackend()
    let clock = ManualClock()
    let fake: FakeHopX

    init() { fake = FakeHopX(seed: "test", clock: clock, outcomes: BackendOutcomes(backend)) }

    @Test func sandboxesComeAndGoInTheBackend() async throws {
        let (first, _) = try await fake.create(#"{"template_name": "base"}"#)
        let (second, _) = try await fake.create(#"{"template_name": "base", "timeout_seconds": 5}"#)
        #expect(backend.log == ["create \(first)", "create \(second)"])
        _ = try await fake.ask("DELETE", "/v1/sandboxes/\(first)")
        clock.advance(by: 5)
        _ = try await fake.ask("GET", "/v1/sandboxes")
        #expect(backend.log.suffix(2) == ["destroy \(first)", "destroy \(second)"])
    }

    @Test func runGetsTheSandboxesVariablesBelowItsOwn() async throws {
        let (id, token) = try await fake.create(#"{"template_name": "base", "env_vars": {"A": "1", "B": "1"}}"#)
        let answer = try await fake.agent(
            token, "POST", "/execute",
            body: #"{"code": "print(1)", "language": "python", "env": {"B": "2"}, "timeout": 9}"#)
        #expect(answer.status == 200)
        #expect(answer.body["stdout"] == "print(1)")
        #expect((answer.body["success"], answer.body["exit_code"]?.intValue) == (false, 3))
        #expect(backend.log.last == "run \(id) 9 [A=1, B=2]")
    }

    @Test func changesAreMadeThereAndTheirRefusalsComeBack() async throws {
        let (id, token) = try await fake.create(#"{"template_name": "base"}"#)
        _ = try await fake.agent(token, "POST", "/files/write", body: #"{"path": "a", "content": "1"}"#)
        #expect(backend.log.last == "write \(id) /workspace/a 1")
        let refused = try await fake.agent(token, "POST", "/files/write", body: #"{"path": "/usr/a", "content": "1"}"#)
        #expect((refused.status, refused.body["code"]) == (403, "PERMISSION_DENIED"))
        #expect(try await fake.agent(token, "GET", "/files/exists", query: "path=/usr/a").body["exists"] == false)
    }

    @Test func readsAskTheBackendOnceCodeRan() async throws {
        let (_, token) = try await fake.create(#"{"template_name": "base"}"#)
        _ = try await fake.agent(token, "POST", "/files/write", body: #"{"path": "a", "content": "mine"}"#)
        #expect(try await fake.agent(token, "GET", "/files/read", query: "path=a").body["content"] == "mine")
        _ = try await fake.agent(token, "POST", "/execute", body: #"{"code": "x"}"#)
        #expect(try await fake.agent(token, "GET", "/files/read", query: "path=a").body["content"] == "theirs")
    }

    @Test(arguments: [
        ("/execute", "{}", 400, "MISSING_PARAMETER"), ("/execute", "x", 400, "INVALID_JSON"),
        ("/execute", #"{"code": "1", "language": "cobol"}"#, 400, "INVALID_REQUEST"),
        ("/execute/background", #"{"language": "bash"}"#, 400, "MISSING_PARAMETER"),
        ("/execute/async", #"{"code": "1", "callback_url": "http://127.0.0.1/"}"#, 501, "NOT_IMPLEMENTED"),
    ])
    func badRunIsRefused(path: String, body: String, status: Int, code: String) async throws {
        let (_, token) = try await fake.create(#"{"template_name": "base"}"#)
        let refused = try await fake.agent(token, "POST", path, body: body)
        #expect((refused.status, refused.body["code"]) == (status, .string(code)))
    }
}

/// Says what it was asked to do; every run prints its own code and fails with 3.
final class EchoBackend: SandboxBackend {
    let tools: SandboxTools
    private let entries = Mutex<[String]>([])

    init(tools: SandboxTools = SandboxTools()) { self.tools = tools }

    var log: [String] { entries.withLock { $0 } }

    private func note(_ entry: String) { entries.withLock { $0.append(entry) } }

    func create(_ sandbox: String) async throws { note("create \(sandbox)") }
    func destroy(_ sandbox: String) async { note("destroy \(sandbox)") }

    func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome {
        let variables = run.environment.map { "\($0)=\($1)" }.sorted().joined(separator: ", ")
        note("run \(sandbox) \(run.timeoutSeconds) [\(variables)]")
        guard case .code(let code, _) = run.work else { throw HopXError.executionFailed("no code") }
        return CodeOutcome(stdout: code, stderr: "", exitCode: 3, executionTime: 0)
    }

    func write(_ file: FileWrite, in sandbox: String) async throws {
        guard !SandboxPath.contains("/usr", file.path) else { throw HopXError.permissionDenied(file.path) }
        note("write \(sandbox) \(file.path) \(file.bytes.count)")
    }

    func read(_ path: String, in sandbox: String) async throws -> [UInt8] { Array("theirs".utf8) }
    func list(_ path: String, in sandbox: String) async throws -> [FileStatus] { [] }
    func exists(_ path: String, in sandbox: String) async throws -> Bool { true }
    func makeDirectory(_ path: String, in sandbox: String) async throws {}
    func remove(_ path: String, in sandbox: String) async throws {}
    func kill(_ process: String, in sandbox: String) async throws { note("kill \(sandbox) \(process)") }
}
