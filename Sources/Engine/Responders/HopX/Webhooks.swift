public import HTTPMessages
import HopXProtocol

/// Sends the messages that clients have asked for, and only where they may go: this machine, unless more was allowed.
public struct Webhooks: Sendable {
    /// Sends a request to `base`, and waits for the answer, which nobody reads.
    public typealias Send = @Sendable (_ request: Request, _ base: String) async throws -> Void

    private let allowedHosts: Set<String>
    private let send: Send

    /// - Parameter allowedHosts: Beside this machine; lower case, without port.
    public init(allowedHosts: Set<String> = [], send: @escaping Send) {
        self.allowedHosts = allowedHosts
        self.send = send
    }

    /// - Throws: `HopXError` for an address that messages may not go to.
    func check(_ webhook: Webhook) throws {
        guard !webhook.isLoopback, !allowedHosts.contains(webhook.host) else { return }
        throw HopXError.invalidRequest(
            "callback_url leads to \(webhook.host), and messages go to this machine only; allow it with --allow-webhook"
        )
    }

    /// A message that does not arrive is lost, as it is with the service.
    func deliver(_ request: Request, of webhook: Webhook) async { try? await send(request, webhook.base) }
}
