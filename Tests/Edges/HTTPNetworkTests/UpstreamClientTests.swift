import Glibc
import HTTPMessages
import HTTPNetwork
import Testing

@Suite(.tags(.sockets)) struct UpstreamClientTests {
    /// Runs with a client and the address of a server that answers with the closure.
    private func withUpstream(
        _ answer: @escaping @Sendable (Request) async throws -> Response,
        _ body: @escaping @Sendable (UpstreamClient, String) async throws -> Void
    ) async throws {
        try await withServer(answering: { _ in Answering(answer) }) { server in
            let client = UpstreamClient(timeoutSeconds: 120)
            do {
                try await body(client, server.origin)
                try await client.shutdown()
            } catch {
                try await client.shutdown()
                throw error
            }
        }
    }

    @Test func requestAndAnswerPassUnchanged() async throws {
        try await withUpstream { request in
            let fields = request.headers.fields.filter { $0.name != "host" && $0.name != "content-length" }
                .map { "\($0.name)=\($0.value)" }.joined(separator: "|")
            let body = String(decoding: request.body, as: UTF8.self)
            let text = "\(request.method) \(request.path)?\(request.query ?? "") \(fields) \(body)"
            return Response(status: 418, headers: ["x-two": "1", "set-cookie": "a"], body: Array(text.utf8))
        } _: { client, origin in
            var request = Request(
                method: "PATCH", target: "/a%20b?x=%2F&y", headers: ["x-sent": "1"], body: Array("body".utf8))
            for name in ["host", "accept-encoding", "connection", "te", "content-length"] {
                request.headers.add(name, "theirs")
            }
            request.headers.add("authorization", "Bearer k")
            let response = try await client.send(request, to: origin + "/v1")
            #expect(response.status == 418)
            #expect((response.headers["x-two"], response.headers["set-cookie"]) == ("1", "a"))
            let bytes = try #require(try await response.content.joined())
            #expect(
                String(decoding: bytes, as: UTF8.self)
                    == "PATCH /v1/a%20b?x=%2F&y x-sent=1|authorization=Bearer k|accept-encoding=deflate, gzip body")
        }
    }

    @Test func bodyIsRelayedAsItComes() async throws {
        let (parts, source) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
        try await withUpstream { _ in
            Response(
                status: 200, headers: ["content-type": "text/event-stream"], content: .stream(ContentStream { parts }))
        } _: { client, origin in
            let response = try await client.send(Request(method: "GET", path: "/"), to: origin)
            guard case .stream(let stream) = response.content else {
                Issue.record("no stream")
                return
            }
            var iterator = stream.makeAsyncIterator()
            for text in ["data: 1\n\n", "data: 2\n\n"] {
                source.yield(.text(text))
                #expect(try await iterator.next() == .text(text))
            }
            source.finish()
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func resetInTheBodyIsNoAnswer() async throws {
        try await withUpstream { _ in
            .stream([.text("data: 1\n\n"), .pause(.milliseconds(20)), .drop])
        } _: { client, origin in
            let response = try await client.send(Request(method: "GET", path: "/"), to: origin)
            guard case .stream(let stream) = response.content else { return }
            var parts: [ContentStream.Part] = []
            let error = await #expect(throws: NoAnswer.self) { for try await part in stream { parts.append(part) } }
            #expect(parts == [.text("data: 1\n\n")])
            #expect(error?.cause == .reset)
        }
    }

    @Test func refusedConnectionIsToldAtOnce() async throws {
        let host = "127.0.0.1"
        let (descriptor, port) = try RawConnection.unansweredPort()
        defer { Glibc.close(descriptor) }
        let client = UpstreamClient()
        do {
            _ = try await client.send(Request(method: "GET", path: "/x"), to: "http://\(host):\(port)")
            Issue.record("somebody answered")
        } catch let error as NoAnswer {
            #expect(error.cause == .refused)
            #expect(error.url == "http://\(host):\(port)/x")
            #expect(error.detail == "Connection refused")
        }
        try await client.shutdown()
    }

    @Test func upstreamThatGivesNoAnswerIsAnError() async throws {
        struct None: Error {}
        try await withUpstream { _ in
            throw None()
        } _: { client, origin in
            await #expect(throws: NoAnswer.self) {
                try await client.send(Request(method: "GET", path: "/"), to: origin)
            }
        }
    }

    @Test func readerThatLeavesEndsTheUpstreamsConnection() async throws {
        let ended = Event()
        try await withUpstream { _ in
            Response(status: 200, content: .stream(.endless(until: ended)))
        } _: { client, origin in
            do {
                let response = try await client.send(Request(method: "GET", path: "/"), to: origin)
                guard case .stream(let stream) = response.content else { return }
                var iterator = stream.makeAsyncIterator()
                _ = try await iterator.next()
            }
            await ended.wait()
        }
    }

    @Test func cancelledRequestIsACancellation() async throws {
        let arrived = Event(), release = Event()
        try await withUpstream { _ in
            arrived.happen()
            await release.wait()
            return Response(body: [])
        } _: { client, origin in
            let task = Task { try await client.send(Request(method: "GET", path: "/"), to: origin) }
            await arrived.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            release.happen()
        }
    }

    @Test func redirectIsNotFollowed() async throws {
        try await withUpstream { _ in
            Response(status: 302, headers: ["location": "/elsewhere"], body: [])
        } _: { client, origin in
            let response = try await client.send(Request(method: "GET", path: "/"), to: origin)
            #expect((response.status, response.headers["location"]) == (302, "/elsewhere"))
        }
    }

    @Test func packedAnswerIsUnpackedAndSaysNothingOfIt() async throws {
        // RFC 1952: "hello".
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
        ]
        try await withUpstream { _ in
            Response(status: 200, headers: ["content-encoding": "gzip"], body: packed)
        } _: { client, origin in
            let response = try await client.send(Request(method: "GET", path: "/"), to: origin)
            #expect(response.headers["content-encoding"] == nil && response.headers["content-length"] == nil)
            #expect(try await response.content.joined() == Array("hello".utf8))
        }
    }
}
