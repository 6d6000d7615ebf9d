import HTTPMessages
import HTTPNetwork
import Testing

@Suite(.tags(.sockets)) struct ServerLifetimeTests {
    @Test func openRequestIsFinishedBeforeTheServerEnds() async throws {
        let arrived = Event(), release = Event(), leaving = Event()
        let responder = Answering { _ in
            arrived.happen()
            await release.wait()
            return .stream([.text("one"), .text("two")])
        }
        let (ports, tellPort) = AsyncStream<Int>.makeStream()
        async let answer: String = {
            var all = ports.makeAsyncIterator()
            let connection = try await RawConnection(port: await all.next() ?? 0)
            defer { connection.close() }
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return try await connection.receiveAll()
        }()
        async let releasing: Void = {
            await leaving.wait()
            // Only once nobody is let in any more has the server begun to end.
            var all = ports.makeAsyncIterator()
            let port = await all.next() ?? 0
            while let connection = try? await RawConnection(port: port) { connection.close() }
            release.happen()
        }()
        try await withServer(answering: { _ in responder }) { server in
            tellPort.yield(server.port)
            tellPort.yield(server.port)
            await arrived.wait()
            leaving.happen()
        }
        await releasing
        #expect(try await answer.hasSuffix("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
    }

    @Test func keptConnectionsDoNotHoldTheServerUp() async throws {
        try await withServer(answering: { _ in Answering.echo(isReady: true) }) { server in
            let connection = try await RawConnection(port: server.port),
                silent = try await RawConnection(port: server.port)
            var reader = AnswerReader(connection)
            try await connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await reader.next().status == 200)
            return (connection, silent)
        }.0.close()
    }

    @Test func portInUseIsAnErrorThatNamesIt() async throws {
        try await withServer(answering: { _ in Answering.echo() }) { server in
            do {
                let port = try await withServer(port: server.port, answering: { _ in Answering.echo() }) { $0.port }
                Issue.record("it listens on \(port)")
            } catch let error as NetworkError {
                guard case .cannotListen(let host, let port, _) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect((host, port) == ("127.0.0.1", server.port))
                #expect(error.description.hasPrefix("cannot listen on 127.0.0.1:\(server.port): "))
                #expect(error.description.contains("--port 0"))
            }
        }
    }

    @Test func errorOfTheScopeIsPassedOn() async throws {
        struct Mine: Error {}
        await #expect(throws: Mine.self) {
            try await withServer(answering: { _ in Answering.echo() }) { _ in throw Mine() }
        }
    }

    @Test func cancelledServerEnds() async throws {
        let running = Event()
        let task = Task {
            try await withServer(answering: { _ in Answering.echo() }) { _ in
                running.happen()
                await Event().wait()
                try Task.checkCancellation()
            }
        }
        await running.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func portIsFreeOnceTheServerHasEnded() async throws {
        // An address of its own, so that nobody else takes the port that has become free.
        let host = "127.8.1.1"
        let port = try await withServer(host: host, answering: { _ in Answering.echo() }) { $0.port }
        // Processes that other tests start hold our sockets, too, from their fork to their exec.
        var failure: RawConnection.Failure?
        for _ in 0..<10_000 where failure != .refused {
            do {
                try await RawConnection(host: host, port: port).close()
            } catch {
                failure = error as? RawConnection.Failure
            }
        }
        #expect(failure == .refused)
    }

    @Test func silentConnectionIsClosed() async throws {
        try await withServer(limits: ServerLimits(idleSeconds: 1), answering: { _ in Answering.echo() }) { server in
            let connection = try await RawConnection(port: server.port)
            defer { connection.close() }
            #expect(try await connection.receiveAll() == "")
        }
    }

    @Test func resultOfTheScopeIsReturned() async throws {
        #expect(try await withServer(answering: { _ in Answering.echo() }) { _ in 42 } == 42)
    }
}
