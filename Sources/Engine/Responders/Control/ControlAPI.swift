import Documents
public import HTTPMessages

/// Answers what is under `/_understudy/`: faults, journals, clocks and metrics of sessions; passes on everything else.
///
/// Stands outside the services, whose paths and keys mean nothing here, and inside `LocalOnly`.
public struct ControlAPI: Responder {
    let sessions: Sessions
    private let inner: any Responder
    private let token: String?

    /// - Parameter token: When given, every call needs it as a bearer token.
    public init(_ inner: any Responder, sessions: Sessions, token: String? = nil) {
        self.inner = inner
        self.sessions = sessions
        self.token = token
    }

    public func answerNow(_ request: Request) -> Response? { isControl(request) ? nil : inner.answerNow(request) }

    public func preview(of request: Request) -> Response? { isControl(request) ? nil : inner.preview(of: request) }

    public func standingAnswer(to request: Request) -> StandingAnswer? {
        isControl(request) ? nil : inner.standingAnswer(to: request)
    }

    public func respond(to request: Request) async throws -> Response {
        guard isControl(request) else { return try await inner.respond(to: request) }
        do {
            try check(request.bearerToken)
            let (session, call) = try call(of: request)
            return try await call.perform(Exchange(request: request, sessionName: session, sessions: sessions))
        } catch let problem as ControlProblem {
            return problem.response
        } catch let refusal as Sessions.Refusal {
            let known = sessions.all.map(\.name).joined(separator: ", ")
            let status = refusal.status == 401 ? 404 : refusal.status
            return ControlProblem(
                status, status == 404 ? "unknown_session" : "too_many_sessions", refusal.message,
                expected: known.isEmpty
                    ? "/_understudy/sessions/NAME[.POSITION]/…, NAME being a cassette"
                    : "one of \(known), or another cassette's name"
            ).response
        }
    }

    private func isControl(_ request: Request) -> Bool {
        request.path.hasPrefix("/_understudy/") || request.path == "/_understudy"
    }

    private func check(_ sent: String?) throws {
        guard let token else { return }
        guard let sent, sent.isEqualInConstantTime(to: token) else {
            throw ControlProblem(
                401, "invalid_control_token",
                sent == nil ? "the control token is missing" : "the control token is wrong",
                expected: "Authorization: Bearer TOKEN, as --control-token gave it",
                headers: ["www-authenticate": "Bearer"])
        }
    }

    /// Finds a call, and the session it names.
    ///
    /// - Throws: `ControlProblem`: 404 or 405, with what there is.
    private func call(of request: Request) throws -> (session: String?, ControlCall) {
        var parts = request.path.split(separator: "/").dropFirst()
        var session: String?
        if parts.first == "sessions", parts.count > 2, let name = parts.dropFirst().first {
            session = PercentEncoding.decode(name, plusIsSpace: false)
            parts = parts.dropFirst(2)
        }
        let name = parts.joined(separator: "/")
        let calls = ControlCall.all.filter { $0.name == name }
        guard !calls.isEmpty else {
            throw ControlProblem(
                404, "unknown_call", "there is no call \(request.method) \(request.path)",
                expected: ControlCall.all.map { "\($0.method) /_understudy/\($0.name)" }.joined(separator: ", "),
                fix: nearestWord(to: name, among: ControlCall.all.map(\.name)).map {
                    "did you mean /_understudy/\($0)?"
                })
        }
        guard let call = calls.first(where: { $0.method == request.method }) else {
            let allowed = calls.map(\.method).joined(separator: ", ")
            throw ControlProblem(
                405, "wrong_method", "\(request.method) is not for \(request.path)", expected: allowed,
                headers: ["allow": allowed])
        }
        return (session, call)
    }

    /// A call under way.
    struct Exchange: Sendable {
        let request: Request
        /// Nil for the default session.
        let sessionName: String?
        let sessions: Sessions

        func session() throws -> Session { try sessions.controlled(named: sessionName) }

        func json(_ value: JSONValue, headers: Headers = [:]) -> Response {
            var fields = headers
            fields.add("content-type", "application/json")
            return Response(headers: fields, body: value.bytes())
        }
    }
}
