public import Transcripts

/// A person's way through what is pending: a key in, what to keep and to show out. It does no reading or writing.
///
/// Decisions are part of the pending reviews, which `Action.keep` hands over after each; masks are written into baselines
/// at once; what was accepted is written when the session ends.
public struct ReviewSession: Sendable {
    public enum Key: Sendable, Equatable {
        case character(Character)
        case enter, escape, backspace, tab, up, down
        /// Control-C, or the end of the input.
        case interrupt
    }

    public enum Action: Sendable, Equatable {
        /// A pending review has changed.
        case keep(PendingReview)
        /// A baseline's masks have changed, for a reason.
        case write(file: String, Baseline, Review.Matter)
        case finish
    }

    /// What the next key means.
    public enum Mode: Sendable, Equatable {
        case deciding
        case helping
        /// For all hunks of the kind of this one.
        case decidingKind
        case searching(String)
        /// One of the proposed masks is shown.
        case masking(chosen: Int)
        /// Its expression is written by hand.
        case editing(String)
    }

    /// What is decided about a hunk in this session.
    public enum Decision: Sendable, Equatable { case accepted, rejected, skipped }

    /// One scenario's pending review, and the baseline it is about.
    struct Subject: Sendable {
        var pending: PendingReview {
            didSet { if pending.splits != oldValue.splits { hunks = comparison.hunks(splitting: pending.splits) } }
        }
        let file: String
        var comparison: BaselineComparison {
            didSet { hunks = comparison.hunks(splitting: pending.splits) }
        }
        /// Kept, as every step looks at all of them.
        private(set) var hunks: [Hunk]
        var skipped: Set<String> = []
        var isVariant = false

        init(_ pending: PendingReview, file: String, with baseline: Baseline) {
            self.pending = pending
            self.file = file
            comparison = pending.comparison(with: baseline)
            hunks = comparison.hunks(splitting: pending.splits)
        }

        func decision(of hunk: Hunk) -> Decision? {
            if isVariant { return .accepted }
            switch pending.decisions[hunk.key] {
            case .accepted: return .accepted
            case .rejected: return .rejected
            case nil: return skipped.contains(hunk.key) ? .skipped : nil
            }
        }
    }

    /// By their files; those that were not there are empty.
    public internal(set) var baselines: [String: Baseline]
    var subjects: [Subject]
    /// Which hunk is looked at: its scenario, and its number there.
    var position = Position(subject: 0, hunk: 0) {
        didSet { if position != oldValue { scroll = 0 } }
    }
    /// Lines of a long hunk that the reader has gone past.
    public internal(set) var scroll = 0
    public internal(set) var mode = Mode.deciding
    /// What the last key led to, if that is not seen otherwise.
    public internal(set) var message: String?
    public internal(set) var proposals: [MaskProposal] = []
    var lastSearch = ""

    struct Position: Sendable, Equatable {
        var subject: Int
        var hunk: Int
    }

    /// - Parameters:
    ///   - reviews: Each with its baseline's file.
    ///   - baselines: By file.
    /// - Returns: Nil when nothing is to be reviewed.
    public init?(_ reviews: [(pending: PendingReview, file: String)], baselines: [String: Baseline]) {
        self.baselines = baselines
        subjects = reviews.compactMap { review -> Subject? in
            guard let pending = review.pending.remaining(with: baselines[review.file] ?? Baseline()) else { return nil }
            return Subject(pending, file: review.file, with: baselines[review.file] ?? Baseline())
        }
        guard !subjects.isEmpty else { return nil }
        func rank(_ subject: Subject) -> Int {
            let concerns = Hunk.Concern.allCases
            return concerns.firstIndex { subject.comparison.count($0) > 0 } ?? concerns.count
        }
        let ordered = subjects.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
        subjects = ordered.map(\.element)
        // What was rejected before is looked at again; what was accepted waits to be written.
        position = positions.first { decision(at: $0) != .accepted } ?? Position(subject: 0, hunk: 0)
    }

    /// Goes on with a baseline that somebody has edited since.
    ///
    /// - Returns: Whether it was: then the last key was meant for what is not on the screen any more.
    public mutating func rebase(_ file: String, on baseline: Baseline) -> Bool {
        guard (baselines[file] ?? Baseline()) != baseline else { return false }
        baselines[file] = baseline
        for index in subjects.indices where subjects[index].file == file {
            subjects[index].comparison = subjects[index].pending.comparison(with: baseline)
        }
        if hunk(at: position) == nil {
            position = positions.first { decision(at: $0) == nil } ?? positions.first ?? position
        }
        mode = .deciding
        proposals = []
        message = "\(file) has been edited: compared with it anew"
        return true
    }

    /// The files of all baselines that it is about.
    public var files: Set<String> { Set(subjects.map(\.file)) }

    /// Takes back what went past the end of a hunk, which only whoever shows it knows.
    public mutating func limitScroll(to limit: Int) { scroll = min(scroll, limit) }

    // MARK: What is there

    var positions: [Position] {
        subjects.indices.flatMap { subject in
            subjects[subject].hunks.indices.map { Position(subject: subject, hunk: $0) }
        }
    }

    func hunk(at position: Position) -> Hunk? {
        guard subjects.indices.contains(position.subject) else { return nil }
        let hunks = subjects[position.subject].hunks
        return hunks.indices.contains(position.hunk) ? hunks[position.hunk] : nil
    }

    func decision(at position: Position) -> Decision? {
        hunk(at: position).flatMap { subjects[position.subject].decision(of: $0) }
    }

    // MARK: Keys

    public mutating func next(after key: Key) -> [Action] {
        message = nil
        switch mode {
        case .helping:
            mode = .deciding
            return []
        case .deciding: return decide(key)
        case .decidingKind: return decideKind(key)
        case .searching(let text): return search(key, text)
        case .masking(let chosen): return mask(key, chosen)
        case .editing(let text): return edit(key, text)
        }
    }

    private mutating func decide(_ key: Key) -> [Action] {
        switch key {
        case .enter, .character("a"): return decide(.accepted, at: [position])
        case .character("r"): return decide(.rejected, at: [position])
        case .character("s"), .character(" "): return decide(.skipped, at: [position])
        case .character("A"): return decide(.accepted, at: undecided(in: position.subject))
        case .character("R"): return decide(.rejected, at: undecided(in: position.subject))
        case .character("S"): return decide(.skipped, at: undecided(in: position.subject))
        case .character("v"): return addVariant()
        case .character("k"): mode = .decidingKind
        case .character("m"): startMasking()
        case .character("t"): return split()
        case .character("b"): go(by: -1)
        case .character("n"): go(by: 1)
        case .character("/"): mode = .searching("")
        case .character("?"), .character("h"): mode = .helping
        case .character("q"), .interrupt: return [.finish]
        case .character(let character): message = "no command is '\(character)'; ? lists them"
        case .down: scroll += ReviewSession.step
        case .up: scroll = max(0, scroll - ReviewSession.step)
        case .escape, .backspace, .tab: break
        }
        return []
    }

    private static let step = 5

    private mutating func decideKind(_ key: Key) -> [Action] {
        mode = .deciding
        let decision: Decision
        switch key {
        case .enter, .character("a"): decision = .accepted
        case .character("r"): decision = .rejected
        case .character("s"): decision = .skipped
        default: return []
        }
        guard let kind = hunk(at: position)?.kind, let concern = hunk(at: position)?.concern else { return [] }
        let alike = positions.filter { place in
            (place == position || self.decision(at: place) == nil)
                && hunk(at: place).map { $0.kind == kind && $0.concern == concern } ?? false
        }
        return decide(decision, at: alike)
    }

    private func undecided(in subject: Int) -> [Position] {
        positions.filter { $0.subject == subject && ($0 == position || decision(at: $0) == nil) }
    }

    private mutating func decide(_ decision: Decision, at places: [Position]) -> [Action] {
        var changed: [Int] = []
        for place in places {
            guard let hunk = hunk(at: place) else { continue }
            var subject = subjects[place.subject]
            subject.isVariant = false
            subject.skipped.remove(hunk.key)
            subject.pending.decisions[hunk.key] = nil
            switch decision {
            case .accepted: subject.pending.decisions[hunk.key] = .accepted
            case .rejected: subject.pending.decisions[hunk.key] = .rejected
            case .skipped: subject.skipped.insert(hunk.key)
            }
            subjects[place.subject] = subject
            if !changed.contains(place.subject) { changed.append(place.subject) }
        }
        let kept = changed.map { Action.keep(subjects[$0].pending) }
        return kept + goOn(after: places.last ?? position)
    }

    private mutating func addVariant() -> [Action] {
        guard subjects[position.subject].comparison.variant != nil else {
            message = "nothing was accepted before: a accepts this one"
            return []
        }
        subjects[position.subject].isVariant = true
        let last = positions.last { $0.subject == position.subject }
        return goOn(after: last ?? position)
    }

    private mutating func split() -> [Action] {
        guard let hunk = hunk(at: position) else { return [] }
        let subject = subjects[position.subject]
        guard hunk.concern != .new, hunk.split(in: subject.comparison.diff).count > 1,
            subject.comparison.hunks.contains(where: { $0.key == hunk.key })
        else {
            message = "this is one turn's difference: there is nothing to split"
            return []
        }
        subjects[position.subject].pending.splits.insert(hunk.key)
        return [.keep(subjects[position.subject].pending)]
    }
}
