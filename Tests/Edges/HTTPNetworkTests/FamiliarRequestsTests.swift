import HTTPMessages
import HTTPNetwork
import Synchronization
import Testing

/// What comes again is answered from memory; nobody may see that.
@Suite(.tags(.sockets)) struct FamiliarRequestsTests {
    private static let request = "POST /a?b=c HTTP/1.1\r\nhost: x\r\nx-sent: 1\r\ncontent-length: 5\r\n\r\nhello"

    /// Counts what it is asked, and answers at once; the same request again by a standing answer.
    private final class Counting: Responder {
        let asked = Mutex<[String]>([])
        let answer: @Sendable (Int) -> Response

        init(_ answer: @escaping @Sendable (Int) -> Response) { self.answer = answer }

        func respond(to request: Request) async throws -> Response { next("respond") }
        func answerNow(_ request: Request) -> Response? { next("now") }
        func standingAnswer(to request: Request) -> StandingAnswer? { StandingAnswer { self.next("standing") } }

        private func next(_ how: String) -> Response {
            answer(
                asked.withLock { asked in
                    asked.append(how)
                    return asked.count
                })
        }
    }

    @Test func theSameBytesAreLookedAtOnceOrTwiceOnly() async throws {
        let responder = Counting { _ in Response(body: Array("ok".utf8)) }
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            for _ in 0..<6 {
                try await connection.send(Self.request)
                #expect(try await reader.next().body == "ok")
            }
            connection.close()
        }
        // The parser's, then one by its head, one that is kept; the rest stands.
        #expect(responder.asked.withLock { $0 } == ["now", "now", "now", "standing", "standing", "standing"])
    }

    private static let answers = [
        Response(status: 200, headers: ["content-type": "application/json", "x-a": "1"], body: Array("{}".utf8)),
        Response(status: 200, body: []),
        Response(status: 404, headers: ["retry-after": "1"], body: Array("no".utf8)),
        Response(status: 599, body: Array("odd".utf8)),
        Response(status: 204, body: []),
        Response(status: 304, headers: ["etag": "x"], body: []),
        Response(headers: ["x-a": " padded ", "x-b": "caf\u{E9}", "x-c": "a\u{7}b"], body: Array("x".utf8)),
        Response(headers: ["x-é": "no name", "connection": "keep-alive", "transfer-encoding": "gzip"], body: []),
        Response(
            status: 200, headers: ["content-type": "text/event-stream"],
            content: .stream(ContentStream([.text("data: 1\n\n"), .text(""), .text("data: [DONE]\n\n")]))),
        Response(status: 200, content: .stream(ContentStream([.chunk([UInt8](repeating: 7, count: 40_000))]))),
        Response(status: 200, content: .stream(ContentStream([]))),
    ]

    @Test(arguments: answers.indices) func everyAnswerHasTheBytesThatTheEncoderWrites(index: Int) async throws {
        let response = Self.answers[index]
        let responder = Counting { _ in response }
        let answers = try await withServer(answering: { _ in responder }) { server in
            var answers: [String] = []
            for count in 1...5 {
                let connection = try await RawConnection(port: server.port)
                // All but the last are answered first; the last one ends the connection, and so the reading.
                var reader = AnswerReader(connection)
                for _ in 1..<count {
                    try await connection.send(Self.request)
                    _ = try await reader.next(hasBody: response.status != 304)
                }
                try await connection.send(Self.request)
                try await connection.send("GET /end HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                answers.append(try await connection.receiveAll())
                connection.close()
            }
            return answers
        }
        #expect(Set(answers).count == 1)
        #expect(responder.asked.withLock { $0.contains("standing") })
    }

    @Test func aBodyThatDiffersIsAnotherRequest() async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: true) }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            for body in ["hello", "hella", "hello", "hell!", "hella"] {
                try await connection.send(Self.request.dropLast(5) + body)
                #expect(try await reader.next().body == "POST /a b=c 5 \(body)")
            }
            connection.close()
        }
    }

    @Test func aHeadThatDiffersIsAnotherRequest() async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: true) }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            for sent in ["1", "2", "1", "3", "2"] {
                try await connection.send(Self.request.replacing("x-sent: 1", with: "x-sent: \(sent)"))
                #expect(try await reader.next().fields["x-echo"] == sent)
            }
            connection.close()
        }
    }

    @Test func aRequestMayComeInTwoPartsCutAnywhere() async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: true) }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            let bytes = Array(Self.request.utf8)
            for cut in 0...bytes.count {
                if cut > 0 { try await connection.send(Array(bytes[..<cut])) }
                if cut < bytes.count { try await connection.send(Array(bytes[cut...])) }
                #expect(try await reader.next().body == "POST /a b=c 5 hello")
            }
            connection.close()
        }
    }

    @Test(arguments: [true, false])
    func requestsSentAheadAreAnsweredInTheirOrder(isReady: Bool) async throws {
        let echo = Answering.echo(isReady: isReady)
        try await withServer(answering: { _ in echo }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            for _ in 0..<3 {
                try await connection.send(Self.request)
                #expect(try await reader.next().body == "POST /a b=c 5 hello")
            }
            let others = (1...20).map { Self.request.dropLast(5) + "\(10_000 + $0)" }
            try await connection.send(Self.request + others.joined() + Self.request)
            #expect(try await reader.next().body == "POST /a b=c 5 hello")
            for number in 1...20 { #expect(try await reader.next().body == "POST /a b=c 5 \(10_000 + number)") }
            #expect(try await reader.next().body == "POST /a b=c 5 hello")
            connection.close()
        }
    }

    @Test func aKnownRequestDoesNotOvertakeOneThatIsBeingAnswered() async throws {
        struct Two: Responder {
            /// A slow request takes one, and waits for it.
            let permits: AsyncStream<Void>

            func respond(to request: Request) async throws -> Response {
                if request.path == "/slow" { for await _ in permits { break } }
                return Response(body: Array((request.path == "/slow" ? "slow" : "quick").utf8))
            }
            func answerNow(_ request: Request) -> Response? {
                request.path == "/slow" ? nil : Response(body: Array("quick".utf8))
            }
        }
        let (permits, giving) = AsyncStream.makeStream(of: Void.self)
        try await withServer(answering: { _ in Two(permits: permits) }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            // On each of the server's event loops at least one.
            var others: [AnswerReader] = []
            for _ in 0..<16 { others.append(AnswerReader(try await RawConnection(port: server.port))) }
            for _ in 0..<3 {
                try await connection.send(Self.request)
                #expect(try await reader.next().body == "quick")
            }
            for _ in 0..<5 {
                try await connection.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n")
                try await connection.send(Self.request)
                // A loop that answers what came later, twice, has read what came before.
                for other in others.indices {
                    for _ in 0..<2 {
                        try await others[other].connection.send("GET /other HTTP/1.1\r\nhost: x\r\n\r\n")
                        #expect(try await others[other].next().body == "quick")
                    }
                }
                giving.yield()
                #expect(try await reader.next().body == "slow")
                #expect(try await reader.next().body == "quick")
            }
            for other in others { other.connection.close() }
            connection.close()
        }
    }

    @Test(arguments: [
        "POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET /a HTTP/1.1\r\nhost: x\r\n\r\n",
        "\r\n\r\nGET /a HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /a HTTP/1.1\r\nhost: x\r\nx-long: \(String(repeating: "l", count: 20_000))\r\n\r\n",
    ])
    func otherFramingsAreAnsweredEachTime(request: String) async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: true) }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            for _ in 0..<4 {
                try await connection.send(request)
                let answer = try await reader.next()
                #expect(answer.status == 200)
                #expect(answer.body.contains("/a - \(request.contains("hello") ? "5 hello" : "0")"))
            }
            connection.close()
        }
    }

    @Test func anAnswerThatNoLongerStandsIsMadeAnew() async throws {
        final class Reset: Responder {
            let isValid = Atomic(true)

            func respond(to request: Request) async throws -> Response { Response(body: Array("anew".utf8)) }
            func answerNow(_ request: Request) -> Response? {
                isValid.load(ordering: .relaxed) ? Response(body: Array("ready".utf8)) : nil
            }
            func standingAnswer(to request: Request) -> StandingAnswer? {
                StandingAnswer {
                    self.isValid.load(ordering: .relaxed) ? Response(body: Array("stands".utf8)) : nil
                }
            }
        }
        let responder = Reset()
        try await withServer(answering: { _ in responder }) { server in
            let connection = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            var bodies: [String] = []
            for round in 0..<8 {
                if round == 5 { responder.isValid.store(false, ordering: .relaxed) }
                if round == 7 { responder.isValid.store(true, ordering: .relaxed) }
                try await connection.send(Self.request)
                bodies.append(try await reader.next().body)
            }
            #expect(bodies == ["ready", "ready", "ready", "stands", "stands", "anew", "anew", "stands"])
            connection.close()
        }
    }
}
