import Foundation
import HTTPMessages
import HTTPNetwork
import Responders
import Synchronization

/// Sends clients the messages of their sandboxes, and takes those that a service sends while it is recorded.
struct Messenger: Sendable {
    /// To clients.
    let webhooks: Webhooks
    let relay: MessageRelay
    private let sender = MessageSender()
    private let hosts: Set<String>

    /// - Parameters:
    ///   - reach: How the service that is recorded reaches this server.
    ///   - hosts: Beside this machine, where messages may go; in lower case.
    init(reach: MessageRelay.Reach = .none, allowing hosts: Set<String>) {
        self.hosts = hosts
        webhooks = Messenger.webhooks(hosts, sender.send)
        relay = MessageRelay(reach: reach, webhooks: webhooks, newTicket: Identifiers.secret)
    }

    /// Of sandboxes in this process, which may be recorded: their messages need no port on their way to the relay.
    var ofSandboxes: Webhooks {
        Messenger.webhooks(hosts) { [relay, sender] request, base in
            guard relay.takes(request) else { return try await sender.send(request, base) }
            return await relay.respond(to: request).status
        }
    }

    private static func webhooks(_ hosts: Set<String>, _ send: @escaping Webhooks.Send) -> Webhooks {
        Webhooks(
            allowedHosts: hosts, clock: SystemClock(), onLoss: { Console.complain("warning: \($0)") }, send: send)
    }

    /// Messages that are still on their way are given up.
    func shutDown() async throws { try await sender.shutDown() }
}

/// The HTTP client for messages. Most programs ask for none: it is made when one does.
private final class MessageSender: Sendable {
    private enum State {
        case unused
        case ready(UpstreamClient)
        case closed
    }

    private let state = Mutex(State.unused)

    /// Sent without a proxy; what a client answers is read to its end, so that the connection is free again.
    func send(_ request: Request, _ base: String) async throws -> Int {
        let client = try state.withLock { state in
            switch state {
            case .closed: throw CancellationError()
            case .ready(let client): return client
            case .unused:
                let client = UpstreamClient(timeoutSeconds: 30)
                state = .ready(client)
                return client
            }
        }
        do {
            let response = try await client.send(request, to: base)
            _ = try await response.content.joined()
            return response.status
        } catch {
            // Nobody is told of what the end of everything has cut off.
            if case .closed = state.withLock({ $0 }) { throw CancellationError() }
            throw error
        }
    }

    func shutDown() async throws {
        let old = state.withLock { state in
            defer { state = .closed }
            return state
        }
        if case .ready(let client) = old { try await client.shutdown() }
    }
}
