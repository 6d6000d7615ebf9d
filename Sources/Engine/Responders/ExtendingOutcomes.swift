import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol

/// What code did, from a cassette as far as it goes; from there on from a live sandbox, recorded: the mode `new`.
///
/// A sandbox's first miss creates a live one and sends it all that its client has asked so far. Answers that differ from the
/// recorded ones are told; the story goes on all the same.
public actor ExtendingOutcomes: OutcomeSource {
    private struct Past {
        let call: SandboxCall
        /// Nil for a change, whose success was simulated.
        let answer: [UInt8]?
        let isRecorded: Bool
    }

    private struct Link {
        let id: String
        let token: String
        /// Of the recording.
        let label: Int
    }

    private let cassette: CassetteOutcomes
    private let upstream: any Responder
    private let recorder: Recorder
    private let notes: SessionNotes
    private let relay: MessageRelay?
    /// By the session's own label.
    private var past: [Int: [Past]] = [:]
    private var links: [Int: Link] = [:]
    private var newLabels = 0

    /// - Parameter relay: Has messages of asynchronous executions come here, too; nil leaves them to service and client.
    public init(
        _ cassette: CassetteOutcomes, upstream: any Responder, recorder: Recorder, notes: SessionNotes,
        relay: MessageRelay? = nil
    ) {
        self.relay = relay
        self.cassette = cassette
        self.upstream = upstream
        self.recorder = recorder
        self.notes = notes
    }

    public func identity(for creation: SandboxCall) async throws -> String? {
        try await cassette.identity(for: creation)
    }

    public func failure(of change: SandboxCall) async throws -> Response? {
        if let link = links[change.label] {
            let response = try await ask(change, link, isRecorded: false)
            return response.status >= 400 ? response : nil
        }
        let isRecorded = cassette.hasRecording(of: change)
        if let failure = try await cassette.failure(of: change) { return failure }
        past[change.label, default: []].append(Past(call: change, answer: nil, isRecorded: isRecorded))
        return nil
    }

    public func outcome(of call: SandboxCall) async throws -> Response {
        if call.operation.isSocket { return try await socket(call) }
        if let link = links[call.label] { return try await ask(call, link, isRecorded: false) }
        if let recorded = try await cassette.recorded(call) {
            // Taken apart here only where that does nothing: a message may follow the end of an answer.
            let answer: [UInt8]? = if case .whole(let bytes) = recorded.content { bytes } else { nil }
            past[call.label, default: []].append(Past(call: call, answer: answer, isRecorded: true))
            return recorded
        }
        return try await ask(call, try await catchUp(call), isRecorded: false)
    }

    /// A WebSocket is replayed whole or asked for whole: its messages come too late to go on with a live one.
    private func socket(_ call: SandboxCall) async throws -> Response {
        if links[call.label] == nil, try cassette.upcomingSocket(call) != nil {
            past[call.label, default: []].append(Past(call: call, answer: nil, isRecorded: true))
            return try await cassette.outcome(of: call)
        }
        let link = if let link = links[call.label] { link } else { try await catchUp(call) }
        let request = addressed(call, to: link)
        let exchange = recorder.begin(request)
        var response = try await upstream.respond(to: request)
        let operation = cassette.operation(of: call)
        let recorder = recorder
        @Sendable func finish(_ key: [UInt8], _ response: RecordedResponse) async {
            await recorder.finish(
                exchange, service: .hopx, operation: operation, sandbox: link.label, inputs: call.inputs, request: key,
                response: response)
        }
        guard case .socket(let serve) = response.content else {
            guard let bytes = try await response.content.joined() else { throw NoAnswerRecorded() }
            await finish(
                [],
                RecordedResponse(
                    status: response.status, headers: response.headers, at: recorder.now,
                    content: .body(RecordedBody(bytes: bytes))))
            return Response(status: response.status, headers: response.headers, body: bytes).accounted(.recorded)
        }
        response.content = recorder.recording(serve, service: .hopx, then: finish)
        return response.accounted(.recorded)
    }

    /// Makes the live sandbox that stands where the replayed one stood.
    private func catchUp(_ call: SandboxCall) async throws -> Link {
        let history = past[call.label, default: []]
        guard let creation = history.first(where: { $0.call.operation.kind == .createSandbox }) else {
            throw HopXError.sandboxNotFound(call.sandbox ?? "")
        }
        let bound = cassette.recordedLabel(of: call.label)
        if bound == nil { newLabels += 1 }
        let label = bound ?? cassette.labelCount + newLabels
        let created = try await answer(to: creation.call, creation.call.request, label: label, isRecorded: bound != nil)
        let body = try? JSONValue(parsing: created.bytes)
        guard created.status < 400, let id = body?["id"]?.stringValue, let token = body?["auth_token"]?.stringValue
        else {
            throw HopXError(502, "UPSTREAM_FAILED", "The live service made no sandbox: status \(created.status)")
        }
        let link = Link(id: id, token: token, label: label)
        links[call.label] = link
        for past in history where past.call.operation.kind != .createSandbox {
            guard !past.call.operation.isSocket else {
                notes.noteDrift("\(past.call.operation.text) was replayed, and cannot be sent again to a live sandbox")
                continue
            }
            let response = try await ask(past.call, link, isRecorded: bound != nil && past.isRecorded)
            guard let recorded = past.answer, let live = try await response.content.joined() else { continue }
            compare(recorded, live, past.call)
        }
        past[call.label] = nil
        return link
    }

    /// Sends a call to the live sandbox, and records it unless the cassette has it.
    private func ask(_ call: SandboxCall, _ link: Link, isRecorded: Bool) async throws -> Response {
        let request = addressed(call, to: link)
        let answer = try await answer(to: call, request, label: link.label, isRecorded: isRecorded)
        let response = Response(status: answer.status, headers: answer.headers, body: answer.bytes).accounted(.recorded)
        guard let diversion = answer.diversion else { return response }
        return response.then { diversion.release() }
    }

    /// The call's request as the live sandbox has to get it.
    private func addressed(_ call: SandboxCall, to link: Link) -> Request {
        var request = call.request
        if let id = call.sandbox {
            request.path = request.path.replacing("/v1/sandboxes/\(id)", with: "/v1/sandboxes/\(link.id)")
        }
        if call.operation.plane == .agent {
            request.headers["authorization"] = "Bearer \(link.token)"
            request.headers[FakeHopX.sandboxHeader] = link.id
        }
        return request
    }

    private func answer(
        to call: SandboxCall, _ request: Request, label: Int, isRecorded: Bool
    ) async throws -> (status: Int, headers: Headers, bytes: [UInt8], diversion: MessageRelay.Diversion?) {
        let exchange = isRecorded ? nil : recorder.begin(request)
        var diversion: MessageRelay.Diversion?
        if call.operation.kind == .executeAsync {
            let (recorder, inputs) = (recorder, call.inputs)
            // One that was replayed has sent its message already.
            let keep: @Sendable (MessageRelay.Message) async -> Void = {
                await recorder.record($0, sandbox: label, inputs)
            }
            diversion = relay?.divert(request, keep: isRecorded ? nil : keep)
        }
        let response = try await upstream.respond(to: diversion?.request ?? request)
        guard var bytes = try await response.content.joined() else { throw NoAnswerRecorded() }
        if let diversion {
            bytes = diversion.answer(bytes)
        } else if call.operation.kind == .executeAsync, !isRecorded, response.status < 400 {
            relay?.noteUnseen(request)
        }
        if let exchange {
            await recorder.finish(
                exchange, service: .hopx, operation: cassette.operation(of: call), sandbox: label, inputs: call.inputs,
                request: recorder.redactor.redact(call.request, service: .hopx).body,
                response: RecordedResponse(
                    status: response.status, headers: response.headers, at: recorder.now,
                    content: .body(RecordedBody(bytes: bytes))))
        }
        return (response.status, response.headers, bytes, diversion)
    }

    /// Tells when a repeated call gave something else than was replayed.
    private func compare(_ recorded: [UInt8], _ live: [UInt8], _ call: SandboxCall) {
        let before = try? JSONValue(parsing: recorded), now = try? JSONValue(parsing: live)
        for name in ["exit_code", "stdout", "stderr"] where before?[name] != now?[name] {
            notes.noteDrift("\(call.operation.text) gave another \(name) when it was sent again to a live sandbox")
            return
        }
    }
}
