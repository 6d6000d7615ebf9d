import Cassettes
import FaultRules
import HTTPMessages

/// Stands before a session's service: takes each request down, and lets the session's faults have the first word.
///
/// A fault that replaces or cuts an answer asks nobody: no recording is used up, nothing goes upstream or is recorded,
/// and no sandbox is touched.
struct Faults: Responder {
    private let inner: any Responder
    private let service: Service
    private let session: Session

    init(_ inner: any Responder, service: Service, session: Session) {
        self.inner = inner
        self.service = service
        self.session = session
    }

    func answerNow(_ request: Request) -> Response? {
        // Whether a fault strikes cannot be seen without counting the request.
        guard session.faults.isEmpty else { return nil }
        let start = session.meter.now
        guard let response = inner.answerNow(request) else { return nil }
        return note(response, to: session.journal.arrive(request, service: service), since: start)
    }

    func respond(to request: Request) async throws -> Response {
        let start = session.meter.now
        let arrival = session.journal.arrive(request, service: service)
        let rule = session.faults.strike(request, service: service, counts: arrival.counts)
        let isReplaced = rule.map { $0.effect != .delayOnly } ?? false
        // Told now, as the client may leave before it is answered.
        if isReplaced { session.journal.complete(arrival, status: nil, account: Response.Account(.fault)) }
        do {
            return note(try await answer(request, rule, number: arrival.number + 1), to: arrival, since: start)
        } catch {
            let outcome: Response.Account.Outcome? = isReplaced ? .fault : error is NoAnswerRecorded ? .hit : nil
            session.journal.complete(arrival, status: nil, account: outcome.map { Response.Account($0) })
            session.metrics.count(service, outcome, seconds: session.meter.now - start)
            throw error
        }
    }

    func preview(of request: Request) -> Response? { inner.preview(of: request) }

    private func answer(_ request: Request, _ rule: FaultRule?, number: Int) async throws -> Response {
        guard let rule else { return try await inner.respond(to: request) }
        if rule.delay > .zero { try await session.delays.wait(rule.delay) }
        switch rule.effect {
        case .delayOnly: return try await inner.respond(to: request)
        case .answer(let answer):
            return answer.response(to: request, service: service, number: number).accounted(.fault)
        case .malformed(let events): return malformed(request, after: events ?? 0).accounted(.fault)
        case .drop(let events?):
            guard var response = inner.preview(of: request), case .stream(let stream) = response.content else {
                throw ConnectionDropped()
            }
            response.content = .stream(stream.broken(StreamBreak(after: events, .drop)))
            return response.accounted(.fault)
        case .drop(nil): throw ConnectionDropped()
        }
    }

    /// The real answer where it can be looked at, its JSON broken off.
    private func malformed(_ request: Request, after events: Int) -> Response {
        var response = inner.preview(of: request) ?? Response(headers: ["content-type": "application/json"], body: [])
        switch response.content {
        case .stream(let stream): response.content = .stream(stream.broken(StreamBreak(after: events, .malformed)))
        case .whole(let bytes) where response.status == 200 && bytes.count > 1:
            response.content = .whole(Array(bytes.prefix(bytes.count / 2)))
        case .whole, .socket:
            response = Response(headers: ["content-type": "application/json"], body: Array("{\"id\": \"".utf8))
        }
        return response
    }

    private func note(_ response: Response, to arrival: Journal.Arrival, since start: Double) -> Response {
        session.note(response, to: arrival, service: service, since: start)
        // What is there already and goes out at once is never seen open.
        guard case .stream(let stream) = response.content, response.content.readyChunks == nil else { return response }
        var response = response
        response.content = .stream(session.metrics.counting(stream))
        return response
    }
}

/// A fault: there is to be no answer, and the client's connection is to be reset.
struct ConnectionDropped: Error {}
