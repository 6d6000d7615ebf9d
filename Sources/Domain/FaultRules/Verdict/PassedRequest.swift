/// A request as it passed, and what is needed to tell what its client was about.
public struct PassedRequest: Sendable, Equatable {
    /// A fault that met a request.
    public struct Fault: Sendable, Equatable {
        /// `FaultRule.name`.
        public var name: String
        /// Seconds that the client was told to wait.
        public var retryAfter: Double?
        /// What of an answer's text the client got before it was cut, where the cut does not show.
        public var text: String?
        /// The client gets the whole real answer, only late.
        public var isOnlyLate: Bool
        /// Whether the client left before it had all it was to get; nil when that cannot be known.
        public var clientLeft: Bool?

        public init(
            name: String, retryAfter: Double? = nil, text: String? = nil, isOnlyLate: Bool = false,
            clientLeft: Bool? = nil
        ) {
            self.name = name
            self.retryAfter = retryAfter
            self.text = text
            self.isOnlyLate = isOnlyLate
            self.clientLeft = clientLeft
        }
    }

    public var service: String
    /// `POST /v1/chat/completions`.
    public var operation: String
    /// What the request is: equal for a request and its repetition.
    public var key: String
    public var model: String?
    /// What is asked, whoever is asked; nil when it asks no model.
    public var question: String?
    /// Everything that is said in it, where that may matter.
    public var text: String
    /// Which request of its service it is in the session, counted from 1.
    public var turn: Int
    /// Seconds, on the clock that the client lives by.
    public var start: Double
    /// When it was answered or its client left; nil when neither has happened.
    public var end: Double?
    /// Nil when no answer came.
    public var status: Int?
    /// Nil for a request that was left in peace.
    public var fault: Fault?

    public init(
        service: String, operation: String, key: String, model: String? = nil, question: String? = nil,
        text: String = "", turn: Int, start: Double, end: Double? = nil, status: Int? = nil, fault: Fault? = nil
    ) {
        self.service = service
        self.operation = operation
        self.key = key
        self.model = model
        self.question = question
        self.text = text
        self.turn = turn
        self.start = start
        self.end = end
        self.status = status
        self.fault = fault
    }
}
