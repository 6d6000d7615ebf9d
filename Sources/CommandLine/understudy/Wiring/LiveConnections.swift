import Foundation
import HTTPMessages
import HTTPNetwork
import Synchronization

/// Connections to live services, kept for all attempts of a command: each with its own would open them anew.
///
/// Made when something is first sent, so that a replay has none.
final class LiveConnections: Sendable {
    private struct Clients {
        let direct: UpstreamClient
        /// Asks through the proxy that the environment names; nil when it names none.
        let proxied: UpstreamClient?
    }

    private enum State {
        case unused
        case ready(Clients)
        case closed
    }

    private let environment: [String: String]
    private let directHosts: DirectHosts
    private let state = Mutex(State.unused)

    init(environment: [String: String]) {
        self.environment = environment
        directHosts = DirectHosts(environment["NO_PROXY"] ?? environment["no_proxy"] ?? "")
    }

    /// - Throws: `NoAnswer`; `CancellationError` once they are ended.
    func send(_ request: Request, to base: String) async throws -> Response {
        let clients = try state.withLock { state in
            switch state {
            case .closed: throw CancellationError()
            case .ready(let clients): return clients
            case .unused:
                let roots = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
                let clients = Clients(
                    direct: UpstreamClient(trustRoots: roots),
                    proxied: Proxy(environment: environment).map { UpstreamClient(proxy: $0, trustRoots: roots) })
                state = .ready(clients)
                return clients
            }
        }
        let client = directHosts.contains(base) ? clients.direct : clients.proxied ?? clients.direct
        return try await client.send(request, to: base)
    }

    func shutDown() async throws {
        let old = state.withLock { state in
            defer { state = .closed }
            return state
        }
        guard case .ready(let clients) = old else { return }
        try await clients.proxied?.shutdown()
        try await clients.direct.shutdown()
    }
}

/// The hosts that are asked without a proxy: this machine, and what `NO_PROXY` lists.
struct DirectHosts {
    private let suffixes: [String]

    /// - Parameter list: Names with commas between; a name also stands for all below it.
    init(_ list: String) {
        suffixes = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    }

    /// - Parameter host: In lower case.
    static func isThisMachine(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    func contains(_ base: String) -> Bool {
        guard let host = URL(string: base)?.host?.lowercased() else { return false }
        if DirectHosts.isThisMachine(host) { return true }
        return suffixes.contains { suffix in
            suffix == "*" || host == suffix || host.hasSuffix(suffix.hasPrefix(".") ? suffix : "." + suffix)
        }
    }
}

extension Proxy {
    /// The proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, in either case.
    fileprivate init?(environment: [String: String]) {
        let names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
        guard let text = names.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty }),
            let url = URL(string: text.contains("://") ? text : "http://\(text)"), let host = url.host
        else { return nil }
        self.init(host: host, port: url.port ?? 80)
    }
}
