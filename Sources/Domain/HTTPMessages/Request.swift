/// An HTTP request whose body has been read.
public struct Request: Sendable, Equatable {
    /// `GET`, `POST`, …
    public var method: String
    /// Percent-encoded as it came, without the query: `/v1/chat/completions`.
    public var path: String
    /// Percent-encoded, without the question mark; nil when there was none.
    public var query: String?
    public var headers: Headers
    public var body: [UInt8]
    /// Nil where nobody can tell, and never part of what is compared or kept.
    public var client: ClientPresence?

    public init(method: String, path: String, query: String? = nil, headers: Headers = [:], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// Splits a request target at its question mark.
    public init(method: String, target: String, headers: Headers = [:], body: [UInt8] = []) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil, headers: headers,
            body: body)
    }

    /// The query's pairs, percent-decoded, in their order.
    public var queryItems: [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (PercentEncoding.decode(parts[0]), parts.count > 1 ? PercentEncoding.decode(parts[1]) : "")
        }
    }

    public func queryValue(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }

    /// The key the client sent: a bearer token, `x-api-key`, `api-key` or `x-goog-api-key`, as the services take it.
    public var apiKey: String? {
        if let bearer = bearerToken { return bearer }
        return headers["x-api-key"] ?? headers["api-key"] ?? headers["x-goog-api-key"]
    }

    /// True for a request that wants to become a WebSocket.
    public var opensSocket: Bool {
        // Names of protocols in a list, in any case (RFC 9110, section 7.8).
        headers["upgrade"]?.lowercased().split(separator: ",")
            .contains { $0.trimmingPrefix(" ").prefix { $0 != " " } == "websocket" } ?? false
    }

    public var bearerToken: String? {
        guard let value = headers["authorization"]?.utf8, value.count >= Request.bearer.count,
            zip(value, Request.bearer).allSatisfy({ $0 | 0x20 == $1 })
        else { return nil }
        return String(Substring(value.dropFirst(Request.bearer.count)))
    }

    /// RFC 9110, section 11.1: the scheme's case does not count. In lower case, where a space is itself.
    private static let bearer = Array("bearer ".utf8)
}
