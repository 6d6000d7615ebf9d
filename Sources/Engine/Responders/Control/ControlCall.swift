import Cassettes
import Documents
import FaultRules
import HTTPMessages
import HopXProtocol
import Transcripts

/// One call of the control API: its method, its path below `/_understudy/`, and what it does.
struct ControlCall: Sendable {
    let method: String
    let name: String
    let perform: @Sendable (ControlAPI.Exchange) async throws -> Response

    private init(
        _ method: String, _ name: String, _ perform: @escaping @Sendable (ControlAPI.Exchange) async throws -> Response
    ) {
        self.method = method
        self.name = name
        self.perform = perform
    }

    static let all = [
        ControlCall("POST", "faults", addFault),
        ControlCall("GET", "faults") { exchange in
            exchange.json(.array(try exchange.session().faults.standing.map(\.json)))
        },
        ControlCall("DELETE", "faults") { exchange in
            exchange.json(["forgotten": .number(try exchange.session().faults.removeAll())])
        },
        ControlCall("GET", "requests") { exchange in
            let journal = try exchange.session().journal
            // A bare list, so that it can be read as one; what is no entry goes into the head.
            return exchange.json(
                .array(journal.entries.map(\.json)), headers: ["x-understudy-fallen-out": "\(journal.fallenOut)"])
        },
        ControlCall("DELETE", "requests") { exchange in
            exchange.json(["forgotten": .number(try exchange.session().journal.removeAll())])
        },
        ControlCall("GET", "verdict") { exchange in
            exchange.json(.array(try exchange.session().faultLog.reactions().map(\.json)))
        },
        ControlCall("POST", "clock", moveClock),
        ControlCall("POST", "revoke-token", revokeToken),
        ControlCall("POST", "reset") { exchange in
            let session = try exchange.session()
            await session.reset()
            return exchange.json(["session": .string(session.name), "reset": true])
        },
        ControlCall("GET", "sessions") { exchange in
            exchange.json(.array(exchange.sessions.all.map { SessionStatus($0).summary }))
        },
        ControlCall("GET", "status") { exchange in exchange.json(SessionStatus(try exchange.session()).json) },
        ControlCall("GET", "metrics") { exchange in
            let sessions = exchange.sessionName == nil ? exchange.sessions.all : [try exchange.session()]
            return Response(
                headers: ["content-type": "text/plain; version=0.0.4; charset=utf-8"],
                body: Array(MetricsPage(sessions).text.utf8))
        },
    ]

    private static func addFault(_ exchange: ControlAPI.Exchange) async throws -> Response {
        let body = try ControlBody(
            exchange.request, example: #"{"path": "/chat/completions", "status": 429, "times": 2}"#)
        let rule: FaultRule
        do throws(Diagnostics) {
            rule = try FaultRule(reading: body.json.node, file: "body")
        } catch {
            throw ControlProblem(error, in: body.json)
        }
        // A rule that names a session is for that one, whichever is addressed.
        let named = exchange.sessionName ?? rule.session
        let session = try exchange.sessions.controlled(named: named)
        guard rule.isFor(session: session.name) else {
            throw ControlProblem(
                400, "wrong_session", "a fault for session \(rule.session ?? "") was sent to session \(session.name)",
                fix: "leave out 'session', or send it to /_understudy/faults")
        }
        let faults = session.faults
        guard faults.add(rule) else {
            throw ControlProblem(
                429, "too_many_faults", "the session has \(FaultPlan.bound) faults that are not used up",
                fix: "DELETE /_understudy/faults forgets them")
        }
        return exchange.json(["faults": .number(faults.standing.count)])
    }

    private static func moveClock(_ exchange: ControlAPI.Exchange) async throws -> Response {
        let body = try ControlBody(exchange.request, example: #"{"advance_seconds": 3600}"#)
        let bound = 1e9
        let seconds = try body.read("the body") { reader -> Double? in
            guard let node = reader.required("advance_seconds", expected: "SECONDS, negative for back"),
                let seconds = reader.number("advance_seconds")
            else { return nil }
            if abs(seconds) > bound {
                reader.report(
                    at: node.place, "advance_seconds cannot be \(seconds)", expected: "at most a billion either way")
            }
            return seconds
        }
        let clock = try exchange.session().clock
        clock.advance(by: seconds)
        let now = clock.now
        return exchange.json(["now": SessionStatus.seconds(now), "time": .string(HopXTime.text(now))])
    }

    private static func revokeToken(_ exchange: ControlAPI.Exchange) async throws -> Response {
        let body = try ControlBody(exchange.request, example: #"{"sandbox_id": "…"}"#)
        let id = try body.read("the body") { $0.requiredText("sandbox_id", expected: "the id of a sandbox") }
        let session = try exchange.session()
        guard let sandboxes = session.services.sandboxes else {
            throw ControlProblem(
                409, "live_sandboxes",
                "the sandboxes of session \(session.name) are a live service's, and so are their tokens")
        }
        guard sandboxes.revokeTokens(of: id) else {
            let known = sandboxes.sandboxes.map(\.id)
            throw ControlProblem(
                404, "unknown_sandbox", "session \(session.name) has no sandbox '\(id)'",
                expected: known.isEmpty
                    ? "a sandbox that is alive; there is none" : "one of " + known.joined(separator: ", "))
        }
        return exchange.json(["sandbox_id": .string(id), "revoked": true])
    }
}
