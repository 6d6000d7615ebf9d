import Documents
import HTTPMessages
import Testing

@testable import ScenarioRunning

@Suite struct SandboxClientTests {
    private let clock = StandClock()

    private func sandbox(_ hopx: StandHopX) async throws -> (any Sandbox, StandResponder) {
        let responder = StandResponder([], clock: clock, fallback: { hopx.respond(to: $0) })
        let client = SandboxClient(responder: responder, key: "us-key", clock: clock)
        return (try await client.createSandbox(template: "code-interpreter", ttl: 300), responder)
    }

    @Test func firstUseIsTheSDKs() async throws {
        let (sandbox, responder) = try await sandbox(StandHopX())
        #expect(try await sandbox.run("1", language: "python", timeout: 60) == RunResult(stdout: "ok\n"))
        #expect(try await sandbox.run("2", language: "bash", timeout: 5) == RunResult(stdout: "ok\n"))
        try await sandbox.kill()
        #expect(
            responder.targets == [
                "POST /v1/sandboxes", "GET /v1/sandboxes/s1", "GET /x/s1.local.vms.hopx.dev/health",
                "POST /x/s1.local.vms.hopx.dev/execute", "POST /x/s1.local.vms.hopx.dev/execute",
                "DELETE /v1/sandboxes/s1",
            ])
        let bodies = responder.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies[0] == #"{"template_name":"code-interpreter","timeout_seconds":300}"#)
        #expect(bodies[3] == #"{"language":"python","code":"1","workdir":"/workspace","timeout":60}"#)
        #expect(responder.requests[0].headers["x-api-key"] == "us-key")
        #expect(responder.requests[3].headers["authorization"] == "Bearer t1")
        #expect(responder.requests[3].headers["x-api-key"] == nil)
    }

    @Test func aTokenThatEndsSoonIsRenewedFirst() async throws {
        let (sandbox, responder) = try await sandbox(StandHopX(tokenExpiry: "2023-11-14T22:13:21Z"))
        _ = try await sandbox.run("1", language: "python", timeout: 60)
        #expect(responder.targets[2] == "POST /v1/sandboxes/s1/token/refresh")
        #expect(responder.requests.last?.headers["authorization"] == "Bearer t2")
    }

    @Test func aRefusedTokenIsRenewedOnce() async throws {
        let (sandbox, responder) = try await sandbox(
            StandHopX(run: { _ in .json(["error": "bad token", "code": "INVALID_TOKEN"], status: 401) }))
        await #expect(throws: SandboxError("bad token", code: "INVALID_TOKEN", status: 401)) {
            try await sandbox.run("1", language: "python", timeout: 60)
        }
        #expect(
            responder.targets.suffix(3) == [
                "POST /x/s1.local.vms.hopx.dev/execute", "POST /v1/sandboxes/s1/token/refresh",
                "POST /x/s1.local.vms.hopx.dev/execute",
            ])
    }

    @Test(
        arguments: [
            (
                #"{"error":"out of memory","code":"EXECUTION_FAILED"}"#, "r9",
                "out of memory (code: EXECUTION_FAILED) [request_id: r9]"
            ),
            (#"{"message":"odd"}"#, nil, "odd (code: code_execution_failed)"),
            ("gone", nil, "HTTP 422: gone (code: code_execution_failed)"),
        ] as [(String, String?, String)])
    func errorsReadAsTheSDKs(body: String, requestID: String?, text: String) async throws {
        let (sandbox, _) = try await sandbox(
            StandHopX(run: { _ in
                var response = Response(status: 422, body: Array(body.utf8))
                response.headers["x-request-id"] = requestID
                return response
            }))
        let error = await #expect(throws: SandboxError.self) {
            try await sandbox.run("1", language: "python", timeout: 60)
        }
        #expect(error?.description == text)
        #expect(clock.waits.isEmpty)
    }

    @Test func aBusySandboxIsAskedThreeTimes() async throws {
        let (sandbox, responder) = try await sandbox(
            StandHopX(run: { _ in .json(["error": "busy", "code": "INTERNAL_ERROR"], status: 503) }))
        await #expect(throws: SandboxError("busy", code: "INTERNAL_ERROR", status: 503)) {
            try await sandbox.run("1", language: "python", timeout: 60)
        }
        #expect(responder.targets.filter { $0.hasSuffix("/execute") }.count == 3)
        #expect(clock.waits == [1, 2])
    }

    @Test(
        arguments: [
            (503, [1, 2, 4], 4), (500, [1, 2, 4], 4), (403, [], 1), (501, [], 1),
        ] as [(Int, [Double], Int)])
    func creationIsRetriedAsTheSDKDoes(status: Int, waits: [Double], tries: Int) async throws {
        let hopx = StandHopX(createdStatus: status)
        let responder = StandResponder([], clock: clock, fallback: { hopx.respond(to: $0) })
        let client = SandboxClient(responder: responder, key: "k", clock: clock)
        let error = await #expect(throws: SandboxError.self) {
            try await client.createSandbox(template: "t", ttl: 1)
        }
        #expect(error?.description == "no room (code: FULL) [request_id: r1]")
        #expect(clock.waits == waits)
        #expect(responder.requests.count == tries)
    }

    @Test func aServiceSaysHowLongToWait() async throws {
        let busy = Response.json(
            ["error": ["message": "slow", "code": "RATE", "details": ["retry_after_seconds": 7]]], status: 429)
        let responder = StandResponder(Array(repeating: .response(busy), count: 4), clock: clock)
        let client = SandboxClient(responder: responder, key: "k", clock: clock)
        let error = await #expect(throws: SandboxError.self) { try await client.createSandbox(template: "t", ttl: 1) }
        #expect(error?.description == "slow (code: RATE) (retry after 7s)")
        #expect(clock.waits == [7, 7, 7])
    }

    @Test(arguments: [
        ("code-interpeter", "Template 'code-interpeter' not found. Did you mean 'code-interpreter'? (code: NOT_FOUND)"),
        ("zzz", "Template 'zzz' not found. Available templates: base, code-interpreter (code: NOT_FOUND)"),
    ])
    func anUnknownTemplateIsExplained(name: String, text: String) async throws {
        let missing = Response.json(["error": ["message": "no such template", "code": "NOT_FOUND"]], status: 404)
        let list = Response.json(["data": [["name": "base"], ["name": "code-interpreter"]]])
        let responder = StandResponder([.response(missing), .response(list)], clock: clock)
        let client = SandboxClient(responder: responder, key: "k", clock: clock)
        let error = await #expect(throws: SandboxError.self) { try await client.createSandbox(template: name, ttl: 1) }
        #expect(error?.description == text)
    }

    @Test(arguments: [
        ("{}", RunResult(exitCode: 1)), ("", RunResult(exitCode: 1)), (#"{"stdout":"a"}"#, RunResult(stdout: "a")),
        (#"{"stdout":null,"stderr":"e","exit_code":3}"#, RunResult(stderr: "e", exitCode: 3)),
        (#"{"stdout":"a","exit_code":null}"#, RunResult(stdout: "a", exitCode: nil)),
    ])
    func whatAResultLeavesOutHasTheSDKsDefault(body: String, result: RunResult) async throws {
        let (sandbox, _) = try await sandbox(StandHopX(run: { _ in Response(body: Array(body.utf8)) }))
        #expect(try await sandbox.run("1", language: "python", timeout: 60) == result)
    }

    @Test(arguments: [
        ("http://127.0.0.1:9/x/a.local.vms.hopx.dev", "/x/a.local.vms.hopx.dev"), ("http://127.0.0.1:9/x/a/", "/x/a"),
        ("https://7777-a.eu.vms.hopx.dev", ""), ("https://7777-a.eu.vms.hopx.dev/", ""), ("", ""),
    ])
    func aSandboxLivesAtThePathOfItsAddress(address: String, path: String) {
        #expect(HopXSandbox.path(of: address) == path)
    }
}
