public import Cassettes
public import HTTPMessages

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
        let operation = Operation(redacted)
        let key = recorder.key(service, operation, body: redacted.body).text
        let response: Response
        do {
            response = try await upstream.respond(to: request)
        } catch where !(error is CancellationError) {
            await finishWithoutAnswer(exchange, operation, redacted.body)
            throw error
        }
        switch response.content {
        case .stream(let stream) where isEventStream(response):
            return Response(
                status: response.status, headers: relayedHeaders(response.headers),
                content: .stream(relay(stream, of: response, exchange, operation, redacted.body))
            ).accounted(.recorded, key: key)
        case .whole, .stream:
            guard let bytes = try await response.content.joined() else {
                await finishWithoutAnswer(exchange, operation, redacted.body)
                throw NoAnswerRecorded()
            }
            await recorder.finish(
                exchange, service: service, operation: operation, request: redacted.body,
                response: RecordedResponse(
                    status: response.status, headers: response.headers, at: recorder.now, content: .body(RecordedBody(bytes: bytes))))
            return Response(status: response.status, headers: relayedHeaders(response.headers), body: bytes)
                .accounted(.recorded, key: key)
        case .socket: return response
        }
    }

    private func finishWithoutAnswer(_ exchange: Recorder.Exchange, _ operation: Operation, _ body: [UInt8]) async {
        await recorder.finish(
            exchange, service: service, operation: operation, request: body, response: .none(at: recorder.now))
    }

    private func isEventStream(_ response: Response) -> Bool {
        response.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    /// The client's connection has its own length and framing.
    private func relayedHeaders(_ headers: Headers) -> Headers {
        var headers = headers
        headers.removeAll { ["content-length", "transfer-encoding", "connection", "keep-alive"].contains($0.name) }
        return headers
    }

    private func relay(
        _ stream: ContentStream, of response: Response, _ exchange: Recorder.Exchange, _ operation: Operation, _ body: [UInt8]
    ) -> ContentStream {
        let recorder = recorder
        let service = service
        let start = recorder.now
        return ContentStream {
            let (relayed, continuation) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
            // Not cancelled when the client leaves: the recording goes on to the stream's end, and the task ends with it.
            Task {
                var chunks: [RecordedResponse.Chunk] = []
                var end: RecordedResponse.Break?
                do {
                    for try await part in stream {
                        continuation.yield(part)
                        switch part {
                        case .chunk(let bytes): chunks.append(.init(at: recorder.now, bytes: bytes))
                        case .pause: break
                        case .drop: end = .reset
                        }
                    }
                } catch {
                    end = .reset
                    continuation.yield(.drop)
                }
                await recorder.finish(
                    exchange, service: service, operation: operation, request: body,
                    response: RecordedResponse(
                        status: response.status, headers: response.headers, at: chunks.first?.at ?? start,
                        content: .chunks(chunks), end: end))
                continuation.finish()
            }
            return relayed
        }
    }
}
