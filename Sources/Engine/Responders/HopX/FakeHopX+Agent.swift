import Documents
import HTTPMessages
import HopXProtocol
import Synchronization

extension FakeHopX {
    /// The agent inside a sandbox.
    func answerAgent(_ exchange: Exchange) async throws -> Response {
        if exchange.operation.kind == .uploadBuildFiles { return try takeUpload(exchange) }
        guard let id = try addressedSandbox(exchange) else { return exchange.json(["status": "healthy"]) }
        do {
            let response = try await answerAgent(exchange, of: id)
            count(exchange, of: id, status: response.status)
            return response
        } catch let error as HopXError {
            count(exchange, of: id, status: error.status)
            throw error
        }
    }

    private func count(_ exchange: Exchange, of id: String, status: Int) {
        fleet.withLock { fleet in
            // The call may have ended its sandbox.
            try? fleet.update(id) { member in
                let path = "/" + exchange.request.path.split(separator: "/").prefix(2).joined(separator: "/")
                member.usage.count(exchange.operation, path: path, status: status)
            }
        }
    }

    private func countOpen(_ count: Int, of id: String) {
        fleet.withLock { fleet in
            // The call may have ended its sandbox.
            try? fleet.update(id) { $0.usage.openExecutions += count }
        }
    }

    private func answerAgent(_ exchange: Exchange, of id: String) async throws -> Response {
        if exchange.operation.kind == .desktop {
            throw HopXError(
                501, "DESKTOP_NOT_AVAILABLE", "This sandbox has no desktop",
                details: JSONObject([("missing_dependencies", ["xvfb", "x11vnc"])]))
        }
        let member = try fleet.withLock { try $0.member(id) }
        guard exchange.operation.isPossible(in: member.sandbox.status) else {
            let status = member.sandbox.status.rawValue
            // Not a status that clients retry: the sandbox will not wake up by itself.
            throw HopXError(409, "SANDBOX_\(status.uppercased())", "Sandbox \(id) is \(status)")
        }
        let call = exchange.call(on: member)
        switch call.callClass {
        case .chore where exchange.operation.kind == .metrics || exchange.operation.kind == .metricsSnapshot:
            let background = await outcomes.backgroundCount(in: id)
            return exchange.json(member.usage.body(of: member.sandbox, background: background, now: exchange.now))
        case .chore: return try answerChore(exchange, member)
        case .change: return try await change(exchange, call, member)
        case .outcome where exchange.operation.isSocket: return try await openSocket(exchange, call)
        case .outcome:
            try fleet.withLock { try $0.update(id) { $0.files = nil } }
            guard call.operation.isExecution else { return try await outcomes.outcome(of: call) }
            countOpen(1, of: id)
            defer { countOpen(-1, of: id) }
            return try await outcomes.outcome(of: call)
        }
    }

    /// The sandbox that a request means: by its token, or by its address where no token is needed.
    ///
    /// - Returns: Nil for the health of the whole service.
    private func addressedSandbox(_ exchange: Exchange) throws -> String? {
        let named = exchange.request.headers[FakeHopX.sandboxHeader]
        guard exchange.operation.needsToken else {
            if let named { return named }
            if let token = exchange.request.bearerToken,
                let owner = try? fleet.withLock({ try $0.owner(of: token, now: exchange.now) })
            {
                return owner
            }
            if exchange.operation.kind == .agentHealth { return nil }
            throw HopXError(404, "NOT_FOUND", "\(exchange.operation.text) belongs to a sandbox, and none is named")
        }
        guard let token = exchange.request.bearerToken else {
            throw HopXError(401, "INVALID_TOKEN", "Missing access token: send it as a bearer token")
        }
        let owner = try fleet.withLock { try $0.owner(of: token, now: exchange.now) }
        guard named == nil || named == owner else {
            throw HopXError(401, "INVALID_TOKEN", "The access token belongs to another sandbox")
        }
        return owner
    }

    private func answerChore(_ exchange: Exchange, _ member: SandboxFleet.Member) throws -> Response {
        let request = exchange.request
        switch exchange.operation.kind {
        case .agentRoot, .agentHealth, .agentPing, .agentInfo:
            let description = AgentDescription(sandbox: member.sandbox, now: exchange.now)
            return exchange.json(description.body(exchange.operation.kind))
        case .agentSystem, .cacheStatistics, .clearCache, .jupyterSessions, .agentBackups:
            let description = AgentDescription(sandbox: member.sandbox, now: exchange.now)
            return exchange.json(description.body(exchange.operation.kind))
        case .prometheusMetrics:
            return Response(
                headers: ["content-type": "text/plain; charset=utf-8", "x-request-id": exchange.requestID],
                body: Array(member.usage.page(of: member.sandbox, now: exchange.now).utf8))
        case .updateAgent:
            // The interface has no better status; 503 would be asked three times.
            throw HopXError.invalidRequest("The agent of this server cannot be updated")
        case .listExecutions, .listProcesses: return exchange.json(BackgroundProcess.list([], now: exchange.now))
        case .getEnvironment: return exchange.json(environmentBody(member, now: exchange.now))
        case .readFile, .downloadFile:
            let path = try SandboxPath.checked(request.queryValue("path"))
            guard let bytes = try member.files?.read(path) else { break }
            guard exchange.operation.kind == .downloadFile else {
                return exchange.json(FileAnswer.content(of: path, bytes))
            }
            return .hopXBytes(bytes, requestID: exchange.requestID)
        case .listFiles:
            let path = try SandboxPath.checked(request.queryValue("path") ?? SandboxPath.root)
            guard let files = try member.files?.list(path) else { break }
            return exchange.json(FileAnswer.listing(of: path, files))
        case .fileExists:
            let path = try SandboxPath.checked(request.queryValue("path"))
            guard let files = member.files else { break }
            return exchange.json(["exists": .bool(files.exists(path)), "path": .string(path)])
        default: break
        }
        throw HopXError.notImplemented(exchange.operation.text)
    }

    private func change(
        _ exchange: Exchange, _ call: SandboxCall, _ member: SandboxFleet.Member
    ) async throws -> Response {
        let change = try SandboxChange(exchange.operation, request: exchange.request)
        try change.check(member.files)
        if let failure = try await outcomes.failure(of: call) { return failure }
        let counted = digested(exchange.request)
        return try fleet.withLock { fleet in
            try fleet.update(member.sandbox.id) { member in
                member.inputs.note(exchange.operation, request: counted, status: 200)
                change.apply(to: &member, now: exchange.now)
                return exchange.json(
                    change.body(member, now: exchange.now) ?? environmentBody(member, now: exchange.now))
            }
        }
    }

    private func environmentBody(_ member: SandboxFleet.Member, now: Double) -> JSONValue {
        let variables = member.environment.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let shown = variables.map { name, value in
            (name, JSONValue.string(masksVariables && FakeHopX.speaksOfSecrets(name) ? "***MASKED***" : value))
        }
        return [
            "env_vars": .object(JSONObject(shown)),
            "count": .number(variables.count), "timestamp": .string(HopXTime.text(now)),
        ]
    }

    private static func speaksOfSecrets(_ name: String) -> Bool {
        ["KEY", "SECRET", "TOKEN", "PASSWORD"].contains { name.uppercased().contains($0) }
    }
}

/// A change that a client makes inside a sandbox.
private enum SandboxChange {
    case write(FileWrite)
    case makeDirectory(String)
    case remove(String)
    case environment(EnvironmentChange)

    init(_ operation: HopXOperation, request: Request) throws {
        switch operation.kind {
        case .writeFile: self = .write(try FileWrite(body: request.body))
        case .uploadFile:
            guard let upload = FileUpload(request) else {
                throw HopXError.invalidRequest("Send a form with the fields path and file")
            }
            self = .write(FileWrite(path: upload.path, bytes: upload.bytes))
        case .makeDirectory: self = .makeDirectory(try SandboxPath.ofNewDirectory(body: request.body))
        case .removeFile: self = .remove(try SandboxPath.checked(request.queryValue("path")))
        default:
            guard let change = try EnvironmentChange(operation, request: request) else {
                throw HopXError.notImplemented(operation.text)
            }
            self = .environment(change)
        }
    }

    /// - Throws: `HopXError` when it cannot succeed; after code has run nobody here can tell.
    func check(_ files: SimulatedFiles?) throws {
        guard let files else { return }
        switch self {
        case .write(let file): try files.check(file)
        case .makeDirectory(let path): try files.checkDirectory(path)
        case .remove(let path): if !files.exists(path) { throw HopXError.fileNotFound(path) }
        case .environment: break
        }
    }

    func apply(to member: inout SandboxFleet.Member, now: Double) {
        switch self {
        case .write(let file): member.files?.write(file, now: now)
        case .makeDirectory(let path): member.files?.makeDirectory(path, now: now)
        case .remove(let path): member.files?.remove(path)
        case .environment(let change): change.apply(to: &member.environment)
        }
    }

    /// Nil for variables, which the answer shows.
    func body(_ member: SandboxFleet.Member, now: Double) -> JSONValue? {
        switch self {
        case .write(let file):
            FileAnswer.change("File written successfully", path: file.path, size: file.bytes.count, now: now)
        case .makeDirectory(let path):
            FileAnswer.change("Directory created successfully", path: path, size: 0, now: now)
        case .remove(let path): FileAnswer.change("Removed successfully", path: path, size: 0, now: now)
        case .environment: nil
        }
    }
}

extension Response {
    /// A file's bytes as they are.
    static func hopXBytes(_ bytes: [UInt8], requestID: String) -> Response {
        Response(headers: ["content-type": "application/octet-stream", "x-request-id": requestID], body: bytes)
    }
}
