import Documents
import HTTPMessages
import Scenarios
import Transcripts

/// One live sandbox: finds its address and waits for its health when it is first used.
actor HopXSandbox: Sandbox {
    private let id: String
    private let control: ControlPlane
    private var token: SandboxToken?
    /// The path that the sandbox's own requests begin with; nil until it is first used.
    private var root: String?

    init(id: String, token: SandboxToken?, control: ControlPlane) {
        self.id = id
        self.token = token
        self.control = control
    }

    func run(_ code: String, language: String, timeout: Int) async throws -> RunResult {
        try await becomeReady()
        let body: JSONValue = [
            "language": .string(language), "code": .string(code), "workdir": "/workspace", "timeout": .number(timeout),
        ]
        let answer = try await send("POST", "/execute", body, operation: "execute code", limit: Double(timeout + 30))
        return try RunResult(executing: answer)
    }

    func look(for file: WantedFile) async throws -> FileSighting {
        try await becomeReady()
        let path = "/files/\(file.isRead ? "read" : "exists")?path=\(PercentEncoding.encode(file.path))"
        do {
            let operation = file.isRead ? "read file" : "check file exists"
            let answer = try JSONValue(parsing: await send("GET", path, nil, operation: operation, limit: 60))
            let exists = file.isRead || answer["exists"]?.boolValue == true
            return FileSighting(path: file.path, exists: exists, text: answer["content"]?.stringValue)
        } catch let error as SandboxError where error.status == 404 {
            return FileSighting(path: file.path, exists: false)
        }
    }

    func kill() async throws { _ = try await control.send("DELETE", "/v1/sandboxes/\(id)", nil) }

    /// The SDK's first-use sequence: where it is, a token that lasts, its health.
    private func becomeReady() async throws {
        guard root == nil else { return }
        let info = try await control.send("GET", "/v1/sandboxes/\(id)", nil)
        let address = info["public_host"]?.stringValue ?? ""
        let found = HopXSandbox.path(of: address.isEmpty ? info["direct_url"]?.stringValue ?? "" : address)
        if let token {
            if token.expiry - control.clock.now < 3600 { try await renewToken() }
        } else {
            // A sandbox without a token may have none yet; its answers will tell.
            do { try await renewToken() } catch is SandboxError {}
        }
        root = found
        try await waitForHealth()
    }

    private func renewToken() async throws {
        let answer = try await control.send("POST", "/v1/sandboxes/\(id)/token/refresh", nil)
        if let renewed = try SandboxToken(answer) { token = renewed }
    }

    /// Asks up to thirty times; then the sandbox is used all the same.
    private func waitForHealth() async throws {
        for round in 0..<30 {
            do {
                let answer = try await send("GET", "/health", nil, operation: "agent health check", limit: 5)
                if try JSONValue(parsing: answer)["status"]?.stringValue == "healthy" { return }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                if round < 29 { try await control.clock.wait(.milliseconds(1500)) }
            }
        }
    }

    /// - Throws: `SandboxError` after three attempts, the token renewed once; `CancellationError`.
    private func send(
        _ method: String, _ path: String, _ body: JSONValue?, operation: String, limit: Double
    ) async throws -> [UInt8] {
        for attempt in 0..<3 {
            var headers: Headers = [:]
            headers["authorization"] = token.map { "Bearer \($0.text)" }
            if body != nil { headers["content-type"] = "application/json" }
            let request = Request(
                method: method, target: (root ?? "") + path, headers: headers, body: body?.bytes() ?? [])
            let failure: SandboxError
            switch try await control.responder.exchange(request, limit: limit, clock: control.clock) {
            case .answered(let status, _, let body) where status < 300: return body
            case .answered(let status, let headers, let body):
                failure = SandboxError(agentStatus: status, headers: headers, body: body)
                if status == 401, attempt == 0, await renewsToken() { continue }
                guard [429, 500, 502, 503, 504].contains(status) else { throw failure }
            // The text names the client's usual limit, whatever the limit was.
            case .timedOut: failure = SandboxError("\(operation) timed out after 60s")
            case .failed(let words): failure = SandboxError("\(operation) failed: \(words)")
            }
            guard attempt < 2 else { throw failure }
            try await control.clock.wait(.seconds(1 << attempt))
        }
        throw SandboxError("\(operation) failed after 3 attempts")
    }

    private func renewsToken() async -> Bool {
        do {
            try await renewToken()
            return token != nil
        } catch {
            return false
        }
    }

    /// The path of an address, without a slash at its end: `/x/ID.local.vms.hopx.dev`, or nothing.
    static func path(of address: String) -> String {
        var rest = address[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        let path = rest.drop { $0 != "/" }
        return String(path.reversed().drop { $0 == "/" }.reversed())
    }
}

extension RunResult {
    /// From the answer to `POST /execute`, with the SDK's defaults for what is missing.
    fileprivate init(executing answer: [UInt8]) throws(SandboxError) {
        guard !answer.isEmpty else {
            self.init(exitCode: 1)
            return
        }
        guard let object = (try? JSONValue(parsing: answer))?.objectValue else { throw SandboxError.invalidJSON }
        guard !object.isEmpty else {
            self.init(exitCode: 1)
            return
        }
        let exitCode: Int? = object["exit_code"].map(\.intValue) ?? 0
        self.init(
            stdout: object["stdout"]?.stringValue ?? "", stderr: object["stderr"]?.stringValue ?? "",
            exitCode: exitCode,
            shown: ShownOutput.all(in: object))
    }
}
