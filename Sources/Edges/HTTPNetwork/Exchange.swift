import HTTPMessages
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOPosix

/// Reads one request off a connection, asks the responder, and writes the answer as it is.
struct Exchange: Sendable {
    let limits: ServerLimits

    // `@concurrent`, as the writer's own methods are: it may not be handed between isolations.
    @concurrent
    func answer(
        _ incoming: HummingbirdCore.Request, _ writer: consuming ResponseWriter, _ channel: any Channel,
        by responder: any Responder
    ) async throws {
        let announced = incoming.headers[.contentLength].flatMap { Int($0) } ?? 0
        if announced <= limits.bodyBytes, incoming.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(.init(status: .continue))
        }
        var body = ByteBuffer()
        var parts = incoming.body.makeAsyncIterator()
        while announced <= limits.bodyBytes, body.readableBytes <= limits.bodyBytes, let part = try await parts.next() {
            body.writeImmutableBuffer(part)
        }
        guard announced <= limits.bodyBytes, body.readableBytes <= limits.bodyBytes else {
            let text = "the request's body has more than \(limits.bodyBytes) bytes\n"
            let refusal = HTTPMessages.Response(
                status: 413, headers: ["content-type": "text/plain", "connection": "close"], body: Array(text.utf8))
            try await write(refusal, to: HTTPMessages.Request(incoming.head, body: []), writer, channel)
            // A connection that is closed with bytes unread is reset, and the client may never see why. So some more is read.
            var unread = limits.bodyBytes + (1 << 20)
            while unread > 0, let part = try await parts.next() { unread -= part.readableBytes }
            throw NetworkError.bodyTooLarge
        }
        let request = HTTPMessages.Request(incoming.head, body: Array(body.readableBytesView))
        let response =
            if let ready = responder.answerNow(request) { ready } else {
                try await respond(request, responder, channel)
            }
        try await write(response, to: request, writer, channel)
        // NIO's parser takes nothing for HTTP that follows a request for another protocol.
        if Exchange.mayUpgrade(request) { throw NetworkError.notUpgraded }
    }

    private static func mayUpgrade(_ request: HTTPMessages.Request) -> Bool {
        request.headers["upgrade"] != nil && SocketHandshake.hasToken("upgrade", in: request.headers["connection"])
    }

    private func respond(
        _ request: HTTPMessages.Request, _ responder: any Responder, _ channel: any Channel
    ) async throws -> HTTPMessages.Response {
        var request = request
        request.client = ClientPresence {
            let watch = try? await channel.pipeline.handler(type: DepartureWatch.self).get()
            await watch?.departure()
        }
        do {
            return try await responder.respond(to: request)
        } catch {
            await reset(channel)
            throw error
        }
    }

    @concurrent
    private func write(
        _ response: HTTPMessages.Response, to request: HTTPMessages.Request, _ writer: consuming ResponseWriter,
        _ channel: any Channel
    ) async throws {
        var response = response
        if case .socket(let serve) = response.content {
            guard let refusal = SocketHandshake.refusal(of: request) else {
                return try await serveSocket(serve, response, request, channel)
            }
            response = refusal
        }
        var fields = Exchange.fields(of: response)
        let isHead = request.method == "HEAD"
        let hasContent = !isHead && Exchange.mayHaveContent(response)
        if Exchange.mayUpgrade(request), fields[.connection] == nil { fields[.connection] = "close" }
        switch response.content {
        case .whole(let bytes):
            if hasContent || isHead { fields[.contentLength] = "\(bytes.count)" }
            let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
            guard hasContent else { return try await writer.writeResponse(head) }
            try await writer.write(response: head, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let stream):
            let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
            guard hasContent else { return try await writer.writeResponse(head) }
            var bodyWriter: any ResponseBodyWriter = try await writer.writeHead(head)
            do {
                // Pauses count from the beginning, so that what writing takes does not add up.
                var due = ContinuousClock.now
                for try await part in stream {
                    switch part {
                    case .chunk(let bytes): try await bodyWriter.write(ByteBuffer(bytes: bytes))
                    case .pause(let duration):
                        due += duration
                        try await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
                    case .drop: throw NetworkError.dropped
                    }
                }
            } catch {
                await reset(channel)
                throw error
            }
            try await bodyWriter.finish(nil)
        case .socket: preconditionFailure("a socket was opened or refused above")
        }
    }

    /// Turns the connection into a WebSocket and stays with it to its end.
    private func serveSocket(
        _ serve: @escaping @Sendable (any WebSocketPeer) async throws -> Void, _ response: HTTPMessages.Response,
        _ request: HTTPMessages.Request, _ channel: any Channel
    ) async throws {
        let head = SocketHandshake.acceptance(of: request, fields: response.headers)
        let socket = try await NetworkSocket.open(on: channel, after: head, byteLimit: limits.messageBytes)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await serve(socket)
                } catch {
                    if channel.isActive { await reset(channel) }
                    throw error
                }
                try await socket.close(code: 1000, reason: "")
            }
            // Who serves a client that has left is told, whatever it is waiting for.
            try await channel.closeFuture.get()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    /// An answer's fields, without those that are this connection's own.
    static func fields(of response: HTTPMessages.Response) -> HTTPFields {
        var fields = HTTPFields()
        for field in response.headers.fields where !ownFields.contains(field.name) {
            guard let name = HTTPField.Name(field.name) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        return fields
    }

    /// RFC 9110 sections 15.3.5 and 15.4.5: no content follows these. (Nor does it follow HEAD, section 9.3.2.)
    static func mayHaveContent(_ response: HTTPMessages.Response) -> Bool {
        response.status != 204 && response.status != 304
    }

    /// How the content is framed is for this connection to say, whatever it was where the answer came from.
    static let ownFields: Set<String> = ["content-length", "transfer-encoding", "keep-alive", "upgrade"]

    /// Makes the connection end in a reset rather than a clean end, which clients would take for the end of the body.
    private func reset(_ channel: any Channel) async {
        // A channel that is closing already needs neither.
        try? await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try? await channel.close().get()
    }
}

extension HTTPMessages.Request {
    init(_ head: HTTPRequest, body: [UInt8]) {
        var headers = Headers()
        if let authority = head.authority { headers.add("host", authority) }
        for field in head.headerFields { headers.add(field.name.rawName, field.value) }
        self.init(method: head.method.rawValue, target: head.path ?? "/", headers: headers, body: body)
    }
}
