public import Cassettes
import Digests
public import HTTPMessages

/// One thing that is made to go wrong: which requests it meets, how often, and what happens to them.
public struct FaultRule: Sendable {
    /// What happens to a request that is met.
    public enum Effect: Sendable, Equatable {
        /// Nothing but the delay: the request goes on.
        case delayOnly
        case answer(Answer)
        /// What the service itself says when it has too much to do: each has a status of its own for that.
        case overload(Answer)
        /// JSON that breaks off; in a stream after this many whole events.
        case malformed(afterEvents: Int?)
        /// The connection is reset: before any answer, or after this many of the stream's events.
        case drop(afterEvents: Int?)
        /// No answer comes for this long, then the connection is reset.
        case silence(Duration)
        /// The real answer, this many bytes at a time with this long between.
        case trickle(bytes: Int, every: Duration)
        /// The real answer under another `content-type`.
        case contentType(String)
        /// The real answer's first events, then an end as if it were whole; an answer that is no stream loses its second half.
        case truncation(afterEvents: Int)
        /// The real answer up to the middle of a character, which in a stream stands behind this many whole events.
        case splitCharacter(afterEvents: Int, drops: Bool)
        /// An answer in the service's shape in which nothing is said.
        case emptyAnswer
    }

    /// An answer in place of the real one.
    public struct Answer: Sendable, Equatable {
        public var status: Int
        public var headers: Headers
        /// Nil for what the service itself would send with this status.
        public var body: [UInt8]?
        /// The body was written as a JSON value rather than as text.
        public var isJSON: Bool
        /// Seconds after which the client is told to ask again, in whatever way its service tells it; nil for the usual.
        public var retryAfter: Double?

        public init(
            status: Int = 200, headers: Headers = [:], body: [UInt8]? = nil, isJSON: Bool = false,
            retryAfter: Double? = nil
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.isJSON = isJSON
            self.retryAfter = retryAfter
        }
    }

    /// How likely a request is met, decided by what it is and not by when it comes.
    public struct Chance: Sendable, Equatable {
        /// From 0 to 1.
        public var rate: Double
        public var seed: String

        public init(rate: Double, seed: String = "0") {
            self.rate = rate
            self.seed = seed
        }

        /// Decides for one request; the same for the same arguments, for ever.
        ///
        /// - Parameters:
        ///   - key: What the request is.
        ///   - count: How often the same request has been asked before.
        public func strikes(key: String, count: Int) -> Bool {
            let digest = Digest.sha256(Array("understudy-fault/1\n\(seed)\n\(key)\n\(count)".utf8))
            let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            // 53 bits are what a Double holds exactly.
            return Double(number >> 11) / 0x1p53 < rate
        }
    }

    /// A regular expression that is looked for anywhere in the path; nil for any path.
    public var path: String?
    public var method: String?
    /// Nil for any service.
    public var services: Set<Service>?
    /// The model that is asked, by its exact name; nil for any, and for requests that ask none.
    public var model: String?
    /// The session's name, with or without `us-`; nil for any.
    public var session: String?
    /// How many requests are met; nil for no end.
    public var times: Int?
    /// Only the n-th request of the services named, or of the request's own service when none is named.
    public var turn: Int?
    public var chance: Chance?
    /// Passes on the session's clock before anything else happens.
    public var delay: Duration
    public var effect: Effect

    /// - Parameter times: Give nil for no end.
    public init(
        path: String? = nil, method: String? = nil, services: Set<Service>? = nil, model: String? = nil,
        session: String? = nil, times: Int? = 1, turn: Int? = nil, chance: Chance? = nil, delay: Duration = .zero,
        effect: Effect
    ) {
        self.path = path
        self.method = method
        self.services = services
        self.model = model
        self.session = session
        self.times = times
        self.turn = turn
        self.chance = chance
        self.delay = delay
        self.effect = effect
    }

    /// True when the rule is about this request, whatever `times` and `chance` say.
    ///
    /// - Parameters:
    ///   - number: Which request of some services this is, counted from 1.
    ///   - model: The model that is asked; only looked at where the rule names one.
    public func matches(
        _ request: Request, service: Service, number: (Set<Service>) -> Int, model: () -> String? = { nil }
    ) -> Bool {
        if let services, !services.contains(service) { return false }
        if let method, method != request.method { return false }
        if let turn, turn != number(services ?? [service]) { return false }
        if let named = self.model, model() != named { return false }
        guard let path else { return true }
        // Compiled again for each use: a `Regex` cannot be shared between tasks.
        guard let regex = try? Regex(path) else { preconditionFailure("a path is compiled before it is kept") }
        return request.path.firstMatch(of: regex.matchingSemantics(.unicodeScalar)) != nil
    }

    /// True when the rule is about this session.
    public func isFor(session name: String) -> Bool { session.map { name == $0 || name == "us-" + $0 } ?? true }
}
