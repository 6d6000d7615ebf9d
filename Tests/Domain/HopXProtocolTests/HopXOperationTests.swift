import HopXProtocol
import Testing

@Suite struct HopXOperationTests {
    @Test(arguments: [
        ("POST", "/v1/sandboxes", "POST /v1/sandboxes", HopXOperation.CallClass.change),
        ("GET", "/v1/sandboxes", "GET /v1/sandboxes", .chore),
        ("GET", "/v1/sandboxes/ab12", "GET /v1/sandboxes/{id}", .chore),
        ("DELETE", "/v1/sandboxes/ab12", "DELETE /v1/sandboxes/{id}", .change),
        ("POST", "/v1/sandboxes/ab12/pause", "POST /v1/sandboxes/{id}/pause", .change),
        ("POST", "/v1/sandboxes/ab12/resume", "POST /v1/sandboxes/{id}/resume", .change),
        ("PUT", "/v1/sandboxes/ab12/timeout", "PUT /v1/sandboxes/{id}/timeout", .change),
        ("POST", "/v1/sandboxes/ab12/token/refresh", "POST /v1/sandboxes/{id}/token/refresh", .chore),
        ("POST", "/v1/templates/build", "POST /v1/templates/build", .outcome),
        ("GET", "/health", "GET /health", .chore),
        ("GET", "/info", "GET /info", .chore),
        ("GET", "/", "GET /", .chore),
        ("GET", "/metrics/snapshot", "GET /metrics/snapshot", .chore),
        ("GET", "/metrics", "GET /metrics", .chore),
        ("POST", "/execute", "POST /execute", .outcome),
        ("POST", "/execute/background", "POST /execute/background", .outcome),
        ("POST", "/commands/run", "POST /commands/run", .outcome),
        ("GET", "/terminal", "WS /terminal", .outcome),
        ("POST", "/files/write", "POST /files/write", .change),
        ("POST", "/files/upload", "POST /files/upload", .change),
        ("POST", "/files/mkdir", "POST /files/mkdir", .change),
        ("DELETE", "/files/remove", "DELETE /files/remove", .change),
        ("GET", "/env", "GET /env", .chore),
        ("PUT", "/env", "PUT /env", .change),
        ("PATCH", "/env", "PATCH /env", .change),
        ("DELETE", "/env", "DELETE /env", .change),
        ("DELETE", "/env/NAME", "DELETE /env/NAME", .change),
    ])
    func classDoesNotDependOnWhatRan(
        method: String, path: String, text: String, callClass: HopXOperation.CallClass
    ) throws {
        let operation = try #require(HopXOperation(method: method, path: path))
        #expect(operation.text == text)
        #expect(operation.callClass(afterOutcome: false) == callClass)
        #expect(operation.callClass(afterOutcome: true) == callClass)
    }

    @Test(arguments: ["/files/read", "/files/download", "/files/list", "/files/exists"])
    func readsOfFilesAreChoresUntilCodeRan(path: String) throws {
        let operation = try #require(HopXOperation(method: "GET", path: path))
        #expect(operation.callClass(afterOutcome: false) == .chore)
        #expect(operation.callClass(afterOutcome: true) == .outcome)
        #expect(!operation.runsCode)
    }

    @Test(
        arguments: [
            ("POST", "/v1/sandboxes/a/pause", HopXSandbox.Status.running, HopXSandbox.Status.paused),
            ("POST", "/v1/sandboxes/a/stop", .running, .stopped), ("POST", "/v1/sandboxes/a/resume", .paused, .running),
            ("POST", "/v1/sandboxes/a/start", .stopped, .running), ("PUT", "/v1/sandboxes/a/timeout", nil, nil),
            ("DELETE", "/v1/sandboxes/a", nil, nil), ("POST", "/execute", .running, nil),
            ("GET", "/env", .running, nil),
            ("PUT", "/upload/a", nil, nil),
        ] as [(String, String, HopXSandbox.Status?, HopXSandbox.Status?)])
    func callsNeedAStateAndLeadToOne(
        method: String, path: String, needed: HopXSandbox.Status?, reached: HopXSandbox.Status?
    ) throws {
        let operation = try #require(HopXOperation(method: method, path: path))
        #expect((operation.neededStatus, operation.reachedStatus) == (needed, reached))
        for status in [HopXSandbox.Status.running, .paused, .stopped] {
            #expect(operation.isPossible(in: status) == (needed == nil || needed == status))
        }
    }

    @Test func controlPathsNameTheirSandbox() {
        #expect(HopXOperation(method: "POST", path: "/v1/sandboxes/ab12/pause")?.sandbox == "ab12")
        #expect(HopXOperation(method: "POST", path: "/execute")?.sandbox == nil)
    }

    @Test func unknownOperationsAreToldFromWrongMethods() {
        #expect(HopXOperation(method: "GET", path: "/execute") == nil)
        #expect(HopXOperation.isKnown(path: "/execute"))
        #expect(HopXOperation(method: "GET", path: "/nowhere") == nil)
        #expect(!HopXOperation.isKnown(path: "/nowhere"))
    }

    @Test(arguments: [
        ("a/b", "/workspace/a/b"), ("/a//b/", "/a/b"), ("../x", "/x"), ("/../../etc", "/etc"), ("./.", "/workspace"),
        ("/", "/"), ("/a/\u{301}b", "/a/\u{301}b"),
    ])
    func pathsAreMadeAbsolute(path: String, absolute: String) {
        #expect(SandboxPath.absolute(path) == absolute)
    }
}
