public import Documents

extension Script {
    /// What the rules look at in a request.
    public struct Question: Sendable, Equatable {
        public var model: String
        /// Of the last message; empty when it has none.
        public var text: String
        /// Nil when there is no system message.
        public var system: String?

        public init(model: String, text: String, system: String? = nil) {
            self.model = model
            self.text = text
            self.system = system
        }
    }

    public enum Outcome: Sendable, Equatable {
        case reply(Reply)
        case noMatch(NoMatch)
    }

    /// Why no rule answered, the rules that came closest first.
    public struct NoMatch: Sendable, Equatable {
        public struct Candidate: Sendable, Equatable {
            /// Counted from 1.
            public var rule: Int
            public var place: Place?
            /// One sentence for each condition that does not hold.
            public var reasons: [String]
        }

        public var file: String
        /// The number of the session's request, counted from 1.
        public var request: Int
        public var question: Question
        public var candidates: [Candidate]
    }

    /// One session's way through a script: how many requests it made and how often each rule answered.
    public struct Cursor: Sendable {
        public let script: Script
        /// Requests so far.
        public private(set) var requestCount = 0
        private var uses: [Int]

        public init(_ script: Script) {
            self.script = script
            uses = Array(repeating: 0, count: script.rules.count)
        }

        /// Answers the session's next request by the first rule that may, and uses that rule once.
        public mutating func next(for question: Question) -> Outcome {
            requestCount += 1
            var candidates: [NoMatch.Candidate] = []
            for (index, rule) in script.rules.enumerated() {
                var reasons = rule.when.reasonsAgainst(question, request: requestCount)
                if let times = rule.times, uses[index] >= times {
                    reasons.append("it has answered \(times == 1 ? "once" : "\(times) times"), as often as it may")
                }
                guard !reasons.isEmpty else {
                    uses[index] += 1
                    return .reply(rule.reply)
                }
                candidates.append(.init(rule: index + 1, place: rule.place, reasons: reasons))
            }
            switch script.otherwise {
            case .echo: return .reply(.text(question.text))
            case .error:
                // The sort is stable by the rule's number: fewest broken conditions first.
                candidates.sort { ($0.reasons.count, $0.rule) < ($1.reasons.count, $1.rule) }
                return .noMatch(
                    NoMatch(file: script.file, request: requestCount, question: question, candidates: candidates))
            }
        }
    }
}

extension Script.Condition {
    /// One sentence for each part that does not hold.
    func reasonsAgainst(_ question: Script.Question, request number: Int) -> [String] {
        var reasons: [String] = []
        if let request, request != number { reasons.append("it answers request \(request), this is request \(number)") }
        if let model, !model.hasSameScalars(as: question.model) {
            reasons.append("it answers the model \(excerpt(of: model)), this is \(excerpt(of: question.model))")
        }
        if let text, !text.holds(for: question.text) {
            reasons.append("the last message \(text.denial), it is \(excerpt(of: question.text))")
        }
        if let system {
            switch question.system {
            case nil: reasons.append("there is no system message")
            case let message? where !system.holds(for: message):
                reasons.append("the system message \(system.denial), it is \(excerpt(of: message))")
            default: break
            }
        }
        return reasons
    }
}

extension TextCondition {
    fileprivate var denial: String {
        switch self {
        case .equals(let text): "is not \(excerpt(of: text))"
        case .contains(let text): "does not contain \(excerpt(of: text))"
        case .matches(let pattern): "does not match \(excerpt(of: pattern.source))"
        }
    }
}

extension Script.NoMatch: CustomStringConvertible {
    /// Rules named in the description; the rest is counted.
    private static let shownRules = 3

    public var description: String {
        var lines = ["no rule of the script in \(file) answers request \(request)"]
        for candidate in candidates.prefix(Script.NoMatch.shownRules) {
            let position = candidate.place.map { " (\(file):\($0.line):\($0.column))" } ?? ""
            lines.append("rule \(candidate.rule)\(position): " + candidate.reasons.joined(separator: "; "))
        }
        let rest = candidates.count - Script.NoMatch.shownRules
        if rest > 0 { lines.append("and \(rest) more \(rest == 1 ? "rule" : "rules")") }
        lines.append("fix: add a rule without 'when' at the end, or 'otherwise: echo'")
        return lines.joined(separator: "\n")
    }
}
