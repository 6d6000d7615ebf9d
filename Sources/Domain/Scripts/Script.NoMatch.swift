public import Documents

extension Script {
    /// Why no rule answered, the rules that came closest first.
    public struct NoMatch: Error, Sendable, Equatable {
        public struct Candidate: Sendable, Equatable {
            /// Counted from 1.
            public var rule: Int
            public var place: Place?
            /// One sentence for each condition that does not hold.
            public var reasons: [String]
        }

        public var file: String
        /// True for an execution of code, which the rules under `sandbox` answer.
        public var isCode = false
        /// The number of the session's request, counted from 1.
        public var request: Int
        public var candidates: [Candidate]
    }
}

extension Script.NoMatch: CustomStringConvertible {
    /// Rules named in the description; the rest is counted.
    private static let shownRules = 3

    public var description: String {
        var lines = [
            isCode
                ? "no rule under 'sandbox' of the script in \(file) answers execution \(request)"
                : "no rule of the script in \(file) answers request \(request)"
        ]
        for candidate in candidates.prefix(Script.NoMatch.shownRules) {
            let position = candidate.place.map { " (\(file):\($0.line):\($0.column))" } ?? ""
            lines.append("rule \(candidate.rule)\(position): " + candidate.reasons.joined(separator: "; "))
        }
        let rest = candidates.count - Script.NoMatch.shownRules
        if rest > 0 { lines.append("and \(rest) more \(rest == 1 ? "rule" : "rules")") }
        lines.append("fix: add a rule without 'when' at the end" + (isCode ? "" : ", or 'otherwise: echo'"))
        return lines.joined(separator: "\n")
    }
}
