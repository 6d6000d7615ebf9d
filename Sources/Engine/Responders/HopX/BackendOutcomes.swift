import Documents
public import HTTPMessages
public import HopXProtocol

/// Outcomes of code that really runs, in a back end's sandboxes.
public struct BackendOutcomes: OutcomeSource {
    let backend: any SandboxBackend
    let webhooks: Webhooks?
    let processes = BackgroundProcesses()

    /// - Parameter webhooks: Who tells clients how their asynchronous executions ended; nil refuses those.
    public init(_ backend: any SandboxBackend, webhooks: Webhooks? = nil) {
        self.backend = backend
        self.webhooks = webhooks
    }

    public var simulatesBuilds: Bool { true }
    public var tools: SandboxTools { backend.tools }

    /// Returns when all that was started without waiting for it has ended.
    public func settle() async { await processes.settle() }

    public func failure(of change: SandboxCall) async throws -> Response? {
        let sandbox = change.sandbox ?? ""
        let request = change.request
        do {
            switch change.operation.kind {
            case .createSandbox: try await backend.create(sandbox, as: SandboxCreation(body: request.body))
            case .deleteSandbox: await end(sandbox)
            case .writeFile: try await backend.write(FileWrite(body: request.body), in: sandbox)
            case .uploadFile:
                guard let upload = FileUpload(request) else {
                    throw HopXError.invalidRequest("Send a form with the fields path and file")
                }
                try await backend.write(FileWrite(path: upload.path, bytes: upload.bytes), in: sandbox)
            case .makeDirectory:
                try await backend.makeDirectory(SandboxPath.ofNewDirectory(body: request.body), in: sandbox)
            case .removeFile:
                try await backend.remove(SandboxPath.checked(request.queryValue("path")), in: sandbox)
            // Variables are handed to each run; pausing and time limits are kept by the fake.
            default: break
            }
            return nil
        } catch let error as HopXError {
            return error.response(on: change.operation.plane, requestID: change.requestID, now: change.now)
        }
    }

    public func outcome(of call: SandboxCall) async throws -> Response {
        do {
            return try await answer(call, in: call.sandbox ?? "")
        } catch let error as HopXError {
            return error.response(on: call.operation.plane, requestID: call.requestID, now: call.now)
        }
    }

    public func backgroundCount(in sandbox: String) async -> Int { await processes.runningCount(in: sandbox) }

    public func expired(_ sandbox: String) async { await end(sandbox) }

    private func end(_ sandbox: String) async {
        // Its processes first lose what they run in, and then have nothing to wait for.
        await backend.destroy(sandbox)
        await processes.end(sandbox)
    }

    /// - Parameter process: For a run that nobody waits for.
    func run(of call: SandboxCall, process: String? = nil) throws -> CodeRun {
        var run = try CodeRun(call.operation.kind, body: call.request.body)
        run.environment.merge(call.environment) { own, _ in own }
        run.process = process
        return run
    }

    private func answer(_ call: SandboxCall, in sandbox: String) async throws -> Response {
        let request = call.request
        if let answer = try await answerInBackground(call, in: sandbox) { return answer }
        switch call.operation.kind {
        case .execute, .executeRich, .executeIPython, .runCommand:
            let run = try run(of: call)
            let outcome = try await backend.run(run, in: sandbox)
            return .hopX(outcome.body(of: run, now: call.now), requestID: call.requestID)
        case .readFile:
            let path = try SandboxPath.checked(request.queryValue("path"))
            let bytes = try await backend.read(path, in: sandbox)
            return .hopX(FileAnswer.content(of: path, bytes), requestID: call.requestID)
        case .downloadFile:
            let path = try SandboxPath.checked(request.queryValue("path"))
            return .hopXBytes(try await backend.read(path, in: sandbox), requestID: call.requestID)
        case .listFiles:
            let path = try SandboxPath.checked(request.queryValue("path") ?? SandboxPath.root)
            let files = try await backend.list(path, in: sandbox)
            return .hopX(FileAnswer.listing(of: path, files), requestID: call.requestID)
        case .fileExists:
            let path = try SandboxPath.checked(request.queryValue("path"))
            let exists = try await backend.exists(path, in: sandbox)
            return .hopX(["exists": .bool(exists), "path": .string(path)], requestID: call.requestID)
        default:
            if call.operation.isSocket { return try socket(call, in: sandbox) }
            throw HopXError.notImplemented(call.operation.text)
        }
    }
}
