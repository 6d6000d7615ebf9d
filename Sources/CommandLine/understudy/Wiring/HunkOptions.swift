import ArgumentParser
import Baselines
import Documents
import Transcripts

/// Which of the pending hunks a command is about.
struct HunkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only those of this scenario. May be given more than once.", valueName: "name"))
    var scenario: [String] = []

    @Option(
        help: ArgumentHelp(
            "The hunk with this key, in whatever scenarios. May be given more than once.", valueName: "key"))
    var hunk: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only what is expected (other words), suspicious (something else was done), or new (no baseline yet).",
            valueName: "concern"))
    var only: Only?

    @Flag(help: "All that is pending.")
    var all = false

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    enum Only: String, CaseIterable, ExpressibleByArgument {
        case expected, suspicious, new, wording, behaviour

        /// `wording` and `behaviour` are what a diff calls them.
        var concern: Hunk.Concern {
            switch self {
            case .expected, .wording: .expected
            case .suspicious, .behaviour: .suspicious
            case .new: .new
            }
        }
    }

    func validate() throws {
        guard all || !scenario.isEmpty || !hunk.isEmpty || only != nil else {
            throw ValidationError(
                "nothing is named\n  expected: --scenario, --hunk, --only or --all\n  fix: 'understudy review' lists what is pending"
            )
        }
        if all, !scenario.isEmpty || !hunk.isEmpty || only != nil {
            throw ValidationError("--all is all that is pending: it goes with no other choice")
        }
    }

    /// One scenario's chosen hunks.
    struct Choice {
        let pending: PendingReview
        let file: String
        let hunks: [Hunk]

        var accepting: PendingReview { deciding(.accepted) }
        var rejecting: PendingReview { deciding(.rejected) }

        func matters(asVariant: Bool) -> [Review.Matter] {
            asVariant
                ? [pending.matterOfVariant(hunks)] : hunks.map { pending.matter(.accepted, $0) }
        }

        private func deciding(_ decision: PendingReview.Decision) -> PendingReview {
            var review = pending
            for hunk in hunks { review.decisions[hunk.key] = decision }
            return review
        }
    }

    /// - Throws: `ValidationError` when a key or a scenario is not pending, or nothing fits.
    func chosen(in shelf: BaselineShelf) throws -> [Choice] {
        let pending = try shelf.pending(scenario)
        guard !pending.isEmpty else {
            throw ValidationError(
                "nothing is pending\n  expected: what 'understudy check' has left\n  fix: understudy check")
        }
        let baselines = try shelf.baselines(pending.map { shelf.file(of: $0.scenario) })
        var missing = Set(hunk)
        var known: [String] = []
        let choices = pending.compactMap { review -> Choice? in
            let file = shelf.file(of: review.scenario)
            let comparison = review.comparison(with: baselines[file] ?? Baseline())
            var review = review
            // The key of a part takes apart the hunk that it is of.
            for whole in comparison.hunks where !hunk.contains(whole.key) {
                let parts = whole.split(in: comparison)
                if parts.contains(where: { hunk.contains($0) }) { review.splits.insert(whole.key) }
            }
            let hunks = comparison.hunks(splitting: review.splits)
            known += hunks.map(\.key)
            let chosen = hunks.filter { candidate in
                (hunk.isEmpty || hunk.contains(candidate.key)) && (only.map { $0.concern == candidate.concern } ?? true)
            }
            missing.subtract(hunks.map(\.key))
            return chosen.isEmpty ? nil : Choice(pending: review, file: file, hunks: chosen)
        }
        if let key = missing.sorted().first {
            throw ValidationError(
                "no pending hunk has the key '\(key)'\n  expected: one of \(known.prefix(12).joined(separator: ", "))")
        }
        guard !choices.isEmpty else { throw ValidationError("of what is pending, nothing fits") }
        return choices
    }
}

extension Hunk {
    /// The keys of its turns, if it is of several.
    fileprivate func split(in comparison: BaselineComparison) -> [String] {
        concern == .new ? [] : parts(in: comparison).map(\.key)
    }
}

extension BaselineShelf {
    /// Writes what a review, or the like of it, came to.
    func settle(_ outcome: ReviewSession.Outcome) throws {
        for (file, baseline) in outcome.baselines.sorted(by: { $0.key < $1.key }) { try write(baseline, to: file) }
        for (scenario, review) in outcome.pending {
            if let review { try keep(review) } else { try drop(scenario) }
        }
    }
}
