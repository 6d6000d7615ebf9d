import Baselines
import Cassettes
import TestSupport
import Testing
import Transcripts

@Suite struct ReviewSessionTests {
    static let before = Transcript.story()
    /// Another greeting (expected), another time (suspicious), another ending (expected).
    static let after = Transcript.story(
        greeting: "This program adds up the primes.", output: "took 17.5 s\n24133\n",
        ending: "It comes to 24133. TERMINATE")
    static let baseline = Baseline(variants: [.init(entries: before.normalised().entries)])

    private func session(_ scenarios: [(String, Transcript)] = [("story", after)]) throws -> ReviewSession {
        let reviews = scenarios.map {
            (PendingReview(scenario: $0.0, run: "r", transcript: $0.1), $0.0 + ".baseline.yaml")
        }
        return try #require(
            ReviewSession(
                reviews.map { (pending: $0.0, file: $0.1) },
                baselines: Dictionary(uniqueKeysWithValues: reviews.map { ($0.1, Self.baseline) })))
    }

    private func press(_ keys: String, in session: inout ReviewSession) -> [ReviewSession.Action] {
        keys.flatMap { session.next(after: $0 == "\n" ? .enter : $0 == "\t" ? .tab : .character($0)) }
    }

    @Test func acceptingOneMaskingAnotherAndRejectingTheThird() throws {
        var session = try session()
        #expect(session.screen?.count == 3 && session.screen?.hunk.kind == "text")
        var actions = press("a", in: &session)
        #expect(actions.count == 1)
        #expect(session.screen?.hunk.kind == "stdout")
        #expect(press("m", in: &session).isEmpty)
        let proposal = try #require(session.screen?.proposal)
        #expect(proposal.coversHunk && proposal.mask.path?.description == "$.stdout")
        #expect(proposal.matchesBefore == ["took 3.25 s"] && proposal.matchesAfter == ["took 17.5 s"])
        actions = press("\n", in: &session)
        guard case .write("story.baseline.yaml", let masked, let matter)? = actions.first else {
            Issue.record("expected the mask to be written, not \(actions)")
            return
        }
        #expect(masked.masks.count == 1)
        #expect(matter.decision == .masked && matter.concern == .suspicious)
        #expect(matter.subject == "turn 3 · stdout: regex: took [0-9.]+ s as <masked>", "\(matter)")
        #expect(session.screen?.count == 2 && session.screen?.number == 2)
        actions = press("r", in: &session)
        #expect(actions.last == .finish)

        let outcome = session.outcome
        #expect(outcome.accepted.count == 1 && outcome.rejected.count == 1 && outcome.left.isEmpty)
        #expect(outcome.matters.map(\.matter.decision) == [.accepted, .rejected])
        #expect(outcome.matters.map(\.matter.subject) == ["turn 2 · text", "turn 4 · text"])
        #expect(outcome.matters.allSatisfy { $0.file == "story.baseline.yaml" })
        let written = try #require(outcome.baselines["story.baseline.yaml"])
        #expect(written.masks.count == 1)
        let pending = try #require(outcome.pending.first?.pending)
        let comparison = pending.comparison(with: written)
        #expect(comparison.hunks.map(\.key) == Array(pending.rejected), "only what was rejected differs")
        #expect(comparison.hunks.first?.turns == 4...4)
    }

    /// What somebody writes into the file while it is reviewed stays there.
    @Test func aBaselineThatIsEditedMeanwhileKeepsTheEdits() throws {
        var session = try session()
        _ = press("a", in: &session)
        var edited = Self.baseline
        edited.variants[0].note = "seen by hand"
        edited.variants[0].entries[0] = Self.after.normalised().entries[0]
        let told = session.rebase("story.baseline.yaml", on: edited)
        #expect(told)
        #expect(session.message == "story.baseline.yaml has been edited: compared with it anew")
        let again = session.rebase("story.baseline.yaml", on: edited)
        let other = session.rebase("other.baseline.yaml", on: Baseline())
        #expect(!again && !other, "it is known now, and nothing is known of another")
        #expect(session.screen?.hunk.kind == "stdout", "what was decided stays so")
        _ = press("q", in: &session)
        let written = try #require(session.outcome.baselines["story.baseline.yaml"])
        #expect(written.variants[0].note == "seen by hand")
        #expect(session.outcome.accepted.count == 1 && session.outcome.left.count == 2)
    }

    /// Of a transcript that is accepted whole, the worst that was in it is noted.
    @Test func anotherVariantIsOfTheWorstConcern() throws {
        var session = try session()
        _ = press("v", in: &session)
        _ = press("q", in: &session)
        #expect(session.outcome.matters.map(\.matter.decision) == [.variant])
        #expect(session.outcome.matters.map(\.matter.concern) == [.suspicious])
    }

    @Test func capitalsDecideTheScenarioThatIsLeftOfIt() throws {
        var session = try session([("one", Self.after), ("two", Self.after)])
        #expect(press("a", in: &session).count == 1)
        #expect(press("R", in: &session).count == 1)
        #expect(session.screen?.scenario == "two" && session.screen?.left == 3)
        #expect(press("S", in: &session).last == .finish)
        let outcome = session.outcome
        #expect(outcome.accepted.count == 1 && outcome.rejected.count == 2 && outcome.left.count == 3)
        #expect(outcome.pending.map { $0.pending?.decisions.count } == [2, 0])
    }

    @Test func allOfAKindAreDecidedAtOnce() throws {
        var session = try session([("one", Self.after), ("two", Self.after)])
        _ = press("ka", in: &session)
        #expect(session.screen?.left == 2, "the two of stdout")
        #expect(session.screen?.hunk.kind == "stdout")
        #expect(press("kr", in: &session).last == .finish)
        #expect(session.outcome.accepted.count == 4 && session.outcome.rejected.count == 2)
    }

    @Test func backAndAnotherDecisionTakeTheFirstOneBack() throws {
        var session = try session()
        _ = press("ab", in: &session)
        #expect(session.screen?.number == 1 && session.screen?.decision == .accepted)
        _ = press("r", in: &session)
        #expect(session.screen?.number == 2)
        _ = press("q", in: &session)
        #expect(session.outcome.accepted.isEmpty && session.outcome.rejected.count == 1)
    }

    @Test func aHunkOfSeveralTurnsIsSplit() throws {
        let texts = ["the first remark of the day", "another remark that follows it", "and a third one to end with"]
        func transcript(_ suffix: String) -> Transcript {
            Transcript(subject: "s", entries: texts.enumerated().map { .said($0 + 1, "a", "b", $1 + suffix) })
        }
        let baseline = Baseline(variants: [.init(entries: transcript("").entries)])
        let pending = PendingReview(scenario: "s", run: "r", transcript: transcript(" indeed"))
        var session = try #require(ReviewSession([(pending: pending, file: "f")], baselines: ["f": baseline]))
        #expect(session.screen?.count == 1)
        _ = press("t", in: &session)
        #expect(session.screen?.count == 3)
        _ = press("t", in: &session)
        #expect(session.message?.contains("nothing to split") == true)
        _ = press("arq", in: &session)
        let outcome = session.outcome
        #expect(
            outcome.baselines["f"]?.variants[0].entries.map(\.speakerText) == [
                texts[0] + " indeed", texts[1], texts[2],
            ])
        // The part that was rejected is known to have been, when it is looked at again.
        let rest = try #require(outcome.pending.first?.pending)
        var again = try #require(ReviewSession([(pending: rest, file: "f")], baselines: outcome.baselines))
        #expect(again.screen?.count == 1 || again.screen?.count == 2)
        _ = press("A", in: &again)
        #expect(again.outcome.pending.first?.pending == nil)
    }

    @Test func searchGoesToWhatHasTheText() throws {
        var session = try session()
        _ = press("/comes to", in: &session)
        #expect(session.mode == .searching("comes to"))
        _ = press("\n", in: &session)
        #expect(session.screen?.number == 3)
        _ = press("/nowhere\n", in: &session)
        #expect(session.screen?.number == 3 && session.message?.contains("nowhere") == true)
    }

    @Test func anotherVariantIsAcceptedBesideTheFirst() throws {
        var session = try session()
        #expect(press("v", in: &session).last == .finish)
        let outcome = session.outcome
        #expect(outcome.baselines["story.baseline.yaml"]?.variants.count == 2)
        #expect(outcome.pending.first?.pending == nil)
    }

    @Test func aPatternByHandIsLookedAtBeforeItIsWritten() throws {
        var session = try session()
        _ = press("sme", in: &session)
        guard case .editing(let text) = session.mode else {
            Issue.record("expected the pattern to be edited")
            return
        }
        for _ in text { _ = session.next(after: .backspace) }
        _ = press("regex: [0-9.]+ s(\n", in: &session)
        #expect(session.message?.contains("no pattern") == true)
        _ = session.next(after: .backspace)
        _ = press("\n", in: &session)
        #expect(session.screen?.proposal?.matchesAfter == ["17.5 s"])
        #expect(press("\n", in: &session).first.map { if case .write = $0 { true } else { false } } == true)
    }

    @Test func whatIsNoTextIsNotMasked() throws {
        var session = try session([("one", Transcript.story(exitCode: 1))])
        _ = press("m", in: &session)
        #expect(session.mode == .deciding && session.message?.contains("no text differs") == true)
    }

    @Test func nothingPendingIsNoSession() {
        let pending = PendingReview(scenario: "s", run: "r", transcript: Self.before)
        #expect(ReviewSession([(pending: pending, file: "f")], baselines: ["f": Self.baseline]) == nil)
    }

    @Test func aPendingReviewSurvivesItsFile() throws {
        var session = try session()
        guard case .keep(let kept)? = press("a", in: &session).first else {
            Issue.record("expected the decision to be kept")
            return
        }
        let read = try PendingReview(json: kept.json)
        #expect(read.decisions == kept.decisions && read.transcript == kept.transcript)
        let again = try #require(ReviewSession([(pending: read, file: "f")], baselines: ["f": Self.baseline]))
        #expect(again.screen?.number == 2, "what was accepted waits to be written")
    }

    /// Whatever is pressed: never a trap, and what was decided is what comes out.
    @Test(arguments: 0..<20)
    func anyKeysEndInAnOutcome(seed: Int) throws {
        var stories = RandomStories(seed: UInt64(seed))
        let before = stories.transcript(20).normalised()
        var reviews: [(pending: PendingReview, file: String)] = []
        for name in ["a", "b"] {
            let transcript = stories.edited(before, edits: 6)
            reviews.append((PendingReview(scenario: name, run: "r", transcript: transcript), "f"))
        }
        let baselines = ["f": Baseline(variants: [.init(entries: before.entries)])]
        guard var session = ReviewSession(reviews, baselines: baselines) else { return }
        let keys: [ReviewSession.Key] =
            "arsARSvkmtbn/?he0 y".map { .character($0) } + [.enter, .escape, .backspace, .tab]
        for _ in 0..<60 {
            guard session.screen != nil else { break }
            if session.next(after: stories.random.pick(keys)).last == .finish { break }
        }
        let outcome = session.outcome
        for (scenario, pending) in outcome.pending {
            let baseline = outcome.baselines["f"] ?? session.baselines["f"] ?? Baseline()
            let comparison = pending?.comparison(with: baseline)
            #expect(comparison?.isAccepted != true, "\(scenario): what is accepted is not pending")
        }
    }
}

extension Entry {
    fileprivate var speakerText: String? { if case .message(let message) = kind { message.text } else { nil } }
}
