import Documents
public import HTTPMessages
import Synchronization

/// Makes sandboxes reachable through this server: every address in an answer leads here, and finds its way back.
///
/// Stands outside recorder and replay, so that cassettes keep what the service said. A sandbox's agent is at
/// `/x/ID.local.vms.hopx.dev`; some clients drop that prefix, and are known by the sandbox's token.
public final class SandboxAddresses: Responder {
    private struct Sandbox: Sendable {
        let id: String
        /// What selects the session: the client's key, and the path before `/v1`.
        let key: String?
        let prefix: String
    }

    private static let domain = ".local.vms.hopx.dev"

    private struct Known {
        var byToken: [String: Sandbox] = [:]
        var byID: [String: Sandbox] = [:]
    }

    private let inner: any Responder
    private let origin: String
    private let known = Mutex(Known())

    /// - Parameter origin: Used where a request has no `Host`: `http://127.0.0.1:8080`.
    public init(_ inner: any Responder, origin: String) {
        self.inner = inner
        self.origin = origin
    }

    public func answerNow(_ request: Request) -> Response? {
        let inward = inward(request)
        // Answers that carry addresses have to be rewritten; they are rare and take the long way.
        guard !isControl(inward) else { return nil }
        return inner.answerNow(inward)
    }

    public func standingAnswer(to request: Request) -> StandingAnswer? {
        let inward = inward(request)
        // Where a sandbox's own calls lead changes with the sandboxes.
        guard !isControl(inward), inward.headers[FakeHopX.sandboxHeader] == nil else { return nil }
        return inner.standingAnswer(to: inward)
    }

    public func respond(to request: Request) async throws -> Response {
        let inward = inward(request)
        let response = try await inner.respond(to: inward)
        guard isControl(inward) else { return response }
        // What has been read cannot be read again: a body that broke off breaks off here.
        guard let body = try await response.content.joined() else {
            return Response(
                status: response.status, headers: response.headers, content: .stream(ContentStream([.drop])))
        }
        return outward(body, of: response, to: inward)
    }

    /// True where answers may carry addresses.
    private func isControl(_ request: Request) -> Bool {
        guard let version = request.path.firstUTF8Range(of: "/v1/") else { return false }
        let rest = request.path.utf8[version.upperBound...]
        return rest.starts(with: SandboxAddresses.sandboxes) || rest.starts(with: SandboxAddresses.templates)
    }

    private static let sandboxes = Array("sandboxes".utf8)
    private static let templates = Array("templates".utf8)

    // MARK: Requests

    private func inward(_ request: Request) -> Request {
        var request = request
        // Asked first, as to set it to nil copies all fields.
        if request.headers[FakeHopX.sandboxHeader] != nil { request.headers[FakeHopX.sandboxHeader] = nil }
        var sandbox = request.bearerToken.flatMap { token in known.withLock { $0.byToken[token] } }
        if request.path.hasPrefix("/x/") {
            let rest = request.path.dropFirst(3)
            let host = rest.prefix { $0 != "/" }
            let id = host.hasSuffix(SandboxAddresses.domain) ? host.dropLast(SandboxAddresses.domain.count) : host
            request.path = rest.count == host.count ? "/" : String(rest.dropFirst(host.count))
            let named = known.withLock { $0.byID[String(id)] } ?? Sandbox(id: String(id), key: nil, prefix: "")
            // The token decides which session is meant; the same recorded sandbox may play in several.
            if sandbox?.id != named.id { sandbox = named }
        }
        guard let sandbox, !isControl(request) else { return request }
        request.headers[FakeHopX.sandboxHeader] = sandbox.id
        if request.headers["x-api-key"] == nil { request.headers["x-api-key"] = sandbox.key }
        request.path = sandbox.prefix + request.path
        return request
    }

    // MARK: Answers

    private func outward(_ body: [UInt8], of response: Response, to request: Request) -> Response {
        guard response.status < 400, var tree = try? JSONValue(parsing: body) else {
            return Response(status: response.status, headers: response.headers, body: body)
        }
        let base = request.headers["host"].map { "http://\($0)" } ?? origin
        learn(tree, from: request)
        if case .array(let items)? = tree["data"] {
            let list = items.map { rewritten($0, base: base) }
            tree.set(.array(list), at: JSONPointer(["data"]))
        } else {
            tree = rewritten(tree, base: base)
        }
        return Response(status: response.status, headers: response.headers, body: tree.bytes())
    }

    private func rewritten(_ sandbox: JSONValue, base: String) -> JSONValue {
        var sandbox = sandbox
        if let address = sandbox["upload_url"]?.stringValue, let (ticket, path) = SandboxAddresses.upload(address) {
            sandbox.set(
                .string("\(base)/x/\(ticket)\(SandboxAddresses.domain)\(path)"), at: JSONPointer(["upload_url"]))
        }
        guard let id = sandbox["id"]?.stringValue else { return sandbox }
        for name in ["public_host", "direct_url"] where sandbox[name]?.stringValue != nil {
            sandbox.set(.string("\(base)/x/\(id)\(SandboxAddresses.domain)"), at: JSONPointer([name]))
        }
        return sandbox
    }

    /// The ticket and the path in an address for a build's files, if it is one of this server's.
    private static func upload(_ address: String) -> (ticket: String, path: String)? {
        guard let match = address.wholeMatch(of: #/https://(up-[0-9a-f]+)\.local\.vms\.hopx\.dev(/upload/.+)/#) else {
            return nil
        }
        return (String(match.1), String(match.2))
    }

    /// Notes the tokens and ids of an answer to a create, get or refresh.
    private func learn(_ answer: JSONValue, from request: Request) {
        let parts = request.path.split(separator: "/").map(String.init)
        let place = parts.firstIndex(of: "v1") ?? 0
        let isSandbox = parts.count > place + 1 && parts[place + 1] == "sandboxes"
        let idInPath = isSandbox && parts.count > place + 2 ? parts[place + 2] : nil
        let ticket = answer["upload_url"]?.stringValue.flatMap(SandboxAddresses.upload)?.ticket
        guard let id = ticket ?? (isSandbox ? answer["id"]?.stringValue ?? idInPath : nil) else { return }
        let prefix = parts[..<place].map { "/\($0)" }.joined()
        let sandbox = Sandbox(id: id, key: request.headers["x-api-key"] ?? request.bearerToken, prefix: prefix)
        known.withLock { known in
            known.byID[id] = sandbox
            if let token = answer["auth_token"]?.stringValue { known.byToken[token] = sandbox }
        }
    }
}
