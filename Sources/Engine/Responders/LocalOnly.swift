import Documents
public import HTTPMessages

/// Refuses what no program on this machine would send: a foreign `Host`, or a page's `Origin`.
///
/// A web page that was made to resolve to loopback must not reach recordings or sandboxes.
public struct LocalOnly: Responder {
    private let inner: any Responder
    private let allowedHosts: Set<String>

    /// - Parameter allowedHosts: Further names for `Host`, in lower case, without ports; no page's `Origin` is allowed by them.
    public init(_ inner: any Responder, allowedHosts: Set<String> = []) {
        self.inner = inner
        self.allowedHosts = allowedHosts
    }

    public func answerNow(_ request: Request) -> Response? { refusal(of: request) ?? inner.answerNow(request) }

    public func standingAnswer(to request: Request) -> StandingAnswer? {
        refusal(of: request) == nil ? inner.standingAnswer(to: request) : nil
    }

    public func respond(to request: Request) async throws -> Response {
        if let refusal = refusal(of: request) { return refusal }
        return try await inner.respond(to: request)
    }

    private func refusal(of request: Request) -> Response? {
        if let host = request.headers["host"], !LocalOnly.isLoopback(host),
            !allowedHosts.contains(LocalOnly.name(of: host))
        {
            return forbidden("the Host '\(host)' is not this machine; allow it with --allow-host")
        }
        if let origin = request.headers["origin"], !LocalOnly.isLoopback(String(origin.trimmingPrefix(/https?:\/\//))) {
            return forbidden("pages of the Origin '\(origin)' may not ask this server")
        }
        return nil
    }

    // By bytes, as every request passes here: a regular expression took longer than all the rest of a replay.

    /// In lower case, without its port.
    private static func name(of host: String) -> String { String(Substring(withoutPort(host))).lowercased() }

    private static func withoutPort(_ host: String) -> Substring.UTF8View {
        guard let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")) else { return host[...].utf8 }
        let port = host.utf8[host.utf8.index(after: colon)...]
        return !port.isEmpty && port.allSatisfy(isDigit) ? host.utf8[..<colon] : host[...].utf8
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLoopback(_ host: String) -> Bool {
        let name = withoutPort(host)
        if name.starts(with: loopback) {
            let numbers = name.dropFirst(loopback.count).split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            return numbers.count == 3 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
        }
        return ["localhost", "[::1]"].contains(LocalOnly.name(of: host))
    }

    private static let loopback = Array("127.".utf8)

    private func forbidden(_ message: String) -> Response {
        let error: JSONValue = ["message": .string(message), "type": "forbidden", "code": "forbidden"]
        let body: JSONValue = ["error": error, "message": .string(message)]
        return Response(status: 403, headers: ["content-type": "application/json"], body: body.bytes())
    }
}
