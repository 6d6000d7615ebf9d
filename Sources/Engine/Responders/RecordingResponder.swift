public import Cassettes
public import HTTPMessages
import Synchronization

/// Passes a service's requests on, relays the answers as they come, and records both.
public struct RecordingResponder: Responder {
    private let service: Service
    private let upstream: any Responder
    private let recorder: Recorder

    public init(service: Service, upstream: any Responder, recorder: Recorder) {
        self.service = service
        self.upstream = upstream
        self.recorder = recorder
    }

    public func respond(to request: Request) async throws -> Response {
        let exchange = recorder.begin(request)
        let redacted = recorder.redactor.redact(request, service: service)
        let operation = Operation(handshakeOf: redacted)
        let key = recorder.key(service, operation, body: redacted.body).text
        let response: Response
        do {
            response = try await upstream.respond(to: request)
        } catch  where !(error is CancellationError) {
            await finish(exchange, operation, redacted.body, .none(at: recorder.now, end: .init(error)))
            throw error
        }
        switch response.content {
        case .stream(let stream) where isStreamed(response, request):
            return Response(
                status: response.status, headers: relayedHeaders(response.headers),
                content: .stream(relay(stream, of: response, exchange, operation, redacted.body))
            ).accounted(.recorded, key: key)
        case .whole, .stream:
            let (bytes, end) = await whole(response.content)
            await finish(
                exchange, operation, redacted.body,
                RecordedResponse(
                    status: response.status, headers: response.headers, at: recorder.now,
                    content: .body(RecordedBody(bytes: bytes)), end: end))
            let content: Response.Content = end == nil ? .whole(bytes) : .stream(ContentStream([.chunk(bytes), .drop]))
            return Response(status: response.status, headers: relayedHeaders(response.headers), content: content)
                .accounted(.recorded, key: key)
        case .socket(let serve):
            var recorded = response
            recorded.content = recorder.recording(serve, service: service) { key, response in
                await finish(exchange, operation, key, response)
            }
            return recorded.accounted(.recorded)
        }
    }

    private func finish(
        _ exchange: Recorder.Exchange, _ operation: Operation, _ body: [UInt8], _ response: RecordedResponse
    ) async {
        await recorder.finish(exchange, service: service, operation: operation, request: body, response: response)
    }

    /// True for what is worth relaying piece by piece: event streams, and whatever else has no length and is not one JSON text.
    private func isStreamed(_ response: Response, _ request: Request) -> Bool {
        let type = response.headers["content-type"]?.lowercased() ?? ""
        // Nobody reads the content of these, and what is not read is not recorded.
        let hasContent = request.method != "HEAD" && response.status != 204 && response.status != 304
        if !hasContent || response.headers["content-length"] != nil { return false }
        if type.hasPrefix("text/event-stream") { return true }
        let isJSON = type.hasPrefix("application/json") || type.contains("+json")
        // Gemini streams a JSON list when it is not asked for events.
        return !isJSON || request.path.contains(":stream")
    }

    /// All bytes of a content, and how it broke off.
    private func whole(_ content: Response.Content) async -> (bytes: [UInt8], end: RecordedResponse.Break?) {
        guard case .stream(let stream) = content else {
            if case .whole(let bytes) = content { return (bytes, nil) }
            return ([], nil)
        }
        var bytes: [UInt8] = []
        do {
            for try await part in stream {
                switch part {
                case .chunk(let chunk): bytes += chunk
                case .pause: break
                case .drop: return (bytes, .reset)
                }
            }
            return (bytes, nil)
        } catch {
            return (bytes, .init(error))
        }
    }

    /// The client's connection has its own length and framing; what it gets is unpacked.
    private func relayedHeaders(_ headers: Headers) -> Headers {
        var headers = headers
        headers.removeAll {
            ["content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive"].contains($0.name)
        }
        return headers
    }

    private func relay(
        _ stream: ContentStream, of response: Response, _ exchange: Recorder.Exchange, _ operation: Operation,
        _ body: [UInt8]
    ) -> ContentStream {
        ContentStream { [self] in
            let (relayed, continuation) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
            let departure = Departure()
            // A client that leaves does not spoil the recording: the task goes on to the stream's end, within a bound.
            let task = Task {
                let (chunks, end) = await record(stream, departure, continuation)
                await finish(
                    exchange, operation, body,
                    RecordedResponse(
                        status: response.status, headers: response.headers, at: chunks.first?.at ?? recorder.now,
                        content: .chunks(chunks), end: end))
                continuation.finish()
            }
            continuation.onTermination = { reason in
                guard case .cancelled = reason else { return }
                departure.leave()
                // Ends with the task that it bounds.
                Task {
                    try? await Task.sleep(for: RecordingResponder.patience)
                    task.cancel()
                }
            }
            return relayed
        }
    }

    /// How long a stream is read on for the recording's sake alone.
    private static let patience = Duration.seconds(60)

    /// Whether the client of a stream is still there.
    private final class Departure: Sendable {
        private let hasLeft = Mutex(false)

        var isOver: Bool { hasLeft.withLock { $0 } }

        func leave() { hasLeft.withLock { $0 = true } }
    }

    private func record(
        _ stream: ContentStream, _ departure: Departure,
        _ client: AsyncThrowingStream<ContentStream.Part, any Error>.Continuation
    ) async -> (chunks: [RecordedResponse.Chunk], end: RecordedResponse.Break?) {
        var chunks: [RecordedResponse.Chunk] = []
        do {
            for try await part in stream {
                client.yield(part)
                switch part {
                case .chunk(let bytes): chunks.append(.init(at: recorder.now, bytes: bytes))
                case .pause: break
                case .drop: return (chunks, .reset)
                }
            }
            return (chunks, Task.isCancelled && departure.isOver ? .clientLeft : nil)
        } catch {
            client.yield(.drop)
            return (chunks, departure.isOver && error is CancellationError ? .clientLeft : .init(error))
        }
    }
}

extension RecordedResponse.Break {
    /// How an answer broke off, by the error that told.
    init(_ error: any Error) {
        switch (error as? NoAnswer)?.cause {
        case .refused: self = .refused
        case .timedOut: self = .timeout
        case .reset, nil: self = .reset
        }
    }
}
