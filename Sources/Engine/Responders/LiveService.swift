public import Cassettes
import Documents
public import HTTPMessages
import Synchronization

/// A service that is really there: requests go to its address, a session key swapped for the live one.
public final class LiveService: Responder {
    /// Sends a request to an address followed by the request's path.
    public typealias Send = @Sendable (_ request: Request, _ base: String) async throws -> Response

    private let service: Service
    private let base: String
    private let liveKey: String?
    private let send: Send
    /// HopX: sandbox id → the address of its agent, as the service gave it.
    private let agents = Mutex<[String: String]>([:])

    /// - Parameters:
    ///   - base: What the client's own base-URL variable would hold: for OpenAI it ends in `/v1`.
    ///   - liveKey: Takes the place of a session key (`us-…`); any other key is passed on.
    public init(service: Service, base: String, liveKey: String?, send: @escaping Send) {
        self.service = service
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.liveKey = liveKey
        self.send = send
    }

    public func respond(to request: Request) async throws -> Response { try await answer(to: request).accounted(.live) }

    private func answer(to request: Request) async throws -> Response {
        var request = request
        let sandbox = request.headers[FakeHopX.sandboxHeader]
        request.headers[FakeHopX.sandboxHeader] = nil
        guard service == .hopx else {
            swapKey(in: &request)
            // OpenAI's base already says `/v1`; the others' do not.
            if service == .openai, request.path.hasPrefix("/v1/") { request.path = String(request.path.dropFirst(3)) }
            return try await send(request, base)
        }
        if let sandbox, !request.path.hasPrefix("/v1/") {
            // The address layer's key beside the sandbox's token was for us.
            request.headers["x-api-key"] = nil
            guard let agent = agents.withLock({ $0[sandbox] }) else {
                return service.refusal(code: "sandbox_not_found", message: "Sandbox \(sandbox) not found", status: 404)
            }
            return try await send(request, agent)
        }
        swapKey(in: &request)
        let response = try await send(request, base)
        // What has been read cannot be read again: a body that broke off breaks off here.
        guard let body = try await response.content.joined() else {
            return Response(
                status: response.status, headers: response.headers, content: .stream(ContentStream([.drop])))
        }
        if let answer = try? JSONValue(parsing: body) { learn(answer) }
        return Response(status: response.status, headers: response.headers, body: body)
    }

    private func swapKey(in request: inout Request) {
        guard let liveKey else { return }
        if let token = request.bearerToken, token.hasPrefix("us-") {
            request.headers["authorization"] = "Bearer \(liveKey)"
        }
        for name in ["x-api-key", "api-key", "x-goog-api-key"] where request.headers[name]?.hasPrefix("us-") ?? false {
            request.headers[name] = liveKey
        }
        if let key = request.queryValue("key"), key.hasPrefix("us-") {
            request.query = request.query?.split(separator: "&")
                .map { $0.hasPrefix("key=us-") ? "key=\(PercentEncoding.encode(liveKey))" : String($0) }
                .joined(separator: "&")
        }
    }

    private func learn(_ answer: JSONValue) {
        for sandbox in answer["data"]?.arrayValue ?? [answer] {
            guard let id = sandbox["id"]?.stringValue,
                let address = sandbox["public_host"]?.stringValue ?? sandbox["direct_url"]?.stringValue
            else { continue }
            agents.withLock { $0[id] = address.hasSuffix("/") ? String(address.dropLast()) : address }
        }
    }
}
