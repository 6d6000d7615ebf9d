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
        if incoming.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(.init(status: .continue))
        }
        var body = ByteBuffer()
        for try await part in incoming.body {
            guard body.readableBytes + part.readableBytes <= limits.bodyBytes else {
                let text = "the request's body has more than \(limits.bodyBytes) bytes\n"
                try await write(.init(status: 413, headers: ["content-type": "text/plain"], body: Array(text.utf8)), writer, channel)
                // The rest of the body is not read.
                throw NetworkError.bodyTooLarge
            }
            body.writeImmutableBuffer(part)
        }
        let request = HTTPMessages.Request(incoming.head, body: Array(body.readableBytesView))
        let response =
            if let ready = responder.answerNow(request) { ready } else { try await respond(request, responder, channel) }
        try await write(response, writer, channel)
    }

    private func respond(_ request: HTTPMessages.Request, _ responder: any Responder, _ channel: any Channel) async throws -> HTTPMessages.Response {
        do {
            return try await responder.respond(to: request)
        } catch {
            await reset(channel)
            throw error
        }
    }

    @concurrent
    private func write(_ response: HTTPMessages.Response, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        var fields = HTTPFields()
        for field in response.headers.fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        switch response.content {
        case .whole(let bytes):
            fields[.contentLength] = "\(bytes.count)"
            let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
            try await writer.write(response: head, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let stream):
            let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
            var bodyWriter: any ResponseBodyWriter = try await writer.writeHead(head)
            do {
                for try await part in stream {
                    switch part {
                    case .chunk(let bytes): try await bodyWriter.write(ByteBuffer(bytes: bytes))
                    case .pause(let duration): try await Task.sleep(for: duration)
                    case .drop: throw NetworkError.dropped
                    }
                }
            } catch {
                await reset(channel)
                throw error
            }
            try await bodyWriter.finish(nil)
        case .socket:
            let text = "this server does not open WebSockets\n"
            let head = HTTPResponse(status: .init(code: 501), headerFields: [.contentLength: "\(text.utf8.count)"])
            try await writer.write(response: head, body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }

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
