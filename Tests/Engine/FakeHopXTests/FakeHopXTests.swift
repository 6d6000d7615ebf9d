import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Testing

@Suite struct FakeHopXTests {
    let clock = ManualClock()
    let outcomes = ScriptedOutcomes()
    let fake: FakeHopX

    init() { fake = FakeHopX(seed: "test", clock: clock, outcomes: outcomes) }

    @Test func creationAnswersWithEveryFieldAndTokens() async throws {
        let (status, body) = try await fake.ask(
            "POST", "/v1/sandboxes", body: #"{"template_name": "code-interpreter", "timeout_seconds": 300}"#)
        #expect(status == 201)
        let id = try #require(body["id"]?.stringValue)
        #expect(body["status"] == "running")
        #expect(body["public_host"]?.stringValue == "https://7777-\(id).local.vms.hopx.dev")
        #expect(body["direct_url"] == body["public_host"])
        #expect(body["created_at"] == "2025-11-23T12:13:20Z")
        #expect(body["expires_at"] == "2025-11-23T12:18:20Z")
        #expect(body["token_expires_at"] == "2025-11-24T12:13:20Z")
        #expect(body["organization_id"]?.intValue == 1)
        #expect(body["resources"]?["disk_mb"]?.intValue != nil)
        let shown = try await fake.ask("GET", "/v1/sandboxes/\(id)")
        #expect(shown.body["auth_token"] == nil)
        #expect(shown.body["template_name"] == "code-interpreter")
    }

    @Test func sameSeedGivesTheSameAnswers() async throws {
        let other = FakeHopX(seed: "test", clock: clock, outcomes: outcomes)
        let third = FakeHopX(seed: "else", clock: clock, outcomes: outcomes)
        let body = #"{"template_name": "t"}"#
        let one = try await fake.ask("POST", "/v1/sandboxes", body: body).body
        #expect(try await other.ask("POST", "/v1/sandboxes", body: body).body == one)
        #expect(try await third.ask("POST", "/v1/sandboxes", body: body).body["id"] != one["id"])
        #expect(try await fake.ask("POST", "/v1/sandboxes", body: body).body["id"] != one["id"])
    }

    @Test func recordedIdentityIsUsedOnce() async throws {
        outcomes.set { $0.identity = "recorded1" }
        #expect(try await fake.create().id == "recorded1")
        let second = try await fake.create().id
        #expect(second != "recorded1")
        #expect(outcomes.calls.map(\.label) == [1, 1, 2, 2])
        #expect(outcomes.calls.last?.sandbox == second)
    }

    @Test func keysAndTokensAreDemanded() async throws {
        let none = try await fake.ask("GET", "/v1/sandboxes", headers: [:])
        #expect((none.status, none.body["error"]?["code"]) == (401, "UNAUTHORIZED"))
        #expect(try await fake.ask("GET", "/v1/sandboxes", headers: ["authorization": "Bearer k"]).status == 200)
        let (id, token) = try await fake.create()
        let bare = try await fake.ask("POST", "/execute", headers: [:], body: "{}")
        #expect((bare.status, bare.body["code"]) == (401, "INVALID_TOKEN"))
        #expect(try await fake.agent(token + "x", "GET", "/env").status == 401)
        #expect(try await fake.agent(token, "GET", "/env").status == 200)
        // One sandbox's token does not open another.
        let (other, _) = try await fake.create()
        let crossed = try await fake.ask(
            "GET", "/env", headers: ["authorization": "Bearer \(token)", FakeHopX.sandboxHeader: other])
        #expect(crossed.status == 401)
        clock.advance(by: 24 * 60 * 60)
        #expect(try await fake.agent(token, "GET", "/env").body["code"] == "TOKEN_EXPIRED")
        let refreshed = try await fake.ask("POST", "/v1/sandboxes/\(id)/token/refresh")
        let next = try #require(refreshed.body["auth_token"]?.stringValue)
        #expect(next != token)
        #expect(try await fake.agent(next, "GET", "/env").status == 200)
    }

    @Test func healthNeedsNoTokenAndNamesItsSandbox() async throws {
        let (id, _) = try await fake.create()
        let health = try await fake.ask("GET", "/health", headers: [FakeHopX.sandboxHeader: id])
        #expect(health.body["status"] == "healthy")
        #expect(health.body["vm_id"] == .string(id))
        #expect(try await fake.ask("GET", "/info", headers: [FakeHopX.sandboxHeader: id]).body["vm_id"] == .string(id))
        let service = try await fake.ask("GET", "/health", headers: [:])
        #expect((service.status, service.body["status"]) == (200, "healthy"))
        #expect(try await fake.ask("GET", "/health", headers: [FakeHopX.sandboxHeader: "none"]).status == 404)
    }

    @Test func sandboxIsGoneAfterDeletion() async throws {
        let (id, token) = try await fake.create()
        #expect(try await fake.ask("DELETE", "/v1/sandboxes/\(id)").status == 200)
        for (method, path) in [("GET", ""), ("DELETE", ""), ("POST", "/token/refresh"), ("POST", "/pause")] {
            let gone = try await fake.ask(method, "/v1/sandboxes/\(id)\(path)")
            #expect((gone.status, gone.body["message"]) == (404, .string("Sandbox \(id) not found")))
        }
        #expect(try await fake.agent(token, "POST", "/execute", body: "{}").status == 404)
    }

    @Test func sandboxIsGoneAtItsTimeLimit() async throws {
        let (id, _) = try await fake.create(#"{"template_name": "t", "timeout_seconds": 60}"#)
        clock.advance(by: 59)
        let later = try await fake.ask("PUT", "/v1/sandboxes/\(id)/timeout", body: #"{"timeout_seconds": 10}"#)
        #expect(later.body["expires_at"] == "2025-11-23T12:14:29Z")
        clock.advance(by: 9)
        #expect(try await fake.ask("GET", "/v1/sandboxes/\(id)").status == 200)
        #expect(outcomes.expired == [])
        clock.advance(by: 1)
        #expect(try await fake.ask("GET", "/v1/sandboxes/\(id)").status == 404)
        #expect(outcomes.expired == [id])
    }

    @Test func pausedSandboxRefusesItsAgent() async throws {
        let (id, token) = try await fake.create()
        #expect(try await fake.ask("POST", "/v1/sandboxes/\(id)/pause").body["status"] == "paused")
        let refused = try await fake.agent(token, "POST", "/execute", body: #"{"code": "1"}"#)
        #expect((refused.status, refused.body["code"]) == (409, "SANDBOX_PAUSED"))
        #expect(try await fake.ask("POST", "/v1/sandboxes/\(id)/pause").status == 409)
        #expect(try await fake.ask("POST", "/v1/sandboxes/\(id)/resume").body["status"] == "running")
        #expect(try await fake.agent(token, "GET", "/env").status == 200)
    }

    @Test func listIsPagedInOrderOfCreation() async throws {
        var ids: [String] = []
        for _ in 0..<5 { ids.append(try await fake.create().id) }
        _ = try await fake.ask("POST", "/v1/sandboxes/\(ids[1])/pause")
        var seen: [String] = []
        var query = "limit=2"
        while true {
            let page = try await fake.ask("GET", "/v1/sandboxes", query: query).body
            seen += (page["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
            guard page["has_more"] == true, let cursor = page["next_cursor"]?.stringValue else { break }
            query = "limit=2&cursor=\(cursor)"
        }
        #expect(seen == ids)
        let all = try await fake.ask("GET", "/v1/sandboxes", query: "status=&region=&cursor=").body["data"]?.arrayValue
        #expect(all?.isEmpty == false, "an empty filter is none")
        let paused = try await fake.ask("GET", "/v1/sandboxes", query: "status=paused").body["data"]?.arrayValue
        #expect(paused?.compactMap { $0["id"]?.stringValue } == [ids[1]])
        #expect(try await fake.ask("GET", "/v1/sandboxes", query: "cursor=x").status == 400)
    }

    @Test func outcomeGetsTheCallAndItsAnswerIsPassedOnUntouched() async throws {
        let (id, token) = try await fake.create(#"{"template_name": "t", "env_vars": {"A": "1"}}"#)
        _ = try await fake.agent(token, "PATCH", "/env", body: #"{"env_vars": {"B": "2"}, "merge": true}"#)
        outcomes.set { $0.answer = Response(headers: ["x-own": "1"], body: Array("recorded".utf8)) }
        let request = Request(
            method: "POST", path: "/execute", headers: ["authorization": "Bearer \(token)"],
            body: Array(#"{"code": "1"}"#.utf8))
        let response = try await fake.respond(to: request)
        #expect(response.headers.fields.map(\.name) == ["x-own"])
        #expect(try await response.content.joined() == Array("recorded".utf8))
        let call = try #require(outcomes.calls.last)
        #expect(call.request == request)
        #expect(call.operation.text == "POST /execute")
        #expect((call.sandbox, call.label) == (id, 1))
        #expect(call.environment == ["A": "1", "B": "2"])
        #expect(call.inputs?.utf8.count == 16)
    }

    @Test func inputsFollowWhatTheClientWrote() async throws {
        func inputs(_ changes: [(String, String)]) async throws -> String? {
            let outcomes = ScriptedOutcomes()
            let fake = FakeHopX(seed: "x", clock: clock, outcomes: outcomes)
            let (_, token) = try await fake.create()
            for (path, content) in changes {
                let body: JSONValue = ["path": .string(path), "content": .string(content)]
                _ = try await fake.agent(token, "POST", "/files/write", body: body.text())
            }
            _ = try await fake.agent(token, "POST", "/execute", body: "{}")
            return outcomes.calls.last?.inputs
        }
        let first = try await inputs([("a", "1"), ("b", "2")])
        #expect(try await inputs([("b", "2"), ("a", "1")]) == first)
        #expect(try await inputs([("a", "1"), ("b", "3")]) != first)
        #expect(try await inputs([]) != first)
    }

    @Test func redactedRequestsCountIntoInputsAndRealOnesIntoVariables() async throws {
        let fake = FakeHopX(seed: "x", clock: clock, outcomes: outcomes) { request in
            var request = request
            request.body = Array(String(decoding: request.body, as: UTF8.self).replacing("sk-live", with: "-").utf8)
            return request
        }
        var digests: Set<String?> = []
        for secret in ["sk-live", "-"] {
            let (_, token) = try await fake.create(#"{"template_name": "t", "env_vars": {"K": "\#(secret)"}}"#)
            _ = try await fake.agent(token, "POST", "/execute", body: "{}")
            digests.insert(outcomes.calls.last?.inputs)
            #expect(outcomes.calls.last?.environment == ["K": secret])
        }
        #expect(digests.count == 1)
    }

    @Test func filesAreTheClientsUntilCodeRan() async throws {
        let (_, token) = try await fake.create()
        let write = #"{"path": "d/a.txt", "content": "text", "mode": "0600"}"#
        let written = try await fake.agent(token, "POST", "/files/write", body: write)
        #expect((written.body["path"], written.body["size"]?.intValue) == ("/workspace/d/a.txt", 4))
        #expect(try await fake.agent(token, "GET", "/files/read", query: "path=d/a.txt").body["content"] == "text")
        let list = try await fake.agent(token, "GET", "/files/list", query: "path=/workspace/d").body["files"]?
            .arrayValue
        #expect(list?.first?["permissions"] == "-rw-------")
        #expect(try await fake.agent(token, "GET", "/files/exists", query: "path=d").body["exists"] == true)
        let missing = try await fake.agent(token, "GET", "/files/read", query: "path=/none")
        #expect((missing.status, missing.body["code"]) == (404, "FILE_NOT_FOUND"))
        let again = try await fake.agent(
            token, "POST", "/files/write", body: #"{"path": "d/a.txt", "content": "", "overwrite": false}"#)
        #expect(again.status == 409)
        #expect(outcomes.calls.allSatisfy { $0.callClass == .change })

        _ = try await fake.agent(token, "POST", "/execute", body: "{}")
        outcomes.set { $0.answer = Response(status: 200, body: Array(#"{"content": "recorded"}"#.utf8)) }
        #expect(try await fake.agent(token, "GET", "/files/read", query: "path=d/a.txt").body["content"] == "recorded")
        #expect(outcomes.calls.last?.callClass == .outcome)
    }

    @Test func recordedRefusalOfAChangeIsPassedOnAndChangesNothing() async throws {
        let (_, token) = try await fake.create()
        outcomes.set { $0.failure = HopXError.permissionDenied("/x").response(on: .agent, requestID: "r", now: 0) }
        let refused = try await fake.agent(token, "POST", "/files/write", body: #"{"path": "/x", "content": "1"}"#)
        #expect((refused.status, refused.body["request_id"]) == (403, "r"))
        #expect(try await fake.ask("POST", "/v1/sandboxes", body: #"{"template_name": "t"}"#).status == 403)
        outcomes.set { $0.failure = nil }
        #expect(try await fake.agent(token, "GET", "/files/exists", query: "path=/x").body["exists"] == false)
        #expect(try await fake.ask("GET", "/v1/sandboxes").body["data"]?.arrayValue?.count == 1)
    }

    @Test func environmentIsReplacedMergedAndCleared() async throws {
        let (_, token) = try await fake.create(#"{"template_name": "t", "env_vars": {"A": "1"}}"#)
        let merged = try await fake.agent(token, "PATCH", "/env", body: #"{"env_vars": {"B": "2"}}"#)
        #expect(merged.body["env_vars"] == ["A": "1", "B": "2"])
        #expect(try await fake.agent(token, "DELETE", "/env/A").body["env_vars"] == ["B": "2"])
        #expect(try await fake.agent(token, "PUT", "/env", body: #"{"env_vars": {"C": "3"}}"#).body["count"] == 1)
        #expect(try await fake.agent(token, "GET", "/env").body["env_vars"] == ["C": "3"])
        #expect(try await fake.agent(token, "DELETE", "/env").body["env_vars"] == [:])
        #expect(try await fake.agent(token, "PATCH", "/env", body: "{}").body["code"] == "MISSING_PARAMETER")
        // What the body says wins over what the method means.
        let replaced = try await fake.agent(token, "PATCH", "/env", body: #"{"env_vars": {"C": "3"}, "merge": false}"#)
        #expect(replaced.body["env_vars"] == ["C": "3"])
        let added = try await fake.agent(token, "PUT", "/env", body: #"{"env_vars": {"D": "4"}, "merge": true}"#)
        #expect(added.body["env_vars"] == ["C": "3", "D": "4"])
    }

    @Test(arguments: [
        ("GET", "/execute", 405, "METHOD_NOT_ALLOWED"), ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", "/desktop/vnc/status", 501, "DESKTOP_NOT_AVAILABLE"),
        ("POST", "/desktop/mouse/click", 501, "DESKTOP_NOT_AVAILABLE"),
        ("POST", "/update/restart", 400, "INVALID_REQUEST"),
    ])
    func whatIsNotServedIsRefusedInTheAgentsShape(method: String, path: String, status: Int, code: String) async throws
    {
        let (_, token) = try await fake.create()
        let refused = try await fake.agent(token, method, path)
        #expect((refused.status, refused.body["code"]) == (status, .string(code)))
        #expect(refused.body["details"]?.objectValue != nil)
        #expect(refused.body["message"] == refused.body["error"])
    }

    @Test func metricsCountWhatWasAsked() async throws {
        let (_, token) = try await fake.create()
        _ = try await fake.agent(token, "POST", "/execute", body: #"{"code": "1"}"#)
        _ = try await fake.agent(token, "GET", "/desktop/vnc/status")
        let snapshot = try await fake.agent(token, "GET", "/metrics/snapshot").body
        #expect((snapshot["total_requests"], snapshot["total_errors"]) == (2, 1))
        #expect(snapshot["total_executions"] == 1)
        // A published client reads these two as maps by route.
        #expect(snapshot["requests_total"]?["/execute"] == ["success": 1, "error": 0])
        #expect(snapshot["avg_duration_ms"]?["/execute"] == 0)
        #expect(try await fake.agent(token, "GET", "/metrics").body["total_requests"] == 3)
        let page = try await fake.respond(
            to: Request(method: "GET", path: "/metrics/prometheus", headers: ["authorization": "Bearer \(token)"]))
        #expect(page.headers["content-type"]?.hasPrefix("text/plain") == true)
        #expect(page.headers["x-request-id"] != nil)
    }

    @Test(arguments: [
        ("GET", "/cache/stats", "cache"), ("POST", "/cache/clear", "message"), ("GET", "/jupyter/sessions", "sessions"),
        ("GET", "/system", "os"), ("GET", "/ping", "message"), ("GET", "/", "agent"), ("GET", "/info", "vm_ip"),
        ("GET", "/update/backups", "backups"), ("GET", "/execute/processes", "processes"),
        ("GET", "/processes", "processes"),
    ])
    func choresAnswerFromTheSimulation(method: String, path: String, member: String) async throws {
        let (_, token) = try await fake.create()
        let calls = outcomes.calls.count
        let answer = try await fake.agent(token, method, path)
        #expect(answer.status == 200)
        #expect(answer.body[member] != nil)
        #expect(outcomes.calls.count == calls)
    }

    @Test func variablesAreMaskedWhenAsked() async throws {
        let fake = FakeHopX(seed: "test", clock: clock, outcomes: outcomes, masksVariables: true)
        let (_, token) = try await fake.create(#"{"template_name": "t", "env_vars": {"API_key": "s", "PLAIN": "p"}}"#)
        let shown = try await fake.agent(token, "GET", "/env").body["env_vars"]
        #expect(shown == ["API_key": "***MASKED***", "PLAIN": "p"])
        _ = try await fake.agent(token, "POST", "/execute", body: #"{"code": "1"}"#)
        #expect(outcomes.calls.last?.environment["API_key"] == "s")
    }
}
