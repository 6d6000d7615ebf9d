import Foundation
import HTTPMessages
import HTTPNetwork
import Synchronization

/// The HTTP clients of one command, made when something is first asked; all that it performs shares their connections.
final class UpstreamClients: Sendable {
    private struct Made {
        let client: UpstreamClient
        /// Asks through the proxy that the environment names; nil when it names none.
        let proxied: UpstreamClient?
    }

    private let roots: String?
    private let proxy: Proxy?
    private let direct: DirectHosts
    private let made = Mutex<Made?>(nil)

    init(environment: [String: String]) {
        roots = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        direct = DirectHosts(environment["NO_PROXY"] ?? environment["no_proxy"] ?? "")
        proxy = Proxy(environment: environment)
    }

    func send(_ request: Request, to base: String) async throws -> Response {
        let clients = made.withLock { made in
            if let made { return made }
            let new = Made(
                client: UpstreamClient(trustRoots: roots),
                proxied: proxy.map { UpstreamClient(proxy: $0, trustRoots: roots) })
            made = new
            return new
        }
        let sender = direct.contains(base) ? clients.client : clients.proxied ?? clients.client
        return try await sender.send(request, to: base)
    }

    /// Ends all connections; what is asked afterwards makes new ones.
    func shutDown() async throws {
        let old = made.withLock { made in
            defer { made = nil }
            return made
        }
        try await old?.proxied?.shutdown()
        try await old?.client.shutdown()
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
