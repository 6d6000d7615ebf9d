import Cassettes
import FaultRules
import HTTPMessages
import Synchronization

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
        // Whether a fault strikes cannot be seen without counting the request; and what follows one is taken down.
        guard session.faults.isEmpty, !session.faultLog.isOpen else { return nil }
        let start = session.meter.now
        guard let response = inner.answerNow(request) else { return nil }
        return note(response, to: session.journal.arrive(request, service: service), since: start)
    }

    func respond(to request: Request) async throws -> Response {
        let start = session.meter.now
        let arrival = session.journal.arrive(request, service: service)
        guard !session.faults.isEmpty || session.faultLog.isOpen else {
            return try await answer(request, nil, Struck(arrival, nil), since: start)
        }
        let facts = RequestFacts(request, service: service)
        let rule = session.faults.strike(
            request, service: service, counts: arrival.counts, session: session.name, facts: facts)
        let place = session.faultLog.arrive(
            facts, service: service, turn: arrival.counts.count(of: [service]),
            fault: rule.map { PassedRequest.Fault(name: $0.name, isOnlyLate: $0.isOnlyLate) },
            at: session.clientClock.now)
        return try await answer(request, rule, Struck(arrival, place), since: start)
    }

    func preview(of request: Request) -> Response? { inner.preview(of: request) }

    /// A request that is being answered, in the journal and in the log of faults.
    private struct Struck {
        let arrival: Journal.Arrival
        let place: FaultLog.Place?

        init(_ arrival: Journal.Arrival, _ place: FaultLog.Place?) {
            self.arrival = arrival
            self.place = place
        }
    }

    private func answer(
        _ request: Request, _ rule: FaultRule?, _ struck: Struck, since start: Double
    ) async throws -> Response {
        let isReplaced = rule.map { $0.effect != .delayOnly } ?? false
        // Told now, as the client may leave before it is answered.
        if isReplaced { session.journal.complete(struck.arrival, status: nil, account: Response.Account(.fault)) }
        do {
            let response = try await answer(request, rule, struck)
            ended(struck) { $0.status = response.status }
            return note(response, to: struck.arrival, since: start)
        } catch {
            ended(struck) { if error is ClientLeft { $0.fault?.clientLeft = true } }
            let outcome: Response.Account.Outcome? = isReplaced ? .fault : error is NoAnswerRecorded ? .hit : nil
            session.journal.complete(struck.arrival, status: nil, account: outcome.map { Response.Account($0) })
            session.metrics.count(service, outcome, seconds: session.meter.now - start)
            throw error
        }
    }

    private func ended(_ struck: Struck, _ change: (inout PassedRequest) -> Void) {
        let now = session.clientClock.now
        session.faultLog.note(struck.place) { request in
            request.end = now
            change(&request)
        }
    }

    private func answer(_ request: Request, _ rule: FaultRule?, _ struck: Struck) async throws -> Response {
        guard let rule else { return try await inner.respond(to: request) }
        let number = struck.arrival.number + 1
        if rule.delay > .zero { try await pause(rule.delay, for: request.client) }
        switch rule.effect {
        case .delayOnly:
            if request.client != nil {
                session.faultLog.note(struck.place) { $0.fault?.clientLeft = false }
            }
            return try await inner.respond(to: request)
        case .answer(let answer): return replaced(request, by: answer, number, struck)
        case .overload(var answer):
            answer.status = service.overloadStatus
            return replaced(request, by: answer, number, struck)
        case .malformed(let events): return malformed(request, after: events ?? 0).accounted(.fault)
        case .drop(let events?):
            guard var response = inner.preview(of: request) else { throw ConnectionDropped() }
            switch response.content {
            case .stream(let stream):
                response.content = .stream(stream.broken(StreamBreak(after: events, .drop)))
            case .socket(let serve) where events > 0:
                response.content = .socket { peer in try await serve(DroppingPeer(peer, after: events)) }
            case .socket, .whole: throw ConnectionDropped()
            }
            return response.accounted(.fault)
        case .drop(nil): throw ConnectionDropped()
        case .silence(let time):
            try await pause(time, for: request.client)
            throw ConnectionDropped()
        case .trickle(let bytes, let pause):
            return try await trickled(request, bytes: bytes, every: pause, struck)
        case .contentType(let type):
            var response = inner.preview(of: request) ?? Response(body: [])
            response.headers["content-type"] = type
            return response.accounted(.fault)
        case .truncation(let events): return try await cut(request, .afterEvents(events), struck)
        case .splitCharacter(let events, let drops):
            return try await cut(request, .inCharacter(afterEvents: events, drops: drops), struck)
        case .emptyAnswer:
            return EmptyAnswer(request, service: service, number: number, now: session.clock.now).response
                .accounted(.fault)
        }
    }

    private func replaced(
        _ request: Request, by answer: FaultRule.Answer, _ number: Int, _ struck: Struck
    ) -> Response {
        session.faultLog.note(struck.place) { $0.fault?.retryAfter = answer.toldWait }
        return answer.response(to: request, service: service, number: number, now: session.clock.now)
            .accounted(.fault)
    }

    private func cut(_ request: Request, _ cut: CutAnswer.Cut, _ struck: Struck) async throws -> Response {
        let isStream = RequestFacts(request, service: service).isStream
        let answer = try await CutAnswer(inner.preview(of: request), isStream: isStream, cut)
        if case .afterEvents = cut { session.faultLog.note(struck.place) { $0.fault?.text = answer.text } }
        return answer.response.accounted(.fault)
    }

    /// The real answer in small pieces. It is used up only when the client has taken all of it: one that leaves and asks
    /// again gets it then. Where it cannot be looked at without asking, it is asked for first.
    private func trickled(
        _ request: Request, bytes: Int, every pause: Duration, _ struck: Struck
    ) async throws -> Response {
        let seen = inner.preview(of: request)
        var response: Response
        if let seen { response = seen } else { response = try await inner.respond(to: request) }
        let (inner, session) = (inner, session)
        response.content = try await response.content.trickled(bytes: bytes, every: pause) { isWhole in
            let now = session.clientClock.now
            session.faultLog.note(struck.place) { request in
                request.end = now
                request.fault?.clientLeft = !isWhole
            }
            // The same recording again, which the client has got already.
            if isWhole, seen != nil { _ = try? await inner.respond(to: request) }
        }
        return seen == nil ? response : response.accounted(.fault)
    }

    /// Waits on purpose, for no longer than the client does.
    ///
    /// - Throws: `ClientLeft`, `CancellationError`.
    private func pause(_ time: Duration, for client: ClientPresence?) async throws {
        guard let client else { return try await session.delays.wait(time) }
        let delays = session.delays
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await delays.wait(time)
                return false
            }
            tasks.addTask {
                await client.departure()
                return true
            }
            defer { tasks.cancelAll() }
            if try await tasks.next() ?? false { throw ClientLeft() }
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
        if case .socket(let serve) = response.content {
            return noteSocket(serve, response, to: arrival, since: start)
        }
        session.note(response, to: arrival, service: service, since: start)
        // What is there already and goes out at once is never seen open.
        guard case .stream(let stream) = response.content, response.content.readyChunks == nil else { return response }
        var response = response
        response.content = .stream(session.metrics.counting(stream))
        return response
    }
}

extension Faults {
    /// A WebSocket's line says at once that it is open; whether it was recorded is known by its messages.
    private func noteSocket(
        _ serve: @escaping @Sendable (any WebSocketPeer) async throws -> Void, _ response: Response,
        to arrival: Journal.Arrival, since start: Double
    ) -> Response {
        session.note(response, to: arrival, service: service, since: start)
        var response = response
        let status = response.status
        response.content = .socket { [session] peer in
            let open = session.metrics.openingStream()
            defer { withExtendedLifetime(open) {} }
            do {
                try await serve(peer)
            } catch let miss as SocketMiss {
                let account = Response.Account(.miss, key: miss.key)
                session.journal.complete(arrival, status: status, account: account)
            }
        }
        return response
    }
}

/// A WebSocket's peer that is gone once so many messages have been sent to it.
private final class DroppingPeer: WebSocketPeer {
    private let peer: any WebSocketPeer
    private let left: Mutex<Int>

    init(_ peer: any WebSocketPeer, after count: Int) {
        self.peer = peer
        left = Mutex(count)
    }

    func receive() async throws -> WebSocketMessage? { try await peer.receive() }

    func send(_ message: WebSocketMessage) async throws {
        try await peer.send(message)
        let isLast = left.withLock { left in
            left -= 1
            return left <= 0
        }
        if isLast { throw ConnectionDropped() }
    }

    func close(code: Int, reason: String) async throws { try await peer.close(code: code, reason: reason) }

    var closing: WebSocketClosing? { get async { await peer.closing } }
}

/// A fault: there is to be no answer, and the client's connection is to be reset.
struct ConnectionDropped: Error, CustomStringConvertible {
    /// What a Python client says of a reset: in a rehearsal these words reach the conversation.
    var description: String { "[Errno 104] Connection reset by peer" }
}

/// The client closed its connection while it was kept waiting.
private struct ClientLeft: Error {}
