import Cassettes
public import Documents
public import Transcripts

/// A transcript that differs from its baseline, and what was decided about it so far.
public struct PendingReview: Sendable, Equatable {
    public enum Decision: String, Sendable, CaseIterable { case accepted, rejected }

    /// The scenario's key.
    public var scenario: String
    /// The run that the transcript is from.
    public var run: String
    public var transcript: Transcript
    /// By the keys of hunks. What was accepted waits for the review's end to be written into the baseline.
    public var decisions: [String: Decision]
    /// Keys of hunks that were taken apart by turns.
    public var splits: Set<String>
    /// Keys of hunks whose rejection the store has been told of.
    public var noted: Set<String>

    public init(
        scenario: String, run: String, transcript: Transcript, decisions: [String: Decision] = [:],
        splits: Set<String> = [], noted: Set<String> = []
    ) {
        self.scenario = scenario
        self.run = run
        self.transcript = transcript
        self.decisions = decisions
        self.splits = splits
        self.noted = noted
    }

    public var point: String? { ScenarioKey(scenario).point }

    public func comparison(with baseline: Baseline) -> BaselineComparison {
        BaselineComparison(of: transcript, with: baseline, point: point)
    }

    /// The keys that are rejected.
    public var rejected: Set<String> { Set(decisions.filter { $0.value == .rejected }.keys) }

    /// Writes into a baseline what is accepted.
    ///
    /// - Parameters:
    ///   - asVariant: The transcript is accepted whole, beside what was accepted before.
    /// - Returns: What is still to be reviewed; nil when nothing is.
    public func settled(in baseline: inout Baseline, asVariant: Bool = false) -> PendingReview? {
        let comparison = comparison(with: baseline)
        if asVariant {
            baseline.variants.append(.init(point: point, entries: comparison.after.entries))
            return nil
        }
        let accepted = comparison.hunks(splitting: splits).filter { decisions[$0.key] == .accepted }
        if !accepted.isEmpty {
            if let variant = comparison.variant {
                baseline.variants[variant].entries = comparison.entries(accepting: accepted)
            } else {
                baseline.variants.append(.init(point: point, entries: comparison.after.entries))
            }
        }
        return remaining(with: baseline)
    }

    /// The same without decisions about what does not differ any more; nil when nothing does.
    public func remaining(with baseline: Baseline) -> PendingReview? {
        let comparison = comparison(with: baseline)
        guard !comparison.isAccepted else { return nil }
        var rest = self
        rest.splits.formIntersection(comparison.hunks.map(\.key))
        let keys = Set(comparison.hunks(splitting: rest.splits).map(\.key))
        rest.decisions = decisions.filter { keys.contains($0.key) }
        rest.noted.formIntersection(rest.rejected)
        return rest
    }
}

extension PendingReview {
    /// The same once the store has been told of all that is rejected.
    public var withAllNoted: PendingReview {
        var review = self
        review.noted = rejected
        return review
    }

    /// What is noted of a decision about a hunk.
    public func matter(_ decision: Review.Decision, _ hunk: Hunk) -> Review.Matter {
        Review.Matter(
            scenario: scenario, run: run, decision: decision, hunk: hunk.key, subject: "\(hunk.place) · \(hunk.kind)",
            concern: hunk.concern)
    }

    /// What is noted of the whole transcript, accepted as another variant.
    public func matterOfVariant(_ hunks: [Hunk]) -> Review.Matter {
        let worst = Hunk.Concern.allCases.first { concern in hunks.contains { $0.concern == concern } }
        return Review.Matter(
            scenario: scenario, run: run, decision: .variant, hunk: nil, subject: "the whole transcript",
            concern: worst ?? .new)
    }

    /// What is noted of a mask that was made for a hunk.
    func matter(of mask: MatchRules.Mask, _ hunk: Hunk) -> Review.Matter {
        var matter = matter(.masked, hunk)
        matter.subject += ": \(mask.pattern.description) as \(mask.replacement)"
        return matter
    }
}

extension PendingReview {
    static let formatName = "pending/1"

    /// As it is kept in a file of its own.
    public var json: JSONValue {
        [
            "understudy": .string(PendingReview.formatName), "scenario": .string(scenario), "run": .string(run),
            "decisions": .object(
                JSONObject(decisions.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.rawValue)) })),
            "splits": .array(splits.sorted().map(JSONValue.string)),
            "noted": .array(noted.sorted().map(JSONValue.string)), "transcript": transcript.withoutRequests.json,
        ]
    }

    /// - Throws: `TranscriptFormatError`, or what is wrong as a text.
    public init(json: JSONValue) throws {
        guard json["understudy"]?.stringValue == PendingReview.formatName, let scenario = json["scenario"]?.stringValue
        else { throw NotPending() }
        self.init(
            scenario: scenario, run: json["run"]?.stringValue ?? "",
            transcript: try Transcript(json: json["transcript"] ?? .null))
        for member in json["decisions"]?.objectValue?.members ?? [] {
            decisions[member.name] = member.value.stringValue.flatMap(Decision.init)
        }
        splits = Set((json["splits"]?.arrayValue ?? []).compactMap(\.stringValue))
        noted = Set((json["noted"]?.arrayValue ?? []).compactMap(\.stringValue))
    }

    private struct NotPending: Error, CustomStringConvertible {
        let description =
            "not a pending review\n  expected: \(PendingReview.formatName)\n  fix: remove it, and check again"
    }
}

extension Transcript {
    /// Requests repeat what messages tell, and are not compared.
    fileprivate var withoutRequests: Transcript {
        Transcript(
            subject: subject,
            entries: entries.map { entry in
                guard case .llmCall(var call) = entry.kind else { return entry }
                call.request = .null
                return Entry(turn: entry.turn, kind: .llmCall(call), timing: entry.timing, stale: entry.stale)
            })
    }
}
