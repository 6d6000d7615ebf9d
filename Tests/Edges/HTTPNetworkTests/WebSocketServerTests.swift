import HTTPMessages
import HTTPNetwork
import Synchronization
import Testing

@Suite(.tags(.sockets)) struct WebSocketServerTests {
    /// Sends back what comes, and keeps how it ended.
    private final class Echo: Responder {
        let closing = Mutex<WebSocketClosing?>(nil)
        let ended = Event()

        func respond(to request: Request) async throws -> Response {
            guard request.path != "/plain" else { return Response(body: Array("plain".utf8)) }
            return Response(
                status: 101, headers: ["x-own": "yes"],
                content: .socket { [self] peer in
                    while let message = try await peer.receive() { try await peer.send(message) }
                    let closing = await peer.closing
                    self.closing.withLock { $0 = closing }
                    ended.happen()
                })
        }

        func answerNow(_ request: Request) -> Response? {
            request.path == "/ready" ? Response(body: Array("ready".utf8)) : nil
        }
    }

    private func echoing(
        limits: ServerLimits = ServerLimits(), _ body: @escaping @Sendable (RunningServer, Echo) async throws -> Void
    ) async throws {
        let echo = Echo()
        try await withServer(limits: limits, answering: { _ in echo }) { try await body($0, echo) }
    }

    // MARK: Handshake

    /// RFC 6455, section 1.3: the example.
    @Test func handshakeIsTheStandards() async throws {
        try await echoing { server, _ in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            let head = await socket.head
            #expect(head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), "\(head)")
            #expect(head.contains("upgrade: websocket\r\n") && head.contains("x-own: yes\r\n"))
        }
    }

    @Test(arguments: [
        ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n", 426),
        ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426),
        ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n", 400),
        (
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n",
            400
        ),
        ("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426),
        ("", 426),
    ])
    func anythingElseThanAHandshakeIsRefused(fields: String, status: Int) async throws {
        try await echoing { server, _ in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
            let answer = try await reader.next()
            #expect(answer.status == status)
            if fields.contains("Version: 8") { #expect(answer.fields["sec-websocket-version"] == "13") }
        }
    }

    @Test func whoAsksForAnotherProtocolAndGetsAnAnswerIsNotLeftHanging() async throws {
        try await echoing { server, _ in
            for path in ["/plain", "/ready"] {
                let connection = try await RawConnection(port: server.port)
                defer { connection.close() }
                try await connection.send(
                    "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                // To the end of the connection: nothing that follows would be understood.
                let answer = try await connection.receiveAll().lowercased()
                #expect(answer.hasPrefix("http/1.1 200") && answer.contains("connection: close"), "\(answer)")
            }
        }
    }

    // MARK: Messages

    @Test(arguments: [0, 1, 125, 126, 65535, 65536, 300_000])
    func messagesOfEverySizePassBothWays(count: Int) async throws {
        try await echoing { server, _ in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            for opcode: UInt8 in [1, 2] {
                let frame = RawSocket.Frame(opcode: opcode, payload: [UInt8](repeating: 0x61, count: count))
                try await socket.send(frame)
                #expect(try await socket.next() == frame)
            }
        }
    }

    @Test func fragmentsAreOneMessageWithPingsBetweenThem() async throws {
        try await echoing { server, _ in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            // A character is cut in two.
            let bytes = Array("grüße".utf8)
            try await socket.send(
                .init(opcode: 1, isFinal: false, payload: Array(bytes[..<3])), .init(opcode: 9, payload: [7, 8]),
                .init(opcode: 0, isFinal: false), .init(opcode: 0, payload: Array(bytes[3...])),
                .init(opcode: 10, payload: [1]))
            #expect(try await socket.next() == .init(opcode: 10, payload: [7, 8]))
            #expect(try await socket.next() == .text("grüße"))
        }
    }

    @Test func messagesMayComeByteByByte() async throws {
        try await echoing { server, _ in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            let long = RawSocket.Frame.text(String(repeating: "x", count: 200))
            let bytes = RawSocket.Frame.text("slow").bytes + long.bytes
            for byte in bytes { try await socket.connection.send([byte]) }
            #expect(try await socket.next() == .text("slow"))
            #expect(try await socket.next()?.payload.count == 200)
        }
    }

    // MARK: Closing

    @Test(arguments: [1000, 1001, 1003, 1011, 3000, 4999])
    func clientsGoodByeIsGivenBackAndTold(code: Int) async throws {
        try await echoing { server, echo in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            try await socket.send(.close(code, "bye"))
            #expect(try await socket.next()?.payload.prefix(2) == RawSocket.Frame.close(code).payload[...])
            #expect(try await socket.next() == nil)
            await echo.ended.wait()
            #expect(echo.closing.withLock { $0 } == WebSocketClosing(code: code, reason: "bye"))
        }
    }

    @Test func aGoodByeWithoutACodeIsOne() async throws {
        try await echoing { server, echo in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            try await socket.send(.init(opcode: 8))
            #expect(try await socket.next() == .init(opcode: 8))
            await echo.ended.wait()
            #expect(echo.closing.withLock { $0?.code } == WebSocketClosing.noCode)
        }
    }

    @Test func aClientThatIsGoneIsNoticed() async throws {
        try await echoing { server, echo in
            let socket = try await RawSocket.open(port: server.port)
            socket.connection.close()
            await echo.ended.wait()
            #expect(echo.closing.withLock { $0 } == nil)
        }
    }

    private static let broken: [(String, [UInt8], Int)] = [
        ("not masked", RawSocket.Frame.text("x").bytes(mask: nil), 1002),
        ("a reserved bit", RawSocket.Frame.text("x").bytes(mask: [0, 0, 0, 0], reserved: 0x40), 1002),
        ("an unknown opcode", RawSocket.Frame(opcode: 3).bytes, 1002),
        ("an unknown control opcode", RawSocket.Frame(opcode: 11).bytes, 1002),
        ("a continuation of nothing", RawSocket.Frame(opcode: 0, payload: [1]).bytes, 1002),
        (
            "a message in a message",
            RawSocket.Frame(opcode: 1, isFinal: false).bytes + RawSocket.Frame.text("x").bytes, 1002
        ),
        ("a ping in pieces", RawSocket.Frame(opcode: 9, isFinal: false).bytes, 1002),
        ("a long ping", RawSocket.Frame(opcode: 9, payload: [UInt8](repeating: 1, count: 126)).bytes, 1002),
        ("half a code", RawSocket.Frame(opcode: 8, payload: [3]).bytes, 1002),
        ("a code that is never sent", RawSocket.Frame.close(1005).bytes, 1002),
        ("a code of nobody", RawSocket.Frame.close(999).bytes, 1002),
        ("a reason that is no text", RawSocket.Frame(opcode: 8, payload: [3, 232, 0xFF]).bytes, 1007),
        ("text that is none", RawSocket.Frame(opcode: 1, payload: [0x61, 0xFF]).bytes, 1007),
        ("half a character", RawSocket.Frame(opcode: 1, payload: [0xC3]).bytes, 1007),
        ("a long message", RawSocket.Frame(opcode: 2, payload: [UInt8](repeating: 0, count: 1001)).bytes, 1009),
        (
            "a long message in pieces",
            RawSocket.Frame(opcode: 2, isFinal: false, payload: [UInt8](repeating: 0, count: 600)).bytes
                + RawSocket.Frame(opcode: 0, payload: [UInt8](repeating: 0, count: 600)).bytes, 1009
        ),
        ("a length beyond all bounds", [0x82, 0xFF] + [UInt8](repeating: 0xFF, count: 12), 1009),
    ]

    @Test(arguments: WebSocketServerTests.broken)
    func whatBreaksTheRulesClosesTheSocketAndSaysWhy(what: String, bytes: [UInt8], code: Int) async throws {
        try await echoing(limits: ServerLimits(messageBytes: 1000)) { server, _ in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            try await socket.connection.send(bytes)
            #expect(try await socket.next() == .close(code), "\(what)")
            #expect(try await socket.next() == nil)
        }
    }

    @Test func serversGoodByeHasItsCodeAndItsReasonWithoutHalfACharacter() async throws {
        let reason = String(repeating: "ü", count: 100)
        let responder = Answering { _ in
            Response(status: 101, content: .socket { try await $0.close(code: 4001, reason: reason) })
        }
        try await withServer(answering: { _ in responder }) { server in
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            #expect(try await socket.next() == .close(4001, String(repeating: "ü", count: 61)))
            try await socket.send(.close(4001))
            #expect(try await socket.next() == nil)
        }
    }

    @Test func whoReturnsClosesAndWhoThrowsResets() async throws {
        let responder = Answering { request in
            Response(status: 101, content: .socket { _ in if request.path == "/throw" { throw NetworkError.dropped } })
        }
        try await withServer(answering: { _ in responder }) { server in
            let good = try await RawSocket.open(port: server.port, path: "/return")
            defer { good.connection.close() }
            #expect(try await good.next() == .close(1000))
            let bad = try await RawSocket.open(port: server.port, path: "/throw")
            defer { bad.connection.close() }
            #expect(try await bad.next() == nil)
        }
    }

    @Test func anOpenSocketDoesNotKeepTheServerFromEnding() async throws {
        let echo = Echo()
        let socket = try await withServer(answering: { _ in echo }) { server in
            let socket = try await RawSocket.open(port: server.port)
            try await socket.send(.text("x"))
            _ = try await socket.next()
            return socket
        }
        #expect(try await socket.next() == .close(1001))
        socket.connection.close()
    }

    @Test func whoDoesNotReadIsNotSentMoreThanTheNetworkTakes() async throws {
        let sent = Mutex(0)
        let left = Event()
        let responder = Answering { _ in
            Response(
                status: 101,
                content: .socket { peer in
                    defer { left.happen() }
                    while true {
                        try await peer.send(.binary([UInt8](repeating: 0, count: 1 << 20)))
                        sent.withLock { $0 += 1 }
                    }
                })
        }
        try await withServer(answering: { _ in responder }) { server in
            let socket = try await RawSocket.open(port: server.port)
            #expect(try await socket.next()?.payload.count == 1 << 20)
            socket.connection.close()
            await left.wait()
            #expect(sent.withLock { $0 } < 64)
        }
    }

    @Test func garbageNeverHurtsTheServer() async throws {
        try await echoing(limits: ServerLimits(messageBytes: 10_000)) { server, _ in
            var generator = SystemRandomNumberGenerator()
            for _ in 0..<60 {
                let socket = try await RawSocket.open(port: server.port)
                var bytes = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                // Half of them begin well.
                if bytes[0] & 1 == 0 { bytes = RawSocket.Frame.text("fine").bytes + bytes }
                // The server may have closed before all is written.
                try? await socket.connection.send(bytes + RawSocket.Frame.close(1000).bytes)
                socket.connection.close()
            }
            let socket = try await RawSocket.open(port: server.port)
            defer { socket.connection.close() }
            try await socket.send(.text("still here"))
            #expect(try await socket.next() == .text("still here"))
        }
    }
}
