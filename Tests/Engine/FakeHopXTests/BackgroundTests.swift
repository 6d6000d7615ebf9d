import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Scripts
import Synchronization
import Testing

/// What nobody waits for, with a script that says how it ends.
@Suite struct BackgroundTests {
    let clock = ManualClock()
    let outcomes: BackendOutcomes
    let fake: FakeHopX
    let sent = Sent()

    /// The messages that went out.
    final class Sent: Sendable {
        let requests = Mutex<[(base: String, request: Request)]>([])
    }

    init() throws {
        let script = try ScriptReader.read(
            """
            understudy: script/1
            sandbox:
            - when: {code: {contains: fail}}
              reply: {stderr: "oh\\n", exit_code: 3}
            - when: {code: {contains: endless}}
              reply: {delay: 900}
            - when: {code: {contains: refuse}}
              reply: {error: {message: not today}}
            - reply: {stdout: "done\\n", files: {made.txt: by code}}
            """, file: "s.yaml")
        let sent = sent
        outcomes = BackendOutcomes(
            ScriptedSandboxes(script, clock: clock),
            webhooks: Webhooks(allowedHosts: ["hooks.example"], clock: clock) { request, base in
                sent.requests.withLock { $0.append((base, request)) }
                return 200
            })
        fake = FakeHopX(seed: "test", clock: clock, outcomes: outcomes)
    }

    @Test func backgroundExecutionIsListedWithItsEnd() async throws {
        let (_, token) = try await fake.create()
        #expect(try await fake.agent(token, "GET", "/execute/processes").body["processes"] == [])
        let started = try await fake.agent(
            token, "POST", "/execute/background", body: #"{"code": "1", "name": "job"}"#)
        #expect((started.status, started.body["status"], started.body["name"]) == (200, "running", "job"))
        let command = try await fake.agent(token, "POST", "/commands/background", body: #"{"command": "fail"}"#)
        #expect(command.body["process_id"]?.stringValue?.hasPrefix("cmd_") == true)
        await outcomes.settle()
        for path in ["/execute/processes", "/processes"] {
            let list = try await fake.agent(token, "GET", path).body
            #expect(list["count"] == 2)
            let first = try #require(list["processes"]?.arrayValue?.first)
            #expect(first["process_id"] == started.body["process_id"])
            #expect((first["status"], first["exit_code"], first["language"]) == ("completed", 0, "python"))
            // Clients search in the names of all.
            #expect(list["processes"]?.arrayValue?.allSatisfy { $0["name"]?.stringValue != nil } == true)
        }
        #expect(try await fake.agent(token, "GET", "/files/read", query: "path=made.txt").body["content"] == "by code")
    }

    @Test(
        arguments: [
            ("POST", "/execute/kill/ID", nil), ("DELETE", "/execute/kill", "process_id=ID"),
            ("POST", "/processes/ID/kill", nil),
        ] as [(String, String, String?)])
    func everyRouteKills(method: String, path: String, query: String?) async throws {
        let (_, token) = try await fake.create()
        let started = try await fake.agent(token, "POST", "/execute/background", body: #"{"code": "1"}"#)
        let id = try #require(started.body["process_id"]?.stringValue)
        let killed = try await fake.agent(
            token, method, path.replacing("ID", with: id), query: query?.replacing("ID", with: id))
        #expect((killed.status, killed.body["success"]) == (200, true))
        let unknown = try await fake.agent(
            token, method, path.replacing("ID", with: "none"), query: query?.replacing("ID", with: "none"))
        #expect((unknown.status, unknown.body["code"]) == (404, "PROCESS_NOT_FOUND"))
    }

    /// A back end whose runs go on until they are let go.
    private final class HeldBackend: SandboxBackend {
        let gate = AsyncStream<Void>.makeStream()

        func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome {
            try await self.run(run, in: sandbox) { _ in }
        }

        func run(
            _ run: CodeRun, in sandbox: String, started: @escaping @Sendable (Int) -> Void
        ) async throws -> CodeOutcome {
            started(4242)
            for await _ in gate.stream {}
            return CodeOutcome(stdout: "", stderr: "", exitCode: 0, executionTime: 1)
        }

        func create(_ sandbox: String) async throws {}
        func kill(_ process: String, in sandbox: String) async throws { gate.continuation.finish() }
        func write(_ file: FileWrite, in sandbox: String) async throws {}
        func read(_ path: String, in sandbox: String) async throws -> [UInt8] { [] }
        func list(_ path: String, in sandbox: String) async throws -> [FileStatus] { [] }
        func exists(_ path: String, in sandbox: String) async throws -> Bool { true }
        func makeDirectory(_ path: String, in sandbox: String) async throws {}
        func remove(_ path: String, in sandbox: String) async throws {}
        func destroy(_ sandbox: String) async { gate.continuation.finish() }
    }

    @Test func whatRunsIsCountedAndHasItsNumber() async throws {
        let fake = FakeHopX(seed: "test", clock: clock, outcomes: BackendOutcomes(HeldBackend()))
        let (_, token) = try await fake.create()
        func count(_ name: String) async throws -> Int? {
            try await fake.agent(token, "GET", "/metrics/snapshot").body[name]?.intValue
        }
        #expect(try await count("active_executions") == 0)
        let started = try await fake.agent(token, "POST", "/execute/background", body: #"{"code": "1"}"#)
        #expect(try await count("active_executions") == 1)
        func first() async throws -> JSONValue? {
            try await fake.agent(token, "GET", "/execute/processes").body["processes"]?.arrayValue?.first
        }
        while try await first()?["pid"] != 4242 {}
        #expect(try await first()?["status"] == "running")
        let id = try #require(started.body["process_id"]?.stringValue)
        _ = try await fake.agent(token, "POST", "/execute/kill/\(id)")
        #expect(try await count("active_executions") == 0)
        #expect(try await count("total_executions") == 1, "a kill is no execution")
    }

    @Test func killWithoutAnIDIsRefused() async throws {
        let (_, token) = try await fake.create()
        #expect(try await fake.agent(token, "DELETE", "/execute/kill").body["code"] == "MISSING_PARAMETER")
    }

    @Test(
        arguments: [
            ("1", "completed", 0, "done\n", nil), ("fail", "failed", 3, "", nil),
            ("endless", "timeout", 1, "", "Execution timed out after 30 seconds"),
            ("refuse", "failed", 1, "", "not today"),
        ] as [(String, String, Int, String, String?)])
    func asynchronousExecutionEndsWithASignedMessage(
        code: String, status: String, exitCode: Int, stdout: String, error: String?
    ) async throws {
        let (_, token) = try await fake.create()
        let queued = try await fake.agent(
            token, "POST", "/execute/async",
            body: """
                {"code": "\(code)", "callback_url": "http://127.0.0.1:9/done?n=1", "callback_headers": {"X-Mine": "m"}, \
                "callback_signature_secret": "key"}
                """)
        #expect((queued.status, queued.body["status"]) == (200, "queued"))
        await outcomes.settle()
        let (base, request) = try #require(sent.requests.withLock { $0.first })
        #expect((base, request.path, request.query) == ("http://127.0.0.1:9", "/done", "n=1"))
        let body = try JSONValue(parsing: request.body)
        #expect(body["execution_id"] == queued.body["execution_id"])
        #expect((body["status"], body["exit_code"]?.intValue) == (.string(status), exitCode))
        #expect((body["stdout"]?.stringValue, body["error"]?.stringValue) == (stdout, error))
        #expect(request.headers["x-mine"] == "m")
        #expect(request.headers["x-hopx-timestamp"].flatMap(Int.init) != nil)
        #expect(request.headers["x-hopx-signature"]?.wholeMatch(of: #/sha256=[0-9a-f]{64}/#) != nil)
    }

    /// A client looks for the message's execution in the answer.
    @Test func theMessageComesAfterTheAnswer() async throws {
        let (_, token) = try await fake.create()
        let answer = try await fake.respond(
            to: Request(
                method: "POST", path: "/execute/async", headers: ["authorization": "Bearer \(token)"],
                body: Array(#"{"code": "1", "callback_url": "http://127.0.0.1:9/"}"#.utf8)))
        guard case .stream(let stream) = answer.content else {
            Issue.record("nobody could tell when it has been taken")
            return
        }
        var parts = stream.makeAsyncIterator()
        #expect(try await parts.next() != nil)
        // The execution has ended, and its message waits.
        while try await fake.agent(token, "GET", "/files/exists", query: "path=made.txt").body["exists"] != true {}
        #expect(sent.requests.withLock { $0.isEmpty })
        #expect(try await parts.next() == nil)
        await outcomes.settle()
        #expect(sent.requests.withLock { $0.count } == 1)
    }

    @Test(arguments: [
        ("http://127.0.0.1/x", 200), ("http://[::1]:80/", 200), ("http://localhost/", 200),
        ("https://HOOKS.example/", 200), ("http://example.com/", 400), ("http://127.0.0.1.example.com/", 400),
        ("http://10.0.0.1/", 400), ("file:///etc/passwd", 400), ("http://user@127.0.0.1/", 400), ("nowhere", 400),
    ])
    func messagesGoWhereTheyMay(url: String, status: Int) async throws {
        let (_, token) = try await fake.create()
        let answer = try await fake.agent(
            token, "POST", "/execute/async", body: #"{"code": "1", "callback_url": "\#(url)"}"#)
        #expect(answer.status == status)
        await outcomes.settle()
        #expect(sent.requests.withLock { $0.count } == (status == 200 ? 1 : 0))
    }

    @Test func endOfASandboxEndsWhatRunsInIt() async throws {
        let (id, token) = try await fake.create()
        _ = try await fake.agent(token, "POST", "/execute/background", body: #"{"code": "1"}"#)
        #expect(try await fake.ask("DELETE", "/v1/sandboxes/\(id)").status == 200)
        await outcomes.settle()
    }

    @Test func codeThatNoRuleAnswersSaysWhy() async throws {
        let script = try ScriptReader.read(
            "understudy: script/1\nsandbox:\n- when: {code: {equals: a}}\n  reply: {stdout: b}\n", file: "s.yaml")
        let fake = FakeHopX(
            seed: "test", clock: clock, outcomes: BackendOutcomes(ScriptedSandboxes(script, clock: clock)))
        let (_, token) = try await fake.create()
        let refused = try await fake.agent(token, "POST", "/execute", body: #"{"code": "x"}"#)
        #expect((refused.status, refused.body["code"]) == (422, "SCRIPT_NO_MATCH"))
        #expect(refused.body["message"]?.stringValue?.contains("rule 1 (s.yaml:3:3)") == true)
    }
}
