public import Documents
public import TextConditions
public import Transcripts

/// A claim about a transcript, or its opposite.
public struct Expectation: Sendable, Equatable {
    /// Which of a code run's outputs is meant.
    public enum Stream: String, Sendable, CaseIterable {
        /// Standard output, then standard error.
        case output
        case stdout
        case stderr
    }

    public enum Claim: Sendable, Equatable {
        /// The last code run exited with this code.
        case exitCode(Int)
        /// Some message, of this speaker or of any, is like this.
        case said(by: String?, TextCondition)
        /// Some message is JSON, alone or in a fenced block, that is as the schema says.
        case saidJSON(by: String?, JSONSchema)
        /// Some code run printed this.
        case printed(Stream, TextCondition)
        /// A sandbox had this file, by its absolute path, with such a text in it where one is asked for.
        case file(String, TextCondition?)
        case turns(Bounds)
        case codeRuns(Bounds)
        case llmCalls(by: String?, Bounds)
        /// Calls of one tool: by whom, and with what among their arguments.
        case toolCalls(name: String, by: String?, arguments: JSONValue?, Bounds)
        /// The names of the tools that were called, one for each call.
        case tools(Order)
        /// The names of those who spoke, one for each message.
        case speakers(Order)
        case spoke(by: String, Bounds)
        /// What part of all messages was this agent's, from 0 to 1.
        case share(by: String, Limits)
        case tokens(Tokens, Bounds)
        /// Dollars, by the prices of the scenario's file or AutoGen's list.
        case cost(Limits)
        /// Seconds on the session's clock, from the first entry to the end of the last.
        case latency(Limits)
        /// Every failure of a model or of code is followed by a success within so many turns.
        case recoveredWithin(turns: Int)
        /// It ended for this reason, noticed by this agent or by any.
        case endedBy(End.Cause, agent: String?)
        /// Every recording was used.
        case allPlayed
        /// A second performance tells the same to the byte.
        case byteIdentical
    }

    /// Which tokens are counted.
    public enum Tokens: String, Sendable, CaseIterable {
        case all = "tokens"
        case prompt = "prompt_tokens"
        case completion = "completion_tokens"
    }

    /// What a sequence of names must be like.
    public enum Order: Sendable, Equatable {
        /// These and no others, in this order.
        case exactly([String])
        /// These in this order, whatever stands between them.
        case inOrder([String])
        /// None but these.
        case only([String])
    }

    /// How much of something there may be; at least one side is bounded.
    public struct Limits: Sendable, Equatable {
        public var atLeast: Double?
        public var atMost: Double?

        public init(atLeast: Double? = nil, atMost: Double? = nil) {
            self.atLeast = atLeast
            self.atMost = atMost
        }

        public func contains(_ value: Double) -> Bool {
            value >= (atLeast ?? -.infinity) && value <= (atMost ?? .infinity)
        }
    }

    public var claim: Claim
    /// True for `not:`, which holds exactly when the claim does not.
    public var isNegated: Bool
    /// Nil for an expectation that was not read from a file.
    public var place: Place?
    /// Which chat of a pipeline it is about, counted from 0; nil for all that happens.
    public var chat: Int?

    public init(_ claim: Claim, isNegated: Bool = false, place: Place? = nil, chat: Int? = nil) {
        self.claim = claim
        self.isNegated = isNegated
        self.place = place
        self.chat = chat
    }

    /// How many there may be; at least one side is bounded.
    public struct Bounds: Sendable, Equatable {
        public var atLeast: Int?
        public var atMost: Int?

        public init(atLeast: Int? = nil, atMost: Int? = nil) {
            self.atLeast = atLeast
            self.atMost = atMost
        }

        public static func exactly(_ count: Int) -> Bounds { Bounds(atLeast: count, atMost: count) }

        public func contains(_ count: Int) -> Bool { count >= (atLeast ?? 0) && count <= (atMost ?? .max) }
    }
}

extension Expectation: CustomStringConvertible {
    /// As a scenario file has it: `said: {by: assistant, matches: TERMINATE}`.
    public var description: String {
        let (name, value) = claim.written
        let text = YAMLTree.line(value).written().split(separator: "\n").joined(separator: " ")
        let claim = isNegated ? "not: {\(name): \(text)}" : "\(name): \(text)"
        return chat.map { "\(claim), of chat \($0 + 1)" } ?? claim
    }
}
