/// A stored text in which all that was looked for occurs, at one of its places.
public struct SearchHit: Sendable, Equatable {
    /// What of an attempt the text is.
    public enum Kind: String, Sendable, CaseIterable {
        case message
        /// What a model said that became no message.
        case answer
        /// The arguments of a tool call.
        case arguments
        case code, stdout, stderr
        /// What went wrong with a call, a code run or the whole.
        case failure
        case finding, miss
    }

    public struct Piece: Sendable, Equatable {
        public var text: String
        /// It is something that was looked for.
        public var isMatch: Bool

        public init(_ text: String, isMatch: Bool = false) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    /// The run's id.
    public var run: String
    public var scenario: String
    /// The attempt's id.
    public var attempt: String
    /// Nil for what is said about the whole attempt.
    public var turn: Int?
    /// The agent that said or ran it; nil for what is said about the whole attempt.
    public var speaker: String?
    public var kind: Kind
    /// The part of the text with the most of what was looked for.
    public var snippet: [Piece]
    /// Attempts that have this very text, this one included, up to `attemptLimit`.
    public var attemptCount: Int

    /// More are not counted.
    public static let attemptLimit = 100

    public init(
        run: String, scenario: String, attempt: String, turn: Int?, speaker: String?, kind: Kind, snippet: [Piece],
        attemptCount: Int = 1
    ) {
        self.run = run
        self.scenario = scenario
        self.attempt = attempt
        self.turn = turn
        self.speaker = speaker
        self.kind = kind
        self.snippet = snippet
        self.attemptCount = attemptCount
    }
}
