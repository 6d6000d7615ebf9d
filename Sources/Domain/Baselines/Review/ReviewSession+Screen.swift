public import Transcripts

extension ReviewSession {
    /// What a person sees between two keys.
    public struct Screen: Sendable {
        /// Counted from 1, among all hunks.
        public var number: Int
        public var count: Int
        /// Hunks without a decision.
        public var left: Int
        public var scenario: String
        /// The baseline's file.
        public var file: String
        public var hunk: Hunk
        /// Lines of it that the reader has gone past.
        public var scroll: Int
        /// What was decided about it before.
        public var decision: Decision?
        /// Another variant is accepted, too: this is compared with the nearest.
        public var variantCount: Int
        public var mode: Mode
        public var message: String?
        /// While a mask is chosen.
        public var proposal: MaskProposal?
        public var proposalNumber: Int
        public var proposalCount: Int
    }

    /// Nil when nothing is left to be shown.
    public var screen: Screen? {
        guard let hunk = hunk(at: position) else { return nil }
        let all = positions
        let subject = subjects[position.subject]
        var chosen: Int?
        if case .masking(let index) = mode { chosen = index }
        return Screen(
            number: (all.firstIndex(of: position) ?? 0) + 1, count: all.count,
            left: all.count { decision(at: $0) == nil }, scenario: subject.pending.scenario, file: subject.file,
            hunk: hunk, scroll: scroll, decision: decision(at: position),
            variantCount: (baselines[subject.file] ?? Baseline()).places(for: subject.pending.point).count,
            mode: mode, message: message, proposal: chosen.map { proposals[$0] }, proposalNumber: (chosen ?? 0) + 1,
            proposalCount: proposals.count)
    }

    /// What a session came to.
    public struct Outcome: Sendable {
        /// By file, those that have changed.
        public var baselines: [String: Baseline] = [:]
        /// What is still to be reviewed, by scenario; nil for a scenario of which nothing is.
        public var pending: [(scenario: String, pending: PendingReview?)] = []
        /// Hunks as `SCENARIO KEY`, in the order in which they were shown.
        public var accepted: [String] = []
        public var rejected: [String] = []
        public var left: [String] = []
        /// What was accepted, and what was rejected and is not noted yet, each with its baseline's file.
        public var matters: [(file: String, matter: Review.Matter)] = []

        public init() {}
    }

    /// Everything that was accepted, written into its baseline.
    public var outcome: Outcome {
        var outcome = Outcome()
        for subject in subjects {
            outcome.matters += subject.matters.map { (subject.file, $0) }
            for hunk in subject.hunks {
                let name = "\(subject.pending.scenario) \(hunk.key)"
                switch subject.decision(of: hunk) {
                case .accepted: outcome.accepted.append(name)
                case .rejected: outcome.rejected.append(name)
                case .skipped, nil: outcome.left.append(name)
                }
            }
            var baseline = outcome.baselines[subject.file] ?? baselines[subject.file] ?? Baseline()
            let rest = subject.pending.settled(in: &baseline, asVariant: subject.isVariant)
            if baseline != baselines[subject.file] ?? Baseline() { outcome.baselines[subject.file] = baseline }
            outcome.pending.append((subject.pending.scenario, rest?.withAllNoted))
        }
        return outcome
    }
}

extension ReviewSession.Subject {
    fileprivate var matters: [Review.Matter] {
        if isVariant { return [pending.matterOfVariant(comparison.hunks)] }
        return hunks.compactMap { hunk in
            switch decision(of: hunk) {
            case .accepted: pending.matter(.accepted, hunk)
            case .rejected where !pending.noted.contains(hunk.key): pending.matter(.rejected, hunk)
            case .rejected, .skipped, nil: nil
            }
        }
    }
}
