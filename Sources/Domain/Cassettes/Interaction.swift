public import Documents
public import HTTPMessages

/// One recorded exchange with a service.
public struct Interaction: Sendable {
    /// Unique in its cassette, given on arrival; gaps are fine.
    public var number: Int
    /// Seconds since the recording began, when the request arrived.
    public var at: Double
    public var service: Service
    public var operation: Operation
    /// HopX: which sandbox of the recording, counted from 1 in order of creation. Not part of the key.
    public var sandbox: Int?
    /// HopX: the digest of all that the sandbox was given before this call. Part of the key.
    public var inputs: String?
    public var key: InteractionKey
    public var request: RecordedBody
    public var response: RecordedResponse

    public init(
        number: Int, at: Double, service: Service, operation: Operation, sandbox: Int? = nil, inputs: String? = nil,
        key: InteractionKey, request: RecordedBody, response: RecordedResponse
    ) {
        self.number = number
        self.at = at
        self.service = service
        self.operation = operation
        self.sandbox = sandbox
        self.inputs = inputs
        self.key = key
        self.request = request
        self.response = response
    }
}

/// What is asked of a service, apart from the body: `POST /v1/chat/completions`, with its query if any.
public struct Operation: Sendable, Hashable, CustomStringConvertible {
    public var method: String
    /// Ids that only one recording knows are replaced: `/v1/sandboxes/{id}`.
    public var path: String
    /// Percent-decoded pairs, sorted by name and value; empty for none.
    public var query: String

    public init(method: String, path: String, query: String = "") {
        self.method = method
        self.path = path
        self.query = query
    }

    public init(_ request: Request) {
        self.init(method: request.method, path: request.path, query: Operation.canonicalQuery(request.queryItems))
    }

    /// Reads `METHOD /path[?query]`; nil for anything else.
    public init?(parsing text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("/") else { return nil }
        self.init(Request(method: String(parts[0]), target: String(parts[1])))
    }

    public var description: String { "\(method) \(path)" + (query.isEmpty ? "" : "?\(query)") }

    /// Pairs sorted by name, then value, everything but letters, digits and `-._~/` percent-encoded.
    public static func canonicalQuery(_ items: [(name: String, value: String)]) -> String {
        items.map { (Array($0.name.utf8), Array($0.value.utf8), $0) }
            .sorted { a, b in a.0 == b.0 ? a.1.lexicographicallyPrecedes(b.1) : a.0.lexicographicallyPrecedes(b.0) }
            .map { PercentEncoding.encode($0.2.name) + "=" + PercentEncoding.encode($0.2.value) }
            .joined(separator: "&")
    }
}

/// A body as it was sent, with its JSON tree if it is JSON.
public struct RecordedBody: Sendable {
    public let bytes: [UInt8]
    /// Nil when the bytes are not strict JSON.
    public let tree: JSONValue?

    public init(bytes: [UInt8]) {
        self.bytes = bytes
        tree = bytes.isEmpty ? nil : try? JSONValue(parsing: bytes)
    }

    public init(tree: JSONValue, layout: JSONLayout = .compact) {
        self.tree = tree
        bytes = tree.bytes(in: layout)
    }
}

/// A recorded answer; without a status, no answer came.
public struct RecordedResponse: Sendable {
    public enum Content: Sendable {
        case body(RecordedBody)
        /// As the recorder wrote it to its own client, one HTTP/1.1 chunk each.
        case chunks([Chunk])
        /// Whole messages of a WebSocket, both ways; pings are not kept.
        case socket([SocketFrame])
    }

    public struct SocketFrame: Sendable, Equatable {
        public enum Payload: Sendable, Equatable {
            case message(WebSocketMessage)
            case close(code: Int)
        }

        public var at: Double
        public var isFromClient: Bool
        public var payload: Payload

        public init(at: Double, isFromClient: Bool, payload: Payload) {
            self.at = at
            self.isFromClient = isFromClient
            self.payload = payload
        }
    }

    public struct Chunk: Sendable, Equatable {
        /// Seconds since the recording began.
        public var at: Double
        public var bytes: [UInt8]

        public init(at: Double, bytes: [UInt8]) {
            self.at = at
            self.bytes = bytes
        }
    }

    /// How a recorded answer broke off.
    public enum Break: String, Sendable, CaseIterable {
        case reset, timeout, refused
        case clientLeft = "client_left"
    }

    public var status: Int?
    /// Without hop-by-hop fields, length, encoding and date.
    public var headers: Headers
    /// Seconds since the recording began, of the first byte.
    public var at: Double
    public var content: Content
    /// Nil when it ended well.
    public var end: Break?

    public init(status: Int?, headers: Headers = [:], at: Double, content: Content, end: Break? = nil) {
        self.status = status
        self.headers = headers
        self.at = at
        self.content = content
        self.end = end
    }

    /// True for what went over a WebSocket; a refused handshake is an answer like any other.
    public var isSocket: Bool { if case .socket = content { true } else { false } }

    /// Seconds since the recording began, of what came last of a WebSocket, else of the first byte.
    public var settledAt: Double {
        if case .socket(let frames) = content { frames.map(\.at).max() ?? at } else { at }
    }

    /// All bytes, whatever their chunks.
    public var bytes: [UInt8] {
        switch content {
        case .body(let body): body.bytes
        case .chunks(let chunks): chunks.flatMap(\.bytes)
        case .socket: []
        }
    }
}
