import AsyncHTTPClient
public import HTTPMessages
import NIOCore
import NIOHTTP1

/// Sends requests to live services.
public struct UpstreamClient: Sendable {
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// - Parameter timeoutSeconds: Until the first byte, and then between bytes.
    public init(timeoutSeconds: Int64 = 600) {
        var configuration = HTTPClient.Configuration()
        // What is recorded must be what was sent.
        configuration.decompression = .disabled
        configuration.redirectConfiguration = .disallow
        // A refused connection is told at once; whether to ask again is for the program to say.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(timeoutSeconds))
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        timeout = .seconds(timeoutSeconds)
    }

    /// Ends all connections; the client cannot be used afterwards.
    public func shutdown() async throws { try await client.shutdown() }

    /// Sends a request to `base` followed by the request's path and query.
    ///
    /// - Parameter base: `https://host[:port][/prefix]` without a slash at the end.
    /// - Returns: The status and header fields as they came, the body as a stream of what arrives.
    /// - Throws: `NetworkError.upstreamFailed` when no answer comes.
    public func send(_ request: Request, to base: String) async throws -> Response {
        let url = base + request.path + (request.query.map { "?\($0)" } ?? "")
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = .init(rawValue: request.method)
        for field in request.headers.fields where !UpstreamClient.ownFields.contains(field.name) {
            outgoing.headers.add(name: field.name, value: field.value)
        }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        let answer: HTTPClientResponse
        do {
            answer = try await client.execute(outgoing, timeout: timeout)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw NetworkError.upstreamFailed(url: url, cause: "\(error)")
        }
        var headers = Headers()
        for (name, value) in answer.headers { headers.add(name, value) }
        let body = answer.body
        return Response(
            status: Int(answer.status.code), headers: headers,
            content: .stream(
                ContentStream {
                    let (stream, continuation) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
                    // Ends with the upstream's body, or when the reader lets go of the stream.
                    let relay = Task {
                        do {
                            for try await buffer in body { continuation.yield(.chunk(Array(buffer.readableBytesView))) }
                        } catch is CancellationError {
                        } catch {
                            continuation.yield(.drop)
                        }
                        continuation.finish()
                    }
                    continuation.onTermination = { _ in relay.cancel() }
                    return stream
                }))
    }

    /// The connection's own fields, and `accept-encoding`, so that what comes can be read and written down.
    private static let ownFields: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "accept-encoding", "expect", "upgrade",
        "proxy-connection", "te",
    ]
}
