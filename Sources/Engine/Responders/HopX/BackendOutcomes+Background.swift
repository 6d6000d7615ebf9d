import Documents
import HTTPMessages
import HopXProtocol

extension BackendOutcomes {
    /// Starting, listing and killing what nobody waits for; nil for any other operation.
    func answerInBackground(_ call: SandboxCall, in sandbox: String) async throws -> Response? {
        let request = call.request
        switch call.operation.kind {
        case .executeBackground, .runCommandInBackground:
            let process = try await start(call, in: sandbox)
            return .hopX(process.startBody, requestID: call.requestID)
        case .executeAsync: return try await startAsync(call, in: sandbox)
        case .listExecutions, .listProcesses:
            let processes = await processes.list(in: sandbox)
            return .hopX(BackgroundProcess.list(processes, now: call.now), requestID: call.requestID)
        case .killProcess:
            let parts = request.path.split(separator: "/").map(String.init)
            let inPath = parts.first == "processes" ? parts[1] : parts.count > 2 ? parts[2] : nil
            guard let id = inPath ?? request.queryValue("process_id"), !id.isEmpty else {
                throw HopXError.missingParameter("process_id")
            }
            return try await kill(id, call, in: sandbox)
        default: return nil
        }
    }

    private func start(_ call: SandboxCall, in sandbox: String) async throws -> BackgroundProcess {
        let body = try JSONObject(hopXBody: call.request.body)
        let isCommand = call.operation.kind == .runCommandInBackground
        let suffix = call.requestID.split(separator: "_").last.map(String.init) ?? call.requestID
        // A published client knows commands by this prefix.
        let id = (isCommand ? "cmd_" : "proc_") + suffix
        let run = try run(of: call, process: id)
        var language: CodeRun.Language?
        if case .code(_, let used) = run.work { language = used }
        let process = BackgroundProcess(
            processID: id, executionID: "exec_" + suffix, name: body["name"]?.stringValue ?? id, language: language,
            startedAt: call.now)
        await processes.start(process, in: sandbox) { [backend] started in
            try await backend.run(run, in: sandbox, started: started)
        }
        return process
    }

    private func startAsync(_ call: SandboxCall, in sandbox: String) async throws -> Response {
        guard let webhooks else { throw HopXError.notImplemented(call.operation.text) }
        let webhook = try Webhook(body: call.request.body)
        try webhooks.check(webhook)
        let suffix = call.requestID.split(separator: "_").last.map(String.init) ?? call.requestID
        let run = try run(of: call, process: "async_" + suffix)
        var language: CodeRun.Language?
        if case .code(_, let used) = run.work { language = used }
        let process = BackgroundProcess(
            processID: "async_" + suffix, executionID: "exec_" + suffix, name: "async_" + suffix, language: language,
            startedAt: call.now)
        let isAnswered = Gate()
        await processes.start(process, in: sandbox) { [backend] started in
            func tell(_ status: Webhook.Status, _ outcome: CodeOutcome, _ error: String?) async {
                let message = webhook.request(
                    executionID: process.executionID, status: status, outcome: outcome, error: error,
                    now: call.now + outcome.executionTime)
                // Clients look for the id in the answer.
                await isAnswered.passed()
                await webhooks.deliver(message, of: webhook)
            }
            do {
                let outcome = try await backend.run(run, in: sandbox, started: started)
                await tell(outcome.exitCode == 0 ? .completed : .failed, outcome, nil)
                return outcome
            } catch let error as HopXError {
                let nothing = CodeOutcome(stdout: "", stderr: error.message, exitCode: 1, executionTime: 0)
                await tell(error.code == "EXECUTION_TIMEOUT" ? .timeout : .failed, nothing, error.message)
                throw error
            }
        }
        return .hopX(
            [
                "execution_id": .string(process.executionID), "status": "queued", "callback_url": .string(webhook.url),
                "message": "Execution queued", "timestamp": .string(HopXTime.text(call.now)),
            ], requestID: call.requestID
        ).then { isAnswered.open() }
    }

    private func kill(_ id: String, _ call: SandboxCall, in sandbox: String) async throws -> Response {
        guard let isRunning = await processes.markKilled(id, in: sandbox) else { throw HopXError.processNotFound(id) }
        if isRunning {
            let process = await processes.list(in: sandbox).first { $0.processID == id || $0.executionID == id }
            try await backend.kill(process?.processID ?? id, in: sandbox)
        }
        return .hopX(
            [
                "success": true, "process_id": .string(id), "status": isRunning ? "killed" : "ended",
                "message": isRunning ? "Process killed" : "Process has ended before",
                "timestamp": .string(HopXTime.text(call.now)),
            ], requestID: call.requestID)
    }
}
