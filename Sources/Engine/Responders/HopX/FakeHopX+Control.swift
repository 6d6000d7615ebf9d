import Documents
import HTTPMessages
import HopXProtocol
import Synchronization

extension FakeHopX {
    /// The public interface: creating, finding and ending sandboxes.
    func answerControl(_ exchange: Exchange) async throws -> Response {
        if exchange.operation.kind == .controlHealth { return exchange.json(["status": "healthy"]) }
        let key = exchange.request.headers["x-api-key"] ?? exchange.request.bearerToken
        guard let key, !key.isEmpty else {
            throw HopXError(401, "UNAUTHORIZED", "Missing API key: send it as X-API-Key")
        }
        if let answer = try await answerTemplates(exchange) { return answer }
        switch exchange.operation.kind {
        case .createSandbox: return try await create(exchange)
        case .listSandboxes: return try list(exchange)
        default: break
        }
        guard let id = exchange.operation.sandbox else {
            throw HopXError.notImplemented(exchange.operation.text)
        }
        switch exchange.operation.kind {
        case .getSandbox:
            return exchange.json(.object(try fleet.withLock { try $0.member(id) }.sandbox.fields.adding(exchange)))
        case .refreshToken:
            return try fleet.withLock { fleet in
                _ = try fleet.member(id)
                let issued = fleet.issueToken(for: id, now: exchange.now)
                return exchange.json([
                    "auth_token": .string(issued.token), "token_expires_at": .string(HopXTime.text(issued.expiresAt)),
                    "request_id": .string(exchange.requestID),
                ])
            }
        default: return try await changeLife(of: id, exchange)
        }
    }

    private func create(_ exchange: Exchange) async throws -> Response {
        let creation = try SandboxCreation(body: exchange.request.body)
        let counted = try SandboxCreation(body: digested(exchange.request).body)
        let template = (creation.templateName ?? creation.templateID).flatMap { name in
            templates.withLock { $0.template(name, now: exchange.now) }
        }
        // Which templates a recorded service has, only its recordings know.
        if template == nil, outcomes.simulatesBuilds, let name = creation.templateName ?? creation.templateID {
            throw HopXError.templateNotFound(name)
        }
        let label = fleet.withLock { $0.nextLabel() }
        var call = SandboxCall(
            request: exchange.request, operation: exchange.operation, callClass: .change, sandbox: nil, label: label,
            inputs: nil, environment: creation.environment, requestID: exchange.requestID, now: exchange.now)
        let wanted = try await outcomes.identity(for: call)
        let id = fleet.withLock { $0.reserveID(wanted: wanted, label: label) }
        call.sandbox = id
        if let failure = try await outcomes.failure(of: call) { return failure }
        return try fleet.withLock { fleet in
            fleet.add(
                id, creation: creation, template: template, counted: counted, label: label, now: exchange.now)
            let issued = fleet.issueToken(for: id, now: exchange.now)
            var body = try fleet.member(id).sandbox.fields
            body["auth_token"] = .string(issued.token)
            body["token_expires_at"] = .string(HopXTime.text(issued.expiresAt))
            return exchange.json(.object(body.adding(exchange)), status: 201)
        }
    }

    private func list(_ exchange: Exchange) throws -> Response {
        let request = exchange.request
        var limit = 100
        if let text = request.queryValue("limit") {
            guard let number = Int(text), number > 0 else {
                throw HopXError.invalidRequest("limit must be a whole number above 0")
            }
            limit = min(number, 100)
        }
        var after = 0
        if let cursor = request.queryValue("cursor"), !cursor.isEmpty {
            guard cursor.hasPrefix("after-"), let label = Int(cursor.dropFirst("after-".count)) else {
                throw HopXError.invalidRequest("cursor is not one of this server's")
            }
            after = label
        }
        let (page, next) = fleet.withLock {
            $0.page(
                after: after, limit: limit, status: request.filter("status"), region: request.filter("region"))
        }
        return exchange.json([
            "object": "list", "data": .array(page.map { .object($0.sandbox.fields) }), "has_more": .bool(next != nil),
            "next_cursor": next.map { .string("after-\($0)") } ?? .null, "url": "/v1/sandboxes",
            "request_id": .string(exchange.requestID),
        ])
    }

    private func changeLife(of id: String, _ exchange: Exchange) async throws -> Response {
        let member = try fleet.withLock { try $0.member(id) }
        let limit =
            exchange.operation.kind == .setTimeout ? try FakeHopX.limit(body: exchange.request.body) : nil
        // Before anybody is asked: such a refusal follows from what is simulated, and is not recorded.
        if let needed = exchange.operation.neededStatus, needed != member.sandbox.status {
            throw HopXError(
                409, "INVALID_STATE",
                "Sandbox \(id) is \(member.sandbox.status.rawValue), not \(needed.rawValue)")
        }
        if let failure = try await outcomes.failure(of: exchange.call(on: member)) { return failure }
        if exchange.operation.kind == .deleteSandbox {
            fleet.withLock { $0.remove(id) }
            return exchange.json([
                "id": .string(id), "object": "sandbox", "deleted": true, "message": "Sandbox deleted",
                "request_id": .string(exchange.requestID),
            ])
        }
        let sandbox = try fleet.withLock { fleet in
            try fleet.update(id) { member in
                if let status = exchange.operation.reachedStatus { member.sandbox.status = status }
                if let limit { member.sandbox.limit(to: limit, from: exchange.now) }
                return member.sandbox
            }
        }
        return exchange.json(.object(sandbox.fields.adding(exchange)))
    }

    private static func limit(body: [UInt8]) throws -> Int {
        guard let seconds = try JSONObject(hopXBody: body)["timeout_seconds"]?.intValue, seconds > 0,
            seconds <= 1_000_000_000
        else { throw HopXError.invalidRequest("timeout_seconds must be a whole number above 0") }
        return seconds
    }
}

extension Request {
    /// What a list is narrowed down to; an empty value is the same as none.
    func filter(_ name: String) -> String? { queryValue(name).flatMap { $0.isEmpty ? nil : $0 } }
}
