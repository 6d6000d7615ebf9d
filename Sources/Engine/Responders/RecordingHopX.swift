import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol
import Synchronization

/// Passes HopX requests on and records changes and outcomes, each with what its sandbox had been given before.
public final class RecordingHopX: Responder {
    private struct Sandbox {
        let label: Int
        var inputs: SandboxInputs
        var hasRunCode = false
        var status = HopXSandbox.Status.running
        /// Deleted by its client: what is asked of it now is refused, on replay, too, and is no part of the story.
        var hasEnded = false
    }

    private let upstream: any Responder
    private let recorder: Recorder
    private let relay: MessageRelay?
    private let sandboxes = Mutex<[String: Sandbox]>([:])

    /// - Parameter relay: Has messages of asynchronous executions come here, too; nil leaves them to service and client.
    public init(upstream: any Responder, recorder: Recorder, relay: MessageRelay? = nil) {
        self.upstream = upstream
        self.recorder = recorder
        self.relay = relay
    }

    public func respond(to request: Request) async throws -> Response {
        guard let operation = HopXOperation(method: request.method, path: request.path) else {
            return try await upstream.respond(to: request)
        }
        let id = operation.sandbox ?? request.headers[FakeHopX.sandboxHeader]
        let before = id.flatMap { id in sandboxes.withLock { $0[id] } }
        let callClass = operation.callClass(afterOutcome: before?.hasRunCode ?? false)
        // What is refused for this is refused on replay, too, before any recording is looked for.
        let isImpossible = before.map { !operation.isPossible(in: $0.status) } ?? false
        guard callClass != .chore, before?.hasEnded != true else { return try await upstream.respond(to: request) }
        if callClass == .outcome, operation.kind != .fileWatch, let id {
            sandboxes.withLock { $0[id]?.hasRunCode = true }
        }

        let exchange = recorder.begin(request)
        let redacted = recorder.redactor.redact(request, service: .hopx)
        let recorder = recorder
        @Sendable func finish(sandbox: Int?, body: [UInt8], _ response: RecordedResponse) async {
            await recorder.finish(
                exchange, service: .hopx, operation: Operation(operation, query: redacted.queryItems), sandbox: sandbox,
                inputs: before?.inputs.digest, request: body, response: response)
        }
        var diversion: MessageRelay.Diversion?
        if operation.kind == .executeAsync {
            diversion = relay?.divert(request) {
                await recorder.record($0, sandbox: before?.label, before?.inputs.digest)
            }
        }
        // Nobody may be kept waiting for an answer that never came.
        var isAnswered = false
        defer { if let diversion, !isAnswered { diversion.release() } }
        let response: Response
        var body: [UInt8]
        do {
            response = try await upstream.respond(to: diversion?.request ?? request)
            if case .socket(let serve) = response.content {
                var recorded = response
                recorded.content = recorder.recording(serve, service: .hopx) { key, response in
                    await finish(sandbox: before?.label, body: key, response)
                }
                return recorded.accounted(.recorded)
            }
            guard let bytes = try await response.content.joined() else { throw NoAnswerRecorded() }
            body = diversion?.answer(bytes) ?? bytes
        } catch  where !(error is CancellationError) {
            if isImpossible {
                if let id, let before { sandboxes.withLock { $0[id]?.hasRunCode = before.hasRunCode } }
                throw error
            }
            await finish(sandbox: before?.label, body: redacted.body, .none(at: recorder.now))
            throw error
        }
        // A refused token says nothing about the sandbox: nothing ran, and the client asks again with a new one. Nor does a
        // request for a WebSocket that asked for none.
        let isNoAnswer =
            response.status == 401 || response.status == 426 || (isImpossible && response.status >= 400)
        if isNoAnswer {
            if let id, let before { sandboxes.withLock { $0[id]?.hasRunCode = before.hasRunCode } }
        } else {
            let label = note(operation, redacted, id: id, status: response.status, answer: body) ?? before?.label
            await finish(
                sandbox: label, body: redacted.body,
                RecordedResponse(
                    status: response.status, headers: response.headers, at: recorder.now,
                    content: .body(RecordedBody(bytes: body))))
        }
        var answer = Response(status: response.status, headers: response.headers, body: body)
        if let diversion {
            isAnswered = true
            answer = answer.then { diversion.release() }
        } else if operation.kind == .executeAsync, response.status < 400 {
            relay?.noteUnseen(request)
        }
        guard !isNoAnswer else { return answer.accounted(.live) }
        let key = recorder.key(
            .hopx, Operation(operation, query: redacted.queryItems), inputs: before?.inputs.digest, body: redacted.body)
        return answer.accounted(.recorded, key: key.text)
    }

    /// Follows what a change does to its sandbox.
    ///
    /// - Returns: The label of a sandbox that was created by it.
    private func note(_ operation: HopXOperation, _ request: Request, id: String?, status: Int, answer: [UInt8]) -> Int?
    {
        if operation.kind == .createSandbox {
            guard status < 400, let id = (try? JSONValue(parsing: answer))?["id"]?.stringValue,
                let creation = try? SandboxCreation(body: request.body)
            else { return nil }
            return sandboxes.withLock { sandboxes in
                let label = sandboxes.count + 1
                sandboxes[id] = Sandbox(label: label, inputs: SandboxInputs(creation: creation))
                return label
            }
        }
        if let id {
            sandboxes.withLock { sandboxes in
                sandboxes[id]?.inputs.note(operation, request: request, status: status)
                guard status < 400 else { return }
                if let reached = operation.reachedStatus { sandboxes[id]?.status = reached }
                if operation.kind == .deleteSandbox { sandboxes[id]?.hasEnded = true }
            }
        }
        return nil
    }
}

extension Recorder {
    /// Records what a service has sent to a client by itself, as the answer to the question how an execution ended.
    func record(_ message: MessageRelay.Message, sandbox: Int?, _ inputs: String?) async {
        let body = message.executionID.map { Webhook.recordedBody(executionID: $0) } ?? []
        await finish(
            begin(Request(method: Webhook.recordedMethod, path: Webhook.recordedPath)), service: .hopx,
            operation: Operation(method: Webhook.recordedMethod, path: Webhook.recordedPath), sandbox: sandbox,
            inputs: inputs, request: body,
            response: RecordedResponse(
                status: 200, headers: message.fields, at: now, content: .body(RecordedBody(bytes: message.body))))
    }
}
