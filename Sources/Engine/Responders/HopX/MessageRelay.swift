import Documents
public import HTTPMessages
import HopXProtocol
import Synchronization

/// Stands between a service and the clients that it sends messages to while a recording is made.
///
/// The client's address in a request is swapped for one of this server's. What then arrives there is recorded and passed on as
/// it came: its signature was made with the client's own secret, and stays right.
public final class MessageRelay: Sendable {
    /// How the service that is recorded reaches this server.
    public enum Reach: Sendable, Equatable {
        /// It is in this process: no port is needed.
        case inside
        /// It is on this machine, and asks at the port.
        case port
        /// It asks at this address, which leads to the port in some way: `https://host[:port][/prefix]`.
        case address(String)
        /// It does not: messages go past this server.
        case none
    }

    /// What a message is recorded as.
    struct Message: Sendable {
        let executionID: String?
        /// Those that the service sends each time.
        let fields: Headers
        let body: [UInt8]
    }

    /// A request whose message will come here.
    final class Diversion: Sendable {
        let request: Request
        let url: String
        private let webhook: Webhook
        private let isAnswered: Gate

        fileprivate init(_ request: Request, url: String, webhook: Webhook, isAnswered: Gate) {
            self.request = request
            self.url = url
            self.webhook = webhook
            self.isAnswered = isAnswered
        }

        /// The service's answer as the client has to get it. Once it has been taken, the message may follow.
        func answer(_ body: [UInt8]) -> [UInt8] { Webhook.answer(body, callingBack: webhook.url, insteadOf: url) }

        func release() { isAnswered.open() }
    }

    private struct Expected {
        let webhook: Webhook
        let isAnswered: Gate
        let keep: (@Sendable (Message) async -> Void)?
    }

    private static let folder = "/_understudy/callbacks/"

    private let reach: Reach
    private let webhooks: Webhooks
    private let newTicket: @Sendable () -> String
    private let expected = Mutex<[String: Expected]>([:])
    private let origin = Mutex<String?>(nil)

    /// - Parameter newTicket: Makes a text of letters and digits that nobody guesses.
    public init(reach: Reach, webhooks: Webhooks, newTicket: @escaping @Sendable () -> String) {
        self.reach = reach
        self.webhooks = webhooks
        self.newTicket = newTicket
    }

    /// The port that this server answers on: `http://127.0.0.1:8080`.
    public func listen(at origin: String) { self.origin.withLock { $0 = origin } }

    /// The name, in lower case, by which a service finds this server where it needs an address of its own.
    public var host: String? {
        guard case .address(let address) = reach else { return nil }
        return address.split(separator: "/").dropFirst().first.map {
            String($0.split(separator: ":").first ?? "").lowercased()
        }
    }

    /// Has the message of an asynchronous execution come here.
    ///
    /// - Parameter keep: Records it; nil for one that its client has got already: it is taken, and goes no further.
    /// - Returns: Nil where the service has to send it past this server, or will refuse the request.
    func divert(_ request: Request, keep: (@Sendable (Message) async -> Void)?) -> Diversion? {
        guard let webhook = try? Webhook(body: request.body), (try? webhooks.check(webhook)) != nil else { return nil }
        let base: String? =
            switch reach {
            // Taken by its path, and never sent anywhere.
            case .inside: "http://127.0.0.1"
            case .port: origin.withLock { $0 }
            case .address(let address): address
            case .none: nil
            }
        guard let base else { return nil }
        let ticket = newTicket()
        let gate = Gate()
        expected.withLock { $0[ticket] = Expected(webhook: webhook, isAnswered: gate, keep: keep) }
        let url = base + MessageRelay.folder + ticket
        var diverted = request
        diverted.body = Webhook.body(request.body, callingBack: url)
        return Diversion(diverted, url: url, webhook: webhook, isAnswered: gate)
    }

    /// Tells that a message will not be in the recording.
    func noteUnseen(_ request: Request) {
        guard let webhook = try? Webhook(body: request.body) else { return }
        webhooks.noteLoss(
            "the message to \(webhook.base) goes from the service to the client, and is not recorded: a replay sends none"
                + "\n  fix: --callback-address URL, with an address of this server that the service reaches")
    }

    /// True for a message that is expected here.
    public func takes(_ request: Request) -> Bool { expectation(of: request) != nil }

    private func expectation(of request: Request) -> Expected? {
        // What leads here from elsewhere may leave a prefix of its own before it. Most requests are looked at no further.
        guard request.path.utf8.contains(UInt8(ascii: "_")),
            let folder = request.path.firstRange(of: MessageRelay.folder)
        else { return nil }
        return expected.withLock { $0[String(request.path[folder.upperBound...])] }
    }

    /// Takes a message, records it and passes it on; a service that hears of a failure may send it again.
    public func respond(to request: Request) async -> Response {
        guard request.method == "POST", let expected = expectation(of: request) else {
            return Response(
                status: 404, headers: ["content-type": "text/plain"], body: Array("no such message\n".utf8))
        }
        guard let keep = expected.keep else { return Response(status: 200, body: []) }
        let message = try? JSONObject(hopXBody: request.body)
        // Before the client has it: it may end all of this then.
        await keep(
            Message(
                executionID: message?["execution_id"]?.stringValue, fields: expected.webhook.ownFields(of: request),
                body: request.body))
        await expected.isAnswered.passed()
        let status = await webhooks.deliver(expected.webhook.forwarding(request), of: expected.webhook)
        return Response(status: status ?? 502, body: [])
    }
}

extension Webhook {
    /// The message as it came, on its way to the client.
    fileprivate func forwarding(_ message: Request) -> Request {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers = message.headers
        headers.removeAll { ["host", "connection", "content-length", "transfer-encoding"].contains($0.name) }
        return Request(
            method: "POST", path: parts[0], query: parts.count > 1 ? parts[1] : nil, headers: headers,
            body: message.body)
    }
}

/// Takes the messages that are expected, and passes on everything else.
public struct TakingMessages: Responder {
    private let relay: MessageRelay
    private let inner: any Responder

    public init(_ relay: MessageRelay, before inner: any Responder) {
        self.relay = relay
        self.inner = inner
    }

    public func answerNow(_ request: Request) -> Response? { relay.takes(request) ? nil : inner.answerNow(request) }

    public func preview(of request: Request) -> Response? { relay.takes(request) ? nil : inner.preview(of: request) }

    public func standingAnswer(to request: Request) -> StandingAnswer? {
        relay.takes(request) ? nil : inner.standingAnswer(to: request)
    }

    public func respond(to request: Request) async throws -> Response {
        if relay.takes(request) { return await relay.respond(to: request) }
        return try await inner.respond(to: request)
    }
}
