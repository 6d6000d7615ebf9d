import HTTPMessages
import Responders
import Synchronization
import Testing

@Suite struct ObservingResponderTests {
    private static let request = Request(method: "POST", path: "/v1/chat/completions", body: Array("ask".utf8))

    @Test func wholeAnswerIsToldOnceAndUnchanged() async throws {
        let stand = Stand { _ in Response(status: 201, headers: ["x-a": "b"], body: Array("hello".utf8)) }
        let response = try await stand.responder.respond(to: Self.request)
        #expect(response.status == 201)
        #expect(try await response.content.joined() == Array("hello".utf8))
        let told = try #require(stand.only)
        #expect(told.request == Self.request)
        #expect(told.status == 201)
        #expect(told.headers["x-a"] == "b")
        #expect(told.text == "hello")
        #expect(!told.isCut)
    }

    @Test func answerOfTheEventLoopIsTold() throws {
        let stand = Stand(now: { _ in Response(body: Array("at once".utf8)) })
        #expect(stand.responder.answerNow(Self.request) != nil)
        #expect(stand.only?.text == "at once")
    }

    /// The event loop sends only what is all there.
    @Test func readyStreamStaysReady() throws {
        let chunks = ["a", "b"].map { Array($0.utf8) }
        let stand = Stand(now: { _ in
            Response(status: 200, content: .stream(ContentStream(chunks.map(ContentStream.Part.chunk))))
        })
        #expect(stand.responder.answerNow(Self.request)?.content.readyChunks == chunks)
        #expect(stand.only?.text == "ab")
        #expect(stand.only?.isCut == false)
    }

    @Test func previewIsNoExchange() {
        let stand = Stand(now: { _ in Response(body: []) })
        #expect(stand.responder.preview(of: Self.request)?.status == 204)
        #expect(stand.told.isEmpty)
    }

    @Test func whoCannotAnswerNowHasSaidNothing() {
        let stand = Stand { _ in Response(body: []) }
        #expect(stand.responder.answerNow(Self.request) == nil)
        #expect(stand.told.isEmpty)
    }

    @Test func streamIsRelayedPartByPartAndToldAtItsEnd() async throws {
        let parts: [ContentStream.Part] = [.chunk(Array("a".utf8)), .pause(.seconds(2)), .chunk(Array("b".utf8))]
        let stand = Stand { _ in Response(status: 200, content: .stream(ContentStream(parts))) }
        guard case .stream(let stream) = try await stand.responder.respond(to: Self.request).content else {
            Issue.record("expected a stream")
            return
        }
        var seen: [ContentStream.Part] = []
        for try await part in stream {
            #expect(stand.told.isEmpty)
            seen.append(part)
        }
        #expect(seen == parts)
        #expect(stand.only?.text == "ab")
        #expect(stand.only?.isCut == false)
    }

    /// Nothing is read ahead of the client.
    @Test func streamIsPulledByItsReader() async throws {
        let asked = Mutex(0)
        let stand = Stand { _ in
            Response(
                status: 200,
                content: .stream(
                    ContentStream {
                        AsyncThrowingStream {
                            asked.withLock { $0 += 1 }
                            return .chunk([0x61])
                        }
                    }))
        }
        do {
            guard case .stream(let stream) = try await stand.responder.respond(to: Self.request).content else { return }
            var iterator = stream.makeAsyncIterator()
            _ = try await iterator.next()
            _ = try await iterator.next()
            #expect(asked.withLock { $0 } == 2)
        }
        // The reader has left in the middle.
        let told = try #require(stand.only)
        #expect(told.text == "aa")
        #expect(told.isCut)
    }

    @Test func droppedStreamIsCut() async throws {
        let stand = Stand { _ in
            Response(status: 200, content: .stream(ContentStream([.chunk(Array("a".utf8)), .drop])))
        }
        #expect(try await stand.responder.respond(to: Self.request).content.joined() == nil)
        #expect(stand.only?.isCut == true)
        #expect(stand.only?.text == "a")
    }

    @Test func failingStreamIsCutAndFailsForTheClientToo() async throws {
        let stand = Stand { _ in
            Response(
                status: 200,
                content: .stream(ContentStream { AsyncThrowingStream { $0.finish(throwing: Broken()) } }))
        }
        await #expect(throws: Broken.self) {
            _ = try await stand.responder.respond(to: Self.request).content.joined()
        }
        #expect(stand.only?.isCut == true)
    }

    @Test func noAnswerIsToldWithoutStatus() async throws {
        let stand = Stand { _ in throw Broken() }
        await #expect(throws: Broken.self) { _ = try await stand.responder.respond(to: Self.request) }
        let told = try #require(stand.only)
        #expect(told.status == nil)
    }

    @Test func timesAreTheClocks() async throws {
        let clock = VirtualClock(start: 100)
        let stand = Stand(clock: clock) { _ in
            try await clock.wait(.seconds(3))
            return Response(body: [])
        }
        _ = try await stand.responder.respond(to: Self.request)
        #expect(stand.only?.start == 100)
        #expect(stand.only?.end == 103)
    }

    @Test func messagesOfASocketAreToldInTheirOrder() async throws {
        let stand = Stand { _ in
            Response(
                status: 101,
                content: .socket { peer in
                    while let message = try await peer.receive() { try await peer.send(message) }
                    try await peer.close(code: 1000, reason: "")
                })
        }
        let peer = ScriptedPeer([.text("one"), .text("two")])
        guard case .socket(let serve) = try await stand.responder.respond(to: Self.request).content else {
            Issue.record("expected a socket")
            return
        }
        #expect(stand.told.isEmpty)
        try await serve(peer)
        #expect(peer.sent == [.text("one"), .text("two")])
        guard case .messages(let messages)? = stand.only?.content else {
            Issue.record("expected messages")
            return
        }
        #expect(
            messages == [
                .init(isFromClient: true, .text("one")), .init(isFromClient: false, .text("one")),
                .init(isFromClient: true, .text("two")), .init(isFromClient: false, .text("two")),
            ])
    }
}

private struct Broken: Error {}

/// An observed responder, and what its observer was told.
private final class Stand: Sendable {
    private struct Inner: Responder {
        let now: @Sendable (Request) -> Response?
        let later: @Sendable (Request) async throws -> Response

        func answerNow(_ request: Request) -> Response? { now(request) }
        func preview(of request: Request) -> Response? { Response(status: 204, body: []) }
        func respond(to request: Request) async throws -> Response { try await later(request) }
    }

    private final class Notes: Sendable {
        let exchanges = Mutex<[ObservedExchange]>([])
    }

    let responder: ObservingResponder
    private let notes = Notes()

    init(
        clock: any HTTPMessages.Clock = VirtualClock(start: 0),
        later: @escaping @Sendable (Request) async throws -> Response = { _ in Response(body: []) },
        now: @escaping @Sendable (Request) -> Response? = { _ in nil }
    ) {
        responder = ObservingResponder(Inner(now: now, later: later), clock: clock) { [notes] exchange in
            notes.exchanges.withLock { $0.append(exchange) }
        }
    }

    var told: [ObservedExchange] { notes.exchanges.withLock { $0 } }

    var only: ObservedExchange? { told.count == 1 ? told[0] : nil }
}

extension ObservedExchange {
    fileprivate var text: String? {
        if case .bytes(let bytes) = content { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}

private final class ScriptedPeer: WebSocketPeer {
    private let state: Mutex<(left: [WebSocketMessage], sent: [WebSocketMessage])>

    init(_ messages: [WebSocketMessage]) { state = Mutex((messages, [])) }

    var sent: [WebSocketMessage] { state.withLock { $0.sent } }

    func receive() async throws -> WebSocketMessage? {
        state.withLock { $0.left.isEmpty ? nil : $0.left.removeFirst() }
    }

    func send(_ message: WebSocketMessage) async throws { state.withLock { $0.sent.append(message) } }
    func close(code: Int, reason: String) async throws {}
    var closing: WebSocketClosing? { state.withLock { $0.left.isEmpty ? WebSocketClosing(code: 1000) : nil } }
}
