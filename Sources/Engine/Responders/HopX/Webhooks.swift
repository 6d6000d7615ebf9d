public import HTTPMessages
import HopXProtocol

/// Sends the messages that clients have asked for, and only where they may go: this machine, unless more was allowed.
public struct Webhooks: Sendable {
    /// Sends a request to `base`, and waits for the answer, of which only the status is read.
    public typealias Send = @Sendable (_ request: Request, _ base: String) async throws -> Int

    /// What clients live by, for the time that a message carries.
    let clock: any Clock
    private let allowedHosts: Set<String>
    private let send: Send
    private let onLoss: @Sendable (String) -> Void

    /// - Parameters:
    ///   - allowedHosts: Beside this machine; lower case, without port.
    ///   - onLoss: Told of a message that did not arrive, in a sentence.
    public init(
        allowedHosts: Set<String> = [], clock: any Clock, onLoss: @escaping @Sendable (String) -> Void = { _ in },
        send: @escaping Send
    ) {
        self.allowedHosts = allowedHosts
        self.clock = clock
        self.onLoss = onLoss
        self.send = send
    }

    /// - Throws: `HopXError` for an address that messages may not go to.
    func check(_ webhook: Webhook) throws {
        guard !webhook.isLoopback, !allowedHosts.contains(webhook.host) else { return }
        throw HopXError.invalidRequest(
            "callback_url leads to \(webhook.host), and messages go to this machine only; allow it with --allow-webhook"
        )
    }

    /// Sends a message once; one that does not arrive is lost, as it is with the service, and told of.
    ///
    /// - Returns: The status of the client's answer; nil when there was none.
    @discardableResult
    func deliver(_ request: Request, of webhook: Webhook) async -> Int? {
        do {
            return try await send(request, webhook.base)
        } catch is CancellationError {
            return nil
        } catch {
            onLoss("the message to \(webhook.base)\(request.path) did not arrive: \(error)")
            return nil
        }
    }

    /// Tells of a message that is not sent at all.
    func noteLoss(_ text: String) { onLoss(text) }
}
