import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Synchronization

/// Messages about asynchronous executions that have been asked for, and are not due yet.
final class PendingMessages: Sendable {
    struct Pending: Sendable {
        let sandbox: String
        /// Of the live sandbox.
        let label: Int
        let executionID: String
        let webhook: Webhook
        /// Positions in the cassette, more than one where the client did not take the first.
        let recorded: [Int]
        /// Positions of what the client had asked before the message came.
        var awaited: Set<Int>
    }

    private let all = Mutex<[Pending]>([])

    func add(_ pending: Pending) { all.withLock { $0.append(pending) } }

    /// - Returns: Those that are due now that the client has got this far.
    func due(afterPlaying position: Int, in label: Int) -> [Pending] {
        all.withLock { all in
            for index in all.indices where all[index].label == label { all[index].awaited.remove(position) }
            defer { all.removeAll { $0.label == label && $0.awaited.isEmpty } }
            return all.filter { $0.label == label && $0.awaited.isEmpty }
        }
    }

    func forget(_ sandbox: String) { all.withLock { $0.removeAll { $0.sandbox == sandbox } } }
}

extension CassetteOutcomes {
    /// Notes that a recording has been played, which may make messages due.
    func notePlayed(_ position: Int, _ call: SandboxCall) {
        notes.notePlayed(position)
        sendDue(pending.due(afterPlaying: position, in: call.label), after: position)
    }

    /// The answer to an asynchronous execution as this client has to get it; when it has been taken, the message may follow.
    func answered(_ response: Response, _ position: Int, to call: SandboxCall) throws -> Response {
        guard call.operation.kind == .executeAsync, case .whole(let bytes) = response.content, response.status < 400,
            let webhook = try? Webhook(body: call.request.body),
            let executionID = (try? JSONValue(parsing: bytes))?["execution_id"]?.stringValue
        else { return response }
        let due = try messages(of: executionID, webhook, position, call)
        var response = response
        // The address is the client's own of the moment.
        response.content = .whole(Webhook.answer(bytes, callingBack: webhook.url))
        guard let due else { return response }
        return response.then { [self] in
            pending.add(due)
            // Nothing has been played by this, but all that it waits for may have been.
            sendDue(pending.due(afterPlaying: position, in: call.label), after: position)
        }
    }

    /// Nil where there is nothing to be sent, of which the session is told.
    private func messages(
        of executionID: String, _ webhook: Webhook, _ position: Int, _ call: SandboxCall
    ) throws -> PendingMessages.Pending? {
        guard let webhooks else { return nil }
        let entry = cassette.index[position]
        let key = InteractionKey(
            service: .hopx, operation: Operation(method: Webhook.recordedMethod, path: Webhook.recordedPath),
            inputs: try cassette.interaction(at: position).inputs,
            body: Webhook.recordedBody(executionID: executionID), rules: cassette.header.rules)
        let recorded = cassette.positions(of: key).filter { cassette.index[$0].sandbox == entry.sandbox }
        guard let first = recorded.first else {
            notes.noteDrift("the recording has no message of execution \(executionID), and none is sent")
            return nil
        }
        do {
            try webhooks.check(webhook)
        } catch let error as HopXError {
            notes.noteDrift("the message of execution \(executionID) is not sent: \(error.message)")
            return nil
        }
        let passed = state.withLock { $0.passed[call.label, default: []] }
        return PendingMessages.Pending(
            sandbox: call.sandbox ?? "", label: call.label, executionID: executionID, webhook: webhook,
            recorded: recorded,
            awaited: try predecessors(of: first, in: entry.sandbox).subtracting(passed).subtracting([position]))
    }

    /// What a sandbox's client had asked before a message came: it did not wait for the message with that.
    private func predecessors(of message: Int, in label: Int?) throws -> Set<Int> {
        let time = try cassette.interaction(at: message).at
        var steps: [Int] = []
        for (position, entry) in cassette.index.enumerated() where entry.service == .hopx && entry.sandbox == label {
            guard let operation = HopXOperation(method: entry.operation.method, path: entry.operation.path),
                !isLeftover(position)
            else { continue }
            if operation.runsCode || operation.kind == .deleteSandbox { steps.append(position) }
            // A recording that was gone on from has the end of the first part in its middle.
            if operation.kind != .deleteSandbox { steps.removeAll { isDeletion($0) } }
        }
        return Set(try steps.filter { try cassette.interaction(at: $0).at < time })
    }

    private func isDeletion(_ position: Int) -> Bool { cassette.index[position].operation.path == "/v1/sandboxes/{id}" }

    func sendDue(_ due: [PendingMessages.Pending], after position: Int) {
        for message in due {
            // Ends by the sender's own time limit; a client that is gone needs no message.
            Task { await send(message, after: position) }
        }
    }

    private func send(_ pending: PendingMessages.Pending, after position: Int) async {
        guard let webhooks else { return }
        do {
            var last = try cassette.interaction(at: position).response.settledAt
            for position in pending.recorded {
                let message = try cassette.interaction(at: position)
                notes.notePlayed(position)
                try await pace?.wait(message.at - last)
                last = message.at
                let request = pending.webhook.request(
                    carrying: message.response.bytes, message.response.headers, now: webhooks.clock.now)
                let status = await webhooks.deliver(request, of: pending.webhook)
                // The service had sent it again because it was not taken.
                if let status, status < 300 { return }
            }
        } catch let error as Diagnostics {
            notes.noteBroken(error.description)
        } catch {
            // The pace was cancelled.
        }
    }
}
