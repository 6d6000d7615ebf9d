public import Transcripts

/// A judged transcript: what was not as expected, and which requests no recording answered.
public struct Verdict: Sendable, Equatable {
    /// A request that found no recording, told as a value by whoever replayed.
    public struct Miss: Sendable, Equatable {
        public var title: String
        /// The nearest recording, the difference, the command that records it.
        public var lines: [String]

        public init(title: String, lines: [String] = []) {
            self.title = title
            self.lines = lines
        }
    }

    /// In the order of the expectations.
    public var findings: [Finding]
    /// In the order of the requests; those after the first are mostly its consequences.
    public var misses: [Miss]
    /// What each expectation came to, in the same order; none where nothing was judged.
    public var assertions: [Attempt.Assertion] = []

    public init(findings: [Finding] = [], misses: [Miss] = []) {
        self.findings = findings
        self.misses = misses
    }

    /// Judges a transcript by all expectations.
    ///
    /// A conversation that ended by an error is a finding of its own unless the expectations say how it ends.
    public init(
        judging transcript: Transcript, by expectations: [Expectation],
        _ circumstances: Circumstances = Circumstances(),
        misses: [Miss] = []
    ) {
        let endingIsExpected = expectations.contains {
            if case .endedBy = $0.claim { !$0.isNegated } else { false }
        }
        let noError = Expectation(.endedBy(.error, agent: nil), isNegated: true)
        let all = endingIsExpected ? expectations : expectations + [noError]
        let judged = all.map { ($0, $0.judge(transcript, circumstances)) }
        self.init(findings: judged.compactMap(\.1), misses: misses)
        assertions = judged.map { expectation, finding in
            Attempt.Assertion(
                expected: expectation.description, passed: finding == nil, seen: finding?.seen, turn: finding?.turn)
        }
    }

    /// Any miss fails, whatever the agents made of it.
    public var passed: Bool { findings.isEmpty && misses.isEmpty }
}
