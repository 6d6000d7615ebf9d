import HTTPMessages
import HTTPNetwork
import Testing

@Suite(.tags(.sockets)) struct HTTPServerTests {
    @Test(arguments: [true, false]) func requestArrivesAsItWasSent(isReady: Bool) async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: isReady) }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send(
                "POST /a%20b?x=1&y HTTP/1.1\r\nHost: h\r\nX-Sent: yes\r\nContent-Length: 5\r\n\r\nhello")
            let answer = try await reader.next()
            #expect(answer.status == 200)
            #expect(answer.body == "POST /a%20b x=1&y 5 hello")
            #expect(answer.fields["x-echo"] == "yes")
            #expect(answer.fields["content-length"] == "25")
            #expect(server.origin == "http://127.0.0.1:\(server.port)")
        }
    }

    @Test func hostAndEveryFieldReachTheResponder() async throws {
        let responder = Answering { request in
            Response(body: Array(request.headers.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|").utf8))
        }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send(
                "GET / HTTP/1.1\r\nHost: some:80\r\nCookie: a\r\nX-Two: 1\r\nX-Two: 2\r\nOrigin: null\r\n\r\n")
            #expect(try await reader.next().body == "host=some:80|cookie=a|x-two=1|x-two=2|origin=null")
        }
    }

    @Test(arguments: [[true, true, true], [false, false, false], [true, false, true, true, false]])
    func connectionIsKeptAndAnswersAreInOrder(ready: [Bool]) async throws {
        let quick = Answering.echo(isReady: true), slow = Answering.echo()
        struct Either: Responder {
            let quick: Answering, slow: Answering
            func respond(to request: Request) async throws -> Response { try await slow.respond(to: request) }
            func answerNow(_ request: Request) -> Response? {
                request.path == "/quick" ? quick.answerNow(request) : nil
            }
        }
        try await withServer(answering: { _ in Either(quick: quick, slow: slow) }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            let requests = ready.enumerated().map { "GET /\($1 ? "quick" : "slow")?\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }
            for (number, request) in requests.enumerated() {
                try await connection.send(request)
                #expect(try await reader.next().body.contains(" \(number) 0"))
            }
            // All at once, none waiting for an answer.
            try await connection.send(requests.joined())
            for number in requests.indices { #expect(try await reader.next().body.contains(" \(number) 0")) }
        }
    }

    @Test(arguments: [true, false]) func chunkedBodyIsReadWhole(isReady: Bool) async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: isReady) }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await connection.send("3\r\nabc\r\n")
            try await connection.send("2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(try await reader.next().body == "POST / - 5 abcde")
            try await connection.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await reader.next().body == "GET /next - 0 ")
        }
    }

    @Test(arguments: [true, false]) func eachChunkOfAStreamIsOneChunkOnTheWire(isReady: Bool) async throws {
        let chunks = ["data: 1\n\nda", "ta: 2\n\n", "data: \u{1F600}\n\n", "x"]
        let parts = chunks.map(ContentStream.Part.text) + [.chunk([]), .text("end")]
        let responder = Answering(isReady: isReady) { _ in
            isReady
                ? Response(
                    status: 200, headers: ["content-type": "text/event-stream"], content: .stream(ContentStream(parts)))
                : .stream(parts)
        }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            for _ in 0..<2 {
                try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                let answer = try await reader.next()
                #expect(answer.isChunked && answer.fields["content-length"] == nil)
                // An empty chunk would end the body.
                #expect(answer.chunks == chunks + ["end"])
            }
        }
    }

    @Test func chunksAreSentAsTheyCome() async throws {
        let (parts, source) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
        let responder = Answering { _ in Response(status: 200, content: .stream(ContentStream { parts })) }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            source.yield(.text("one"))
            while try await reader.line() != "one" {}
            source.yield(.text("two"))
            while try await reader.line() != "two" {}
            source.finish()
            while try await reader.line() != "0" {}
        }
    }

    @Test(
        arguments: [
            [.text("data: 1\n\n"), .drop], [.drop], [.text("data: 1\n\n"), .pause(.milliseconds(1)), .drop],
        ] as [[ContentStream.Part]])
    func droppedStreamEndsInAReset(parts: [ContentStream.Part]) async throws {
        try await withServer(answering: { _ in Answering { _ in .stream(parts) } }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            await #expect(throws: RawConnection.Failure.reset) { _ = try await connection.receiveAll() }
        }
    }

    @Test func responderWithoutAnAnswerEndsInAReset() async throws {
        struct None: Error {}
        try await withServer(answering: { _ in Answering { _ in throw None() } }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            await #expect(throws: RawConnection.Failure.reset) { _ = try await connection.receiveAll() }
        }
    }

    @Test func clientThatLeavesEndsTheStream() async throws {
        let ended = Event()
        let responder = Answering { _ in
            Response(status: 200, content: .stream(.endless(until: ended)))
        }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try await connection.receive()
            connection.close()
            await ended.wait()
        }
    }

    @Test(
        arguments: [true, false],
        [
            ("Content-Length: 1001\r\n\r\n" + String(repeating: "x", count: 1001), 413),
            ("Content-Length: 90000\r\n\r\n" + String(repeating: "x", count: 90_000), 413),
            ("Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + String(repeating: "x", count: 1001) + "\r\n0\r\n\r\n", 413),
            ("Content-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000), 200),
        ])
    func bodyThatIsTooLargeIsRefused(isReady: Bool, request: (rest: String, status: Int)) async throws {
        let limits = ServerLimits(bodyBytes: 1000)
        try await withServer(limits: limits, answering: { _ in Answering.echo(isReady: isReady) }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("POST / HTTP/1.1\r\nHost: h\r\n" + request.rest)
            let answer = try await reader.next()
            #expect(answer.status == request.status)
            guard request.status == 413 else { return }
            #expect(answer.body == "the request's body has more than 1000 bytes\n")
            #expect(answer.fields["connection"] == "close")
        }
    }

    @Test func oversizedBodyIsRefusedBeforeItIsSent() async throws {
        try await withServer(limits: ServerLimits(bodyBytes: 10), answering: { _ in Answering.echo() }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await reader.next().status == 413)
        }
    }

    @Test func clientIsToldToContinue() async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: true) }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await reader.next().status == 100)
            try await connection.send("ok")
            #expect(try await reader.next().body == "POST / - 2 ok")
        }
    }

    @Test(arguments: [true, false]) func headGetsTheFieldsAndNoBody(isReady: Bool) async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: isReady) }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try await reader.next(hasBody: false)
            #expect((head.status, head.fields["content-length"]) == (200, "11"))
            #expect(try await reader.next().body == "GET /next - 0 ")
        }
    }

    @Test(arguments: [(true, 204), (false, 204), (true, 304), (false, 304)])
    func someAnswersHaveNoContent(isReady: Bool, status: Int) async throws {
        let responder = Answering(isReady: isReady) { request in
            request.path == "/"
                ? Response(status: status, body: Array("never".utf8)) : Response(body: Array("next".utf8))
        }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await reader.next(hasBody: false).status == status)
            #expect(try await reader.next().body == "next")
        }
    }

    @Test(arguments: [true, false]) func framingOfAnotherConnectionIsNotPassedOn(isReady: Bool) async throws {
        let responder = Answering(isReady: isReady) { _ in
            Response(
                status: 200,
                headers: ["content-length": "99", "transfer-encoding": "chunked", "keep-alive": "x", "x-own": "1"],
                body: Array("body".utf8))
        }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            var reader = AnswerReader(connection)
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try await reader.next()
            #expect((answer.body, answer.fields["x-own"], answer.fields["keep-alive"]) == ("body", "1", nil))
            #expect((answer.isChunked, answer.fields["content-length"]) == (false, "4"))
        }
    }

    @Test(arguments: [
        "hello there\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
    ])
    func garbageIsABadRequest(garbage: String) async throws {
        try await withServer(answering: { _ in Answering.echo() }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            try await connection.send(garbage)
            #expect(try await connection.receiveAll().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test(arguments: [true, false]) func largeBodiesPassBothWays(isReady: Bool) async throws {
        let size = 20 << 20
        let responder = Answering(isReady: isReady) { Response(body: $0.body.map { $0 &+ 1 }) }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            try await connection.send(
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: \(size)\r\n\r\n")
            async let sending: Void = connection.send([UInt8](repeating: 65, count: size))
            let answer = try await connection.receiveAll()
            try await sending
            let body = answer.utf8.drop { $0 != 66 }
            #expect(body.count == size && body.allSatisfy { $0 == 66 })
        }
    }

    @Test func clientThatDoesNotReadHoldsUpNobody() async throws {
        let size = 8 << 20
        let responder = Answering { request in
            request.path == "/large"
                ? Response(body: [UInt8](repeating: 66, count: size)) : Response(body: Array("ok".utf8))
        }
        try await withServer(answering: { _ in responder }) { server in
            let lazy = try await RawConnection(port: server.port), other = try await RawConnection(port: server.port)
            defer {
                lazy.close()
                other.close()
            }
            try await lazy.send("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            var reader = AnswerReader(other)
            for _ in 0..<20 {
                try await other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await reader.next().body == "ok")
            }
            #expect(try await lazy.receiveAll().utf8.count > size)
        }
    }

    @Test func requestsOfSeveralConnectionsAreAnsweredAtOnce() async throws {
        let waiting = AsyncStream<Void>.makeStream(), release = Event()
        let responder = Answering { _ in
            waiting.continuation.yield()
            await release.wait()
            return Response(body: Array("ok".utf8))
        }
        try await withServer(answering: { _ in responder }) { server in
            try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask {
                        let connection = try await RawConnection(port: server.port)
                        defer { connection.close() }
                        var reader = AnswerReader(connection)
                        try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                        return try await reader.next().body
                    }
                }
                var arrived = 0
                for await _ in waiting.stream {
                    arrived += 1
                    if arrived == 8 { break }
                }
                release.happen()
                for try await body in tasks { #expect(body == "ok") }
            }
        }
    }
}
