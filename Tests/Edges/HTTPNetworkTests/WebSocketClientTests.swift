import HTTPMessages
import HTTPNetwork
import Synchronization
import Testing

/// Sockets through the client and a server in front of it: a client, a relay, a service.
@Suite(.tags(.sockets)) struct WebSocketClientTests {
    /// Hands all requests on to an address.
    private struct Relaying: Responder {
        let client: UpstreamClient
        let base: String

        func respond(to request: Request) async throws -> Response { try await client.send(request, to: base) }
    }

    private func relaying(
        to service: any Responder,
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let client = UpstreamClient()
        let result: Result<Void, any Error>
        do {
            try await withServer(answering: { _ in service }) { upstream in
                try await withServer(answering: { _ in Relaying(client: client, base: upstream.origin + "/base") }) {
                    try await body($0)
                }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        try result.get()
    }

    @Test func messagesPassBothWaysAndTheServiceSpeaksFirst() async throws {
        let service = Answering { request in
            Response(
                status: 101, headers: ["sec-websocket-protocol": "chat"],
                content: .socket { peer in
                    // At once, in one packet with the handshake's end.
                    let asked = "\(request.path)?\(request.query ?? "")"
                    try await peer.send(.text("\(asked) \(request.headers["x-sent"] ?? "")"))
                    while let message = try await peer.receive() { try await peer.send(message) }
                })
        }
        try await relaying(to: service) { server in
            let socket = try await RawSocket.open(port: server.port, path: "/ws?a=1", fields: "X-Sent: yes\r\n")
            defer { socket.connection.close() }
            #expect(await socket.head.contains("sec-websocket-protocol: chat\r\n"))
            #expect(try await socket.next() == .text("/base/ws?a=1 yes"))
            try await socket.send(.text("one"), .init(opcode: 2, payload: [0, 255]))
            #expect(try await socket.next() == .text("one"))
            #expect(try await socket.next() == .init(opcode: 2, payload: [0, 255]))
        }
    }

    @Test(arguments: [1000, 1008, 4321]) func goodByesPassBothWays(code: Int) async throws {
        let told = Mutex<WebSocketClosing?>(nil)
        let ended = Event()
        let service = Answering { request in
            Response(
                status: 101,
                content: .socket { peer in
                    if request.path == "/base/server" { return try await peer.close(code: code, reason: "enough") }
                    while try await peer.receive() != nil {}
                    let closing = await peer.closing
                    told.withLock { $0 = closing }
                    ended.happen()
                })
        }
        try await relaying(to: service) { server in
            let first = try await RawSocket.open(port: server.port, path: "/server")
            defer { first.connection.close() }
            #expect(try await first.next() == .close(code, "enough"))
            let second = try await RawSocket.open(port: server.port, path: "/client")
            defer { second.connection.close() }
            try await second.send(.close(code, "I go"))
            await ended.wait()
            #expect(told.withLock { $0 } == WebSocketClosing(code: code, reason: "I go"))
        }
    }

    @Test func aServiceThatBreaksOffBreaksTheClientOff() async throws {
        let service = Answering { _ in
            Response(
                status: 101,
                content: .socket { peer in
                    _ = try await peer.receive()
                    throw NetworkError.dropped
                })
        }
        try await relaying(to: service) { server in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            try await socket.send(.text("x"))
            #expect(try await socket.next() == nil)
        }
    }

    @Test(arguments: [401, 404, 500]) func aRefusalIsPassedOnAsItIs(status: Int) async throws {
        let service = Answering { _ in
            Response(status: status, headers: ["x-why": "no"], body: Array("not for you".utf8))
        }
        try await relaying(to: service) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send(RawSocket.handshake())
            let answer = try await reader.next()
            #expect((answer.status, answer.body, answer.fields["x-why"]) == (status, "not for you", "no"))
        }
    }

    @Test func whereNobodyListensTheAddressIsNamed() async throws {
        let (descriptor, port) = try RawConnection.unansweredPort()
        defer { withExtendedLifetime(descriptor) {} }
        let client = UpstreamClient()
        let request = Request(
            method: "GET", path: "/", headers: ["upgrade": "websocket", "connection": "upgrade"])
        let error = await #expect(throws: NoAnswer.self) {
            _ = try await client.send(request, to: "http://127.0.0.1:\(port)")
        }
        #expect(error?.cause == .refused && error?.url == "http://127.0.0.1:\(port)/")
        try await client.shutdown()
    }
}
