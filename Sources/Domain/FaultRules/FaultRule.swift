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
        /// JSON that breaks off; in a stream after this many whole events.
        case malformed(afterEvents: Int?)
        /// The connection is reset: before any answer, or after this many of the stream's events.
        case drop(afterEvents: Int?)
    }

    /// An answer in place of the real one.
    public struct Answer: Sendable, Equatable {
        public var status: Int
        public var headers: Headers
        /// Nil for what the service itself would send with this status.
        public var body: [UInt8]?
        /// The body was written as a JSON value rather than as text.
        public var isJSON: Bool

        public init(status: Int = 200, headers: Headers = [:], body: [UInt8]? = nil, isJSON: Bool = false) {
            self.status = status
            self.headers = headers
            self.body = body
            self.isJSON = isJSON
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
        path: String? = nil, method: String? = nil, services: Set<Service>? = nil, times: Int? = 1, turn: Int? = nil,
        chance: Chance? = nil, delay: Duration = .zero, effect: Effect
    ) {
        self.path = path
        self.method = method
        self.services = services
        self.times = times
        self.turn = turn
        self.chance = chance
        self.delay = delay
        self.effect = effect
    }

    /// True when the rule is about this request, whatever `times` and `chance` say.
    ///
    /// - Parameter number: Which request of some services this is, counted from 1.
    public func matches(_ request: Request, service: Service, number: (Set<Service>) -> Int) -> Bool {
        if let services, !services.contains(service) { return false }
        if let method, method != request.method { return false }
        if let turn, turn != number(services ?? [service]) { return false }
        guard let path else { return true }
        // Compiled again for each use: a `Regex` cannot be shared between tasks.
        guard let regex = try? Regex(path) else { preconditionFailure("a path is compiled before it is kept") }
        return request.path.firstMatch(of: regex.matchingSemantics(.unicodeScalar)) != nil
    }
}
