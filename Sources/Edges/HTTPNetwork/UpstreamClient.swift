import AsyncHTTPClient
public import HTTPMessages
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// An HTTP proxy that stands between this machine and live services.
public struct Proxy: Sendable, Equatable {
    public let host: String
    public let port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// Sends requests to live services.
public struct UpstreamClient: Sendable {
    private let client: HTTPClient
    private let timeout: TimeAmount
    let proxy: Proxy?
    /// How a service shows who it is.
    let security: TLSConfiguration

    /// - Parameters:
    ///   - timeoutSeconds: Until the first byte, and then between bytes.
    ///   - proxy: An HTTP proxy for all requests: `http://HOST:PORT`.
    ///   - trustRoots: A PEM file of certificates to trust instead of the system's.
    public init(timeoutSeconds: Int64 = 600, proxy: Proxy? = nil, trustRoots: String? = nil) {
        var configuration = HTTPClient.Configuration()
        // Cassettes hold text that people read: what a service packs in spite of our asking is unpacked here.
        configuration.decompression = .enabled(limit: .none)
        var security = TLSConfiguration.makeClientConfiguration()
        if let trustRoots {
            security.trustRoots = .file(trustRoots)
            configuration.tlsConfiguration = security
        }
        self.security = security
        self.proxy = proxy
        if let proxy { configuration.proxy = .server(host: proxy.host, port: proxy.port) }
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
    /// - Returns: The status and header fields as they came, the body as a stream of what arrives; a WebSocket where the
    ///   request asks for one and the service opens it.
    /// - Throws: `NoAnswer`; the body's stream, too, when it breaks off.
    public func send(_ request: Request, to base: String) async throws -> Response {
        let url = base + request.path + (request.query.map { "?\($0)" } ?? "")
        if request.opensSocket { return try await openSocket(request, url: url) }
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
            throw UpstreamClient.noAnswer(error, url: url)
        }
        var headers = Headers()
        // The body that follows is unpacked, and its length is another.
        let isPacked = answer.headers.contains(name: "content-encoding")
        for (name, value) in answer.headers
        where !(isPacked && UpstreamClient.packingFields.contains(name.lowercased())) {
            headers.add(name, value)
        }
        let body = answer.body
        let status = Int(answer.status.code)
        if let length = answer.headers.first(name: "content-length").flatMap({ Int($0) }),
            length <= UpstreamClient.wholeByteCount
        {
            return Response(status: status, headers: headers, content: try await UpstreamClient.whole(body, url: url))
        }
        return Response(
            status: status, headers: headers,
            content: .stream(
                ContentStream {
                    let (stream, continuation) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
                    // Ends with the upstream's body, or when the reader lets go of the stream.
                    let relay = Task {
                        do {
                            for try await buffer in body { continuation.yield(.chunk(Array(buffer.readableBytesView))) }
                        } catch is CancellationError {
                        } catch {
                            return continuation.finish(throwing: UpstreamClient.noAnswer(error, url: url))
                        }
                        continuation.finish()
                    }
                    continuation.onTermination = { _ in relay.cancel() }
                    return stream
                }))
    }

    /// Answers with a length up to this are read at once: a stream with a task of its own costs more than they do.
    private static let wholeByteCount = 1 << 16

    /// - Throws: `CancellationError`. What comes before a body breaks off is given, with the break behind it.
    private static func whole(_ body: HTTPClientResponse.Body, url: String) async throws -> Response.Content {
        var bytes: [UInt8] = []
        do {
            for try await buffer in body { bytes.append(contentsOf: buffer.readableBytesView) }
            return .whole(bytes)
        } catch let error as CancellationError {
            throw error
        } catch {
            let (start, failure) = (bytes, UpstreamClient.noAnswer(error, url: url))
            return .stream(
                ContentStream {
                    AsyncThrowingStream { continuation in
                        if !start.isEmpty { continuation.yield(.chunk(start)) }
                        continuation.finish(throwing: failure)
                    }
                })
        }
    }

    static func noAnswer(_ error: any Error, url: String) -> NoAnswer {
        switch error {
        case let error as HTTPClientError
        where [.connectTimeout, .readTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout].contains(error):
            return NoAnswer(.timedOut, url: url, detail: "\(error)")
        case ChannelError.connectTimeout: return NoAnswer(.timedOut, url: url, detail: "no answer came in time")
        case ChannelError.eof: return NoAnswer(.reset, url: url, detail: "the connection ended before an answer came")
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first.map { "\($0.error)" } ?? "the name was not found"
            return NoAnswer(.refused, url: url, detail: UpstreamClient.plain(first))
        default:
            let text = "\(error)"
            let isRefused = text.contains("refused") || text.contains("ECONNREFUSED")
            return NoAnswer(isRefused ? .refused : .reset, url: url, detail: UpstreamClient.plain(text))
        }
    }

    /// What the system said, without the names of the calls that said it.
    static func plain(_ text: String) -> String {
        let known = [
            "Connection refused", "Connection reset by peer", "Address already in use", "Permission denied",
            "Network is unreachable", "Cannot assign requested address",
        ]
        return known.first { text.contains($0) } ?? text
    }

    private static let packingFields: Set<String> = ["content-encoding", "content-length"]

    /// The connection's own fields, and `accept-encoding`, so that what comes can be read and written down.
    static let ownFields: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "accept-encoding", "expect",
        "upgrade",
        "proxy-connection", "te",
    ]
}
