import Documents
import HTTPMessages
import HopXProtocol
import Synchronization

extension FakeHopX {
    /// Listing, building and deleting templates; nil for any other operation.
    func answerTemplates(_ exchange: Exchange) async throws -> Response? {
        let now = exchange.now
        switch exchange.operation.kind {
        case .listTemplates: return list(exchange)
        case .getTemplate:
            let name = PercentEncoding.decode(exchange.lastPart, plusIsSpace: false)
            guard let template = templates.withLock({ $0.template(name, now: now) }) else {
                throw HopXError.templateNotFound(name)
            }
            return exchange.json(.object(template.fields.adding(exchange)))
        case .deleteTemplate: return try await delete(exchange)
        case .uploadLink, .startBuild, .buildStatus, .buildLogs: return try await build(exchange)
        default: return nil
        }
    }

    /// The files of a build, sent to the address that was given for them.
    func takeUpload(_ exchange: Exchange) throws -> Response {
        let ticket = exchange.request.headers[FakeHopX.sandboxHeader] ?? ""
        let hash = exchange.lastPart
        try templates.withLock { try $0.upload(hash, ticket: ticket) }
        return exchange.json([
            "files_hash": .string(hash), "size": .number(exchange.request.body.count),
            "request_id": .string(exchange.requestID),
        ])
    }

    private func list(_ exchange: Exchange) -> Response {
        let category = exchange.request.queryValue("category"), language = exchange.request.queryValue("language")
        let found = templates.withLock { $0.all(now: exchange.now) }.filter { template in
            category.map { $0 == template.category } ?? true && language.map { $0 == template.language } ?? true
        }
        return exchange.json([
            "object": "list", "data": .array(found.map { .object($0.fields) }), "has_more": false,
            "url": "/v1/templates", "request_id": .string(exchange.requestID),
        ])
    }

    private func delete(_ exchange: Exchange) async throws -> Response {
        let id = exchange.lastPart
        let template = templates.withLock { $0.template(id, now: exchange.now) }
        // Which templates a recorded service has, only its recordings know.
        if outcomes.simulatesBuilds, template == nil { throw HopXError.templateNotFound(id) }
        if template?.isPublic == true {
            throw HopXError(403, "FORBIDDEN", "Template \(id) is public and cannot be deleted")
        }
        if let failure = try await outcomes.failure(of: exchange.callOnService) { return failure }
        if let template { templates.withLock { $0.delete(template.id) } }
        return exchange.json([
            "id": .string(template?.id ?? id), "object": "template", "deleted": true, "message": "Template deleted",
            "request_id": .string(exchange.requestID),
        ])
    }

    // MARK: Builds

    private func build(_ exchange: Exchange) async throws -> Response {
        guard !outcomes.simulatesBuilds else { return try simulatedBuild(exchange) }
        let response = try await outcomes.outcome(of: exchange.callOnService)
        guard response.status < 400, let bytes = try await response.content.joined(),
            var body = try? JSONValue(parsing: bytes)
        else { return response }
        switch exchange.operation.kind {
        case .startBuild:
            // From now on the template is there, and clients look for it.
            guard let id = body["template_id"]?.stringValue, let build = body["build_id"]?.stringValue,
                let request = try? TemplateBuildRequest(body: exchange.request.body)
            else { break }
            templates.withLock { _ = $0.build(request, ids: (id, build), now: exchange.now) }
        case .uploadLink:
            // Never to the storage that was recorded: a replay sends nothing out.
            guard body["upload_url"]?.stringValue != nil,
                let hash = try JSONObject(hopXBody: exchange.request.body)["files_hash"]?.stringValue
            else { break }
            let ticket = templates.withLock { $0.ticket(for: hash) }
            body.set(.string(FakeHopX.uploadURL(hash, ticket)), at: JSONPointer(["upload_url"]))
            return Response(status: response.status, headers: response.headers, body: body.bytes())
        default: break
        }
        return Response(status: response.status, headers: response.headers, body: bytes)
    }

    private func simulatedBuild(_ exchange: Exchange) throws -> Response {
        let now = exchange.now
        switch exchange.operation.kind {
        case .uploadLink:
            let body = try JSONObject(hopXBody: exchange.request.body)
            guard let hash = body["files_hash"]?.stringValue, !hash.isEmpty,
                hash.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#%".utf8.contains($0) })
            else { throw HopXError.missingParameter("files_hash") }
            guard let length = body["content_length"]?.intValue, length >= 1 else {
                throw HopXError.missingParameter("content_length")
            }
            return templates.withLock { templates in
                var answer = JSONObject([
                    ("present", .bool(templates.hasFiles(hash))), ("files_hash", .string(hash)),
                    ("request_id", .string(exchange.requestID)),
                ])
                if !templates.hasFiles(hash) {
                    answer["upload_url"] = .string(FakeHopX.uploadURL(hash, templates.ticket(for: hash)))
                    answer["expires_at"] = .string(HopXTime.text(now + 3600))
                }
                return exchange.json(.object(answer))
            }
        case .startBuild:
            let request = try TemplateBuildRequest(body: exchange.request.body)
            let build = try templates.withLock { templates in
                try templates.check(request, now: now)
                return templates.build(request, now: now)
            }
            return exchange.json(
                [
                    "build_id": .string(build.id), "template_id": .string(build.templateID), "status": "building",
                    "logs_url": .string("/v1/templates/build/\(build.id)/logs"),
                    "request_id": .string(exchange.requestID),
                ], status: 201)
        default:
            let parts = exchange.request.path.split(separator: "/").map(String.init)
            let id = parts.dropLast().last ?? ""
            guard let build = templates.withLock({ $0.build(id) }) else { throw HopXError.buildNotFound(id) }
            return exchange.operation.kind == .buildLogs
                ? try logs(of: build, exchange) : exchange.json(FakeHopX.status(of: build, exchange))
        }
    }

    /// Exactly these members: a published client fails at any other, even at one that the interface lists.
    private static func status(of build: TemplateShelf.Build, _ exchange: Exchange) -> JSONValue {
        [
            "build_id": .string(build.id), "template_id": .string(build.templateID), "status": "active",
            "progress": 100, "started_at": .string(HopXTime.text(build.startedAt)), "current_step": "done",
            "completed_at": .string(HopXTime.text(build.startedAt)), "build_duration_ms": 0,
            "request_id": .string(exchange.requestID),
        ]
    }

    private func logs(of build: TemplateShelf.Build, _ exchange: Exchange) throws -> Response {
        let bytes = Array(build.log.utf8)
        var offset = 0
        if let text = exchange.request.queryValue("offset") {
            guard let number = Int(text), number >= 0 else {
                throw HopXError.invalidRequest("offset must be a whole number")
            }
            offset = min(number, bytes.count)
        }
        return exchange.json([
            "logs": .string(String(decoding: bytes[offset...], as: UTF8.self)), "offset": .number(bytes.count),
            "status": "active", "complete": true, "request_id": .string(exchange.requestID),
        ])
    }

    /// Made reachable by who makes the addresses of sandboxes reachable.
    private static func uploadURL(_ hash: String, _ ticket: String) -> String {
        "https://\(ticket).\(HopXSandbox.region).vms.hopx.dev/upload/\(hash)"
    }
}

extension FakeHopX.Exchange {
    /// The last segment of the path, as it was sent.
    var lastPart: String { request.path.split(separator: "/").last.map(String.init) ?? "" }

    /// A call that is about no sandbox.
    var callOnService: SandboxCall {
        SandboxCall(
            request: request, operation: operation, callClass: operation.callClass(afterOutcome: false), sandbox: nil,
            label: 0, inputs: nil, environment: [:], requestID: requestID, now: now)
    }
}

extension JSONObject {
    func adding(_ exchange: FakeHopX.Exchange) -> JSONObject {
        var object = self
        object["request_id"] = .string(exchange.requestID)
        return object
    }
}
