import HTTPMessages
import HTTPNetwork
import Synchronization

/// Answers with a closure; on the event loop only where it is told to.
struct Answering: Responder {
    var isReady = false
    let answer: @Sendable (Request) async throws -> Response
    let ready: (@Sendable (Request) -> Response)?

    init(_ answer: @escaping @Sendable (Request) async throws -> Response) {
        self.answer = answer
        ready = nil
    }

    /// - Parameter isReady: Whether the server gets the answer at once.
    init(isReady: Bool, _ answer: @escaping @Sendable (Request) -> Response) {
        self.answer = { answer($0) }
        ready = isReady ? answer : nil
    }

    func respond(to request: Request) async throws -> Response { try await answer(request) }
    func answerNow(_ request: Request) -> Response? { ready?(request) }

    /// Says what was asked: method, path, query, and the body's size and text.
    static func echo(isReady: Bool = false) -> Answering {
        Answering(isReady: isReady) { request in
            let body = request.body.count < 100 ? String(decoding: request.body, as: UTF8.self) : ""
            let text = "\(request.method) \(request.path) \(request.query ?? "-") \(request.body.count) \(body)"
            return Response(headers: ["x-echo": request.headers["x-sent"] ?? "none"], body: Array(text.utf8))
        }
    }
}

/// Something that happens once, to be waited for.
final class Event: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func happen() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}

extension ContentStream.Part {
    static func text(_ text: String) -> ContentStream.Part { .chunk(Array(text.utf8)) }
}

extension Response {
    /// A stream whose parts come as they are yielded, and never are all there at once.
    static func stream(_ parts: [ContentStream.Part]) -> Response {
        Response(
            status: 200, headers: ["content-type": "text/event-stream"],
            content: .stream(
                ContentStream {
                    AsyncThrowingStream { continuation in
                        for part in parts { continuation.yield(part) }
                        continuation.finish()
                    }
                }))
    }
}

extension ContentStream {
    /// A stream without an end; the event happens once its reader has let go of it.
    static func endless(until left: Event) -> ContentStream {
        ContentStream {
            let reader = Reader(left: left)
            return AsyncThrowingStream {
                withExtendedLifetime(reader) { .chunk([UInt8](repeating: 65, count: 1 << 14)) }
            }
        }
    }

    private final class Reader: Sendable {
        private let left: Event

        init(left: Event) { self.left = left }

        deinit { left.happen() }
    }
}
