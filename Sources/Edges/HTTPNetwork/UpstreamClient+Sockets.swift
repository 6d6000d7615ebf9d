import HTTPMessages
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

extension UpstreamClient {
    /// What a service answers to a handshake.
    private enum Handshake: Sendable {
        case opened(NetworkSocket, Headers)
        case refused(Response)
    }

    private static let messageBytes = 64 << 20
    private static let connectTime = TimeAmount.seconds(10)
    /// From the connection to the answer.
    private static let answerTime = TimeAmount.seconds(60)

    /// Opens a WebSocket; a refusal is an answer as any other.
    func openSocket(_ request: Request, url: String) async throws -> Response {
        guard let target = SocketTarget(url) else { throw NoAnswer(.refused, url: url, detail: "it is no address") }
        let handshake: Handshake
        do {
            handshake = try await shake(request, target)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw UpstreamClient.noAnswer(error, url: url)
        }
        switch handshake {
        case .refused(let response): return response
        case .opened(let socket, let headers):
            return Response(
                status: 101, headers: headers, content: .socket { client in try await Relay.run(client, socket) })
        }
    }

    private func shake(_ request: Request, _ target: SocketTarget) async throws -> Handshake {
        let isProxied = proxy != nil
        let handshake = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(UpstreamClient.connectTime)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connect(host: proxy?.host ?? target.host, port: proxy?.port ?? target.port) { channel in
                let answered = channel.eventLoop.makePromise(of: Handshake.self)
                return channel.eventLoop.makeCompletedFuture {
                    if isProxied {
                        try throughProxy(channel, to: target, answered) {
                            try shake(request, target, on: channel, answered)
                        }
                    } else {
                        try shake(request, target, on: channel, answered)
                    }
                    return answered.futureResult
                }
            }
        return try await handshake.get()
    }

    /// Has a proxy connect first (RFC 9110, section 9.3.6), for `ws` as for `wss`.
    private func throughProxy(
        _ channel: any Channel, to target: SocketTarget, _ answered: EventLoopPromise<Handshake>,
        then next: @escaping () throws -> Void
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
        let connected = channel.eventLoop.makePromise(of: Void.self)
        let connecting = NIOHTTP1ProxyConnectHandler(
            targetHost: target.host, targetPort: target.port, headers: [:],
            deadline: .now() + UpstreamClient.answerTime, promise: connected)
        try pipeline.addHandlers([encoder, decoder, connecting])
        // Both look at what is written, too, and must be gone before the first of it that is not HTTP.
        let isClear = connected.futureResult.assumeIsolated().flatMap {
            EventLoopFuture.andAllSucceed(
                [pipeline.removeHandler(encoder), pipeline.removeHandler(decoder)], on: channel.eventLoop)
        }
        isClear.whenComplete { result in
            do {
                try result.get()
                try next()
            } catch {
                answered.fail(error)
                channel.close(promise: nil)
            }
        }
    }

    private func shake(
        _ request: Request, _ target: SocketTarget, on channel: any Channel, _ answered: EventLoopPromise<Handshake>
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if target.isSecure {
            // An address of numbers names no host (RFC 6066, section 3).
            let name = target.isNumeric ? nil : target.host
            let context = try NIOSSLContext(configuration: security)
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
        }
        var fields = HTTPHeaders()
        fields.add(name: "host", value: target.authority)
        for field in request.headers.fields
        where !UpstreamClient.ownFields.contains(field.name) && !SocketHandshake.ownFields.contains(field.name) {
            fields.add(name: field.name, value: field.value)
        }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target.path, headers: fields)
        let upgrader = NIOTypedWebSocketClientUpgrader<EventLoopFuture<Handshake>>(
            maxFrameSize: UpstreamClient.messageBytes, enableAutomaticErrorHandling: false
        ) { channel, answer in
            channel.eventLoop.makeCompletedFuture {
                var headers = Headers()
                for (name, value) in answer.headers where !SocketHandshake.ownFields.contains(name.lowercased()) {
                    headers.add(name, value)
                }
                let socket = try NetworkSocket.take(channel, byteLimit: UpstreamClient.messageBytes)
                return channel.eventLoop.makeSucceededFuture(.opened(socket, headers))
            }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader]
            ) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let refused = channel.eventLoop.makePromise(of: Handshake.self)
                    try channel.pipeline.syncOperations.addHandler(RefusalReader(refused))
                    // What the answer says comes when this has returned.
                    return refused.futureResult
                }
            })
        // What a service sends right behind its handshake is its first message.
        configuration.leftOverBytesStrategy = .forwardBytes
        let result = try pipeline.configureUpgradableHTTPClientPipeline(configuration: configuration)
        let late = channel.eventLoop.scheduleTask(in: UpstreamClient.answerTime) {
            answered.fail(ChannelError.connectTimeout(UpstreamClient.answerTime))
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in answered.fail(ChannelError.eof) }
        result.flatMap { $0 }.whenComplete { result in
            late.cancel()
            answered.completeWith(result)
            // A connection that has said no has said all.
            if case .success(.opened) = result { return }
            channel.close(promise: nil)
        }
    }

    /// Reads the whole answer of a service that opens no WebSocket.
    private final class RefusalReader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        /// Of a refusal's text; the rest is not read.
        private static let bound = 1 << 20

        private let answered: EventLoopPromise<Handshake>
        private var response: Response?
        private var body: [UInt8] = []

        init(_ answered: EventLoopPromise<Handshake>) { self.answered = answered }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                var headers = Headers()
                for (name, value) in head.headers where !["connection", "upgrade"].contains(name.lowercased()) {
                    headers.add(name, value)
                }
                response = Response(status: Int(head.status.code), headers: headers, body: [])
            case .body(let part):
                body += part.readableBytesView
                if body.count > RefusalReader.bound { finish() }
            case .end: finish()
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { answered.fail(error) }

        func channelInactive(context: ChannelHandlerContext) {
            answered.fail(ChannelError.eof)
            context.fireChannelInactive()
        }

        private func finish() {
            guard var response else { return }
            response.content = .whole(body)
            answered.succeed(.refused(response))
        }
    }
}

/// Where a WebSocket leads: an address with `http`, `https`, `ws` or `wss`, taken apart.
private struct SocketTarget: Sendable {
    let isSecure: Bool
    let host: String
    let port: Int
    /// As the `Host` field has it.
    let authority: String
    /// With the query.
    let path: String

    init?(_ url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        switch url[..<separator.lowerBound].lowercased() {
        case "http", "ws": isSecure = false
        case "https", "wss": isSecure = true
        default: return nil
        }
        let rest = url[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        // A name and password before the host are none of a service's.
        let place = rest[..<end].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        authority = String(place)
        path = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        let colon = place.lastIndex(of: ":").flatMap { place[$0...].contains("]") ? nil : $0 }
        let name = colon.map { place[..<$0] } ?? place
        guard !name.isEmpty else { return nil }
        if let colon {
            guard let number = Int(place[place.index(after: colon)...]), (1...65535).contains(number) else {
                return nil
            }
            port = number
        } else {
            port = isSecure ? 443 : 80
        }
        host = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : String(name)
    }

    var isNumeric: Bool { host.contains(":") || host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) } }
}

/// Hands on what two ends of one conversation say, until either has closed.
private enum Relay {
    static func run(_ client: any WebSocketPeer, _ service: NetworkSocket) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await pass(from: client, to: service, whenGone: 1001) }
            tasks.addTask { try await pass(from: service, to: client, whenGone: nil) }
            defer { tasks.cancelAll() }
            // The end of one side is handed on, and is the end of the other.
            try await tasks.next()
        }
    }

    /// - Parameter code: What the other end is told of one that is gone without a word; nil breaks the connection off.
    private static func pass(
        from one: any WebSocketPeer, to other: any WebSocketPeer, whenGone code: Int?
    ) async throws {
        while let message = try await one.receive() { try await other.send(message) }
        guard let closing = await one.closing ?? code.map({ WebSocketClosing(code: $0) }) else {
            throw NetworkError.dropped
        }
        try await other.close(code: closing.code, reason: closing.reason)
    }
}
