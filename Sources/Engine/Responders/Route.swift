import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol
import LLMProtocols

/// Finds the service a request is for, and the session it belongs to.
public struct Route: Responder {
    private let sessions: Sessions

    public init(_ sessions: Sessions) { self.sessions = sessions }

    public func answerNow(_ request: Request) -> Response? {
        guard let (service, session, inner) = try? destination(of: request) else { return nil }
        return session.responder(for: service).answerNow(inner)
    }

    public func standingAnswer(to request: Request) -> StandingAnswer? {
        // A sandbox's calls depend on what it lives through.
        guard let (service, session, inner) = try? destination(of: request), service != .hopx else { return nil }
        return session.standingAnswer(to: inner, service: service)
    }

    public func respond(to request: Request) async throws -> Response {
        do {
            let (service, session, inner) = try destination(of: request, takesDown: true)
            return try await session.responder(for: service).respond(to: inner)
        } catch let refusal as Refusal {
            return refusal.response
        }
    }

    /// An answer that no session gives.
    private struct Refusal: Error {
        let response: Response
    }

    /// - Parameter takesDown: Whether the journal is told of a path that no service has.
    private func destination(of request: Request, takesDown: Bool = false) throws -> (Service, Session, Request) {
        var inner = request
        let name = Route.takeSessionName(from: &inner.path)
        guard let service = Route.service(of: inner) else {
            let response = Route.unknownPath(request)
            if takesDown { takeDown(inner, name: name, response) }
            throw Refusal(response: response)
        }
        // The agent's calls carry the sandbox's token; the address layer puts the client's own key beside it.
        let key =
            service == .hopx ? inner.headers["x-api-key"] ?? inner.bearerToken : inner.apiKey ?? inner.queryValue("key")
        do {
            return (service, try sessions.session(key: key, name: name, for: service), inner)
        } catch let refusal as Sessions.Refusal {
            let operation = HopXOperation(method: inner.method, path: inner.path)
            if key == nil, operation?.kind == .agentHealth {
                // Whether the service is there, clients ask without their key.
                throw Refusal(response: .hopX(["status": "healthy"], requestID: "req_health"))
            }
            let plane = operation?.plane ?? .agent
            throw Refusal(
                response: service.refusal(
                    code: refusal.status == 401 ? "invalid_api_key" : "too_many_sessions", message: refusal.message,
                    status: refusal.status, plane: plane))
        }
    }

    /// Notes a request that is for no service, where its key says whose session it is.
    private func takeDown(_ request: Request, name: String?, _ response: Response) {
        let key = request.apiKey ?? request.queryValue("key")
        // Nothing is opened by this, so a key for models will do; one that opens nothing gets the same answer.
        guard let session = try? sessions.session(key: key, name: name, for: .openai) else { return }
        let arrival = session.journal.arrive(request, service: .http)
        session.note(response, to: arrival, service: .http, since: session.meter.now)
    }

    /// Takes `/s/NAME` off a path.
    private static func takeSessionName(from path: inout String) -> String? {
        guard path.hasPrefix("/s/") else { return nil }
        let rest = path.dropFirst(3)
        let name = rest.prefix { $0 != "/" }
        guard !name.isEmpty else { return nil }
        path = String(rest.dropFirst(name.count))
        if path.isEmpty { path = "/" }
        return PercentEncoding.decode(name, plusIsSpace: false)
    }

    /// The service whose path this is; services that share paths are told apart by what their clients send.
    private static func service(of request: Request) -> Service? {
        let parts = request.path.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init)
        guard let first = parts.first else { return .hopx }
        if first == "to" { return .http }
        if first == "openai" { return .azure }
        let hasVersion = first == "v1" || first == "v1beta"
        let rest = hasVersion ? parts.dropFirst() : parts[...]
        switch rest.first {
        case "sandboxes", "templates": return first == "v1" ? .hopx : nil
        case "messages": return .anthropic
        case "models":
            // Gemini: `models/NAME:generateContent`, or a list that its own header asks for.
            if first == "v1beta" || rest.last?.contains(":") ?? false || request.headers["x-goog-api-key"] != nil {
                return .gemini
            }
            return request.headers["anthropic-version"] == nil ? .openai : .anthropic
        case "chat", "completions", "responses", "embeddings", "conversations", "moderations", "audio", "images",
            "files":
            return hasVersion || rest.first == "chat"
                ? .openai : HopXOperation.isKnown(path: request.path) ? .hopx : nil
        default: return HopXOperation.isKnown(path: request.path) ? .hopx : nil
        }
    }

    private static func unknownPath(_ request: Request) -> Response {
        OpenAIError(
            status: 404,
            message: "nothing here answers \(request.method) \(request.path); "
                + "OpenAI: /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/models; Azure: /openai/…; "
                + "Anthropic: /v1/messages; Gemini: /v1beta/models/…; HopX: /v1/sandboxes and what its agent answers; "
                + "others: /to/NAME/…",
            code: "unknown_url"
        ).response
    }
}
