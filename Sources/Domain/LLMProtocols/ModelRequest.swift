public import Conversations
public import Documents
public import HTTPMessages

/// A request for an answer, in the words of one provider, who also says how the answer is put.
///
/// Whoever answers knows the conversation only; ids, envelope, events and errors are the provider's.
public protocol ModelRequest: Sendable {
    var json: JSONValue { get }
    var conversation: Conversation { get }
    /// Whether the client asked for events.
    var isStream: Bool { get }

    /// The answer as one body.
    func response(_ answer: Answer, seed: ReplySeed) -> Response
    /// The answer as events.
    func stream(_ answer: Answer, seed: ReplySeed) -> ReplyStream
    /// An error as a whole JSON answer, for streaming requests, too: nothing has been sent yet.
    func response(_ failure: ModelFailure) -> Response
}

/// An answer as a provider streams it.
public struct ReplyStream: Sendable, Equatable {
    public var headers: Headers
    /// In order, each sent as one chunk.
    public var events: [Event]

    public struct Event: Sendable, Equatable {
        /// With the framing: `data: …` and the empty line.
        public var bytes: [UInt8]
        /// Tokens of the answer that it carries; 0 for what only opens or closes. For the pace.
        public var tokens: Int

        public init(bytes: [UInt8], tokens: Int = 0) {
            self.bytes = bytes
            self.tokens = tokens
        }
    }

    public init(headers: Headers, events: [Event]) {
        self.headers = headers
        self.events = events
    }
}

/// An error instead of an answer; the provider fills in what is nil.
public struct ModelFailure: Error, Sendable, Equatable {
    public var status: Int
    public var message: String
    public var type: String?
    public var code: String?
    public var headers: Headers

    public init(status: Int, message: String, type: String? = nil, code: String? = nil, headers: Headers = [:]) {
        self.status = status
        self.message = message
        self.type = type
        self.code = code
        self.headers = headers
    }

    /// No prepared answer fits the request: 422, and the client is told not to ask again.
    ///
    /// Not 408, 409 or 429: clients retry those whatever the headers say.
    public static func noAnswer(code: String, message: String) -> ModelFailure {
        ModelFailure(status: 422, message: message, code: code, headers: ["x-should-retry": "false"])
    }
}
