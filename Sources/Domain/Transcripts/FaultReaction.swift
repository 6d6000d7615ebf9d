/// What a client did about one fault that it met.
public struct FaultReaction: Sendable, Equatable {
    public enum Reaction: String, Sendable, CaseIterable {
        /// The same request came again.
        case retried
        /// The same question went to another model or service.
        case fellBack = "fell_back"
        /// It went on with what it had got, as if that had been a whole answer.
        case accepted
        /// It was patient: the answer came late, and was taken.
        case waited
        /// Nothing of the kind came any more.
        case gaveUp = "gave_up"
    }

    /// The fault's kind: `rate_limit`, `reset`, `truncated`, ….
    public var fault: String
    /// What was sent; nil when no answer was.
    public var status: Int?
    /// Whose session it was, where there are several.
    public var session: String?
    public var service: String
    /// `POST /v1/chat/completions`.
    public var operation: String
    public var model: String?
    /// Which request of its service it was in the session, counted from 1.
    public var turn: Int
    public var reaction: Reaction
    /// How often the same request was asked again after it, in a row.
    public var retries: Int
    /// Seconds that the client was told to wait.
    public var retryAfter: Double?
    /// Seconds until it asked again, or asked somebody else. Never decides equality.
    public var wait: Double?
    /// Whether it asked again no sooner than it was told; nil when it was told nothing, or did not ask again.
    public var obeyedRetryAfter: Bool?
    /// Whether it waited longer than before its last try; nil where there is nothing to compare, or the waits were told.
    public var backedOff: Bool?
    /// The model that was asked instead, where it fell back.
    public var fallback: String?
    /// Whether the question was answered in the end.
    public var recovered: Bool

    public init(
        fault: String, status: Int? = nil, session: String? = nil, service: String, operation: String,
        model: String? = nil, turn: Int, reaction: Reaction, retries: Int = 0, retryAfter: Double? = nil,
        wait: Double? = nil, obeyedRetryAfter: Bool? = nil, backedOff: Bool? = nil, fallback: String? = nil,
        recovered: Bool = false
    ) {
        self.fault = fault
        self.status = status
        self.session = session
        self.service = service
        self.operation = operation
        self.model = model
        self.turn = turn
        self.reaction = reaction
        self.retries = retries
        self.retryAfter = retryAfter
        self.wait = wait
        self.obeyedRetryAfter = obeyedRetryAfter
        self.backedOff = backedOff
        self.fallback = fallback
        self.recovered = recovered
    }

    public static func == (a: FaultReaction, b: FaultReaction) -> Bool {
        a.fault == b.fault && a.status == b.status && a.session == b.session && a.service == b.service
            && a.operation == b.operation && a.model == b.model && a.turn == b.turn
            && a.reaction == b.reaction && a.retries == b.retries && a.retryAfter == b.retryAfter
            && a.obeyedRetryAfter == b.obeyedRetryAfter && a.backedOff == b.backedOff
            && a.fallback == b.fallback && a.recovered == b.recovered
    }
}
