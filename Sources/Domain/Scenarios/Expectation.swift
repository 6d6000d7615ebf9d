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
        /// Some code run printed this.
        case printed(Stream, TextCondition)
        case turns(Bounds)
        case codeRuns(Bounds)
        /// It ended for this reason, noticed by this agent or by any.
        case endedBy(End.Cause, agent: String?)
    }

    public var claim: Claim
    /// True for `not:`, which holds exactly when the claim does not.
    public var isNegated: Bool
    /// Nil for an expectation that was not read from a file.
    public var place: Place?

    public init(_ claim: Claim, isNegated: Bool = false, place: Place? = nil) {
        self.claim = claim
        self.isNegated = isNegated
        self.place = place
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
        return isNegated ? "not: {\(name): \(text)}" : "\(name): \(text)"
    }
}

extension Expectation.Claim {
    fileprivate var written: (name: String, value: YAMLTree) {
        switch self {
        case .exitCode(let code): return ("exit_code", .bare(String(code)))
        case .said(let speaker, let condition):
            let by = speaker.map { [("by", YAMLTree.text($0))] } ?? []
            return ("said", .mapping(by + [(condition.written.word, .text(condition.written.text))]))
        case .printed(let stream, let condition):
            return (stream.rawValue, .mapping([(condition.written.word, .text(condition.written.text))]))
        case .turns(let bounds): return ("turns", bounds.written)
        case .codeRuns(let bounds): return ("code_runs", bounds.written)
        case .endedBy(let cause, agent: nil): return ("ended_by", .text(cause.rawValue))
        case .endedBy(let cause, let agent?):
            return ("ended_by", .mapping([("cause", .text(cause.rawValue)), ("agent", .text(agent))]))
        }
    }
}

extension Expectation.Bounds {
    fileprivate var written: YAMLTree {
        if let atLeast, atLeast == atMost { return .mapping([("exactly", .bare(String(atLeast)))]) }
        let sides = [("at_least", atLeast), ("at_most", atMost)]
        return .mapping(sides.compactMap { name, count in count.map { (name, .bare(String($0))) } })
    }
}
