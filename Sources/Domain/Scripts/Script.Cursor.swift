import Conversations

extension Script {
    public enum Outcome: Sendable, Equatable {
        case reply(Rendered)
        case noMatch(NoMatch)
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
            for (index, rule) in script.rules.enumerated() where uses[index] < rule.times ?? Int.max {
                guard rule.when.allSatisfy({ $0.holds(for: question, request: requestCount) }) else { continue }
                let reply = rule.reply(after: uses[index])
                uses[index] += 1
                // Patterns look again only where a reply speaks of what they found.
                let conditions = reply.placeholders.isEmpty ? [] : rule.when
                return .reply(
                    reply.rendered(with: TemplateValues(question, request: requestCount, conditions: conditions)))
            }
            switch script.otherwise {
            case .echo: return .reply(.answer(Answer(text: question.text), Delivery()))
            case .reply(let reply):
                return .reply(reply.rendered(with: TemplateValues(question, request: requestCount)))
            case .error: return .noMatch(noMatch(for: question))
            }
        }

        private func noMatch(for question: Question) -> NoMatch {
            var candidates = script.rules.enumerated().map { index, rule in
                var reasons = rule.when.flatMap { $0.reasons(against: question, request: requestCount) }
                if let times = rule.times, uses[index] >= times {
                    reasons.append("it has answered \(times == 1 ? "once" : "\(times) times"), as often as it may")
                }
                return NoMatch.Candidate(rule: index + 1, place: rule.place, reasons: reasons)
            }
            // Fewest broken conditions first, then by the rule's number.
            candidates.sort { ($0.reasons.count, $0.rule) < ($1.reasons.count, $1.rule) }
            return NoMatch(file: script.file, request: requestCount, candidates: candidates)
        }
    }
}
