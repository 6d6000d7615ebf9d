import Baselines
import Cassettes
import Testing
import Transcripts

@Suite struct BaselineComparisonTests {
    private func compare(_ before: Transcript, _ after: Transcript) -> BaselineComparison {
        BaselineComparison(
            of: after, with: Baseline(variants: [.init(entries: before.normalised().entries)]), point: nil)
    }

    @Test func concernsAndKindsTellWhatDiffers() {
        let comparison = compare(
            .story(), .story(greeting: "This program adds up the primes.", output: "0\n", exitCode: 1))
        #expect(comparison.hunks.map(\.concern) == [.expected, .suspicious])
        #expect(comparison.hunks.map(\.kind) == ["text", "exit_code, stdout"])
        #expect(comparison.hunks.map(\.turns) == [2...2, 3...3])
        #expect(comparison.count(.suspicious) == 1 && comparison.count(.expected) == 1)
    }

    @Test func keysAreOfTheContentAndNotOfThePlace() {
        let changed = Transcript.story(exitCode: 1)
        let here = compare(.story(), changed)
        let later = compare(.longer(.story(), by: "first of all"), .longer(changed, by: "first of all"))
        #expect(here.hunks.map(\.key) == later.hunks.map(\.key))
        #expect(here.hunks[0].key.count == 8)
        #expect(here.hunks.map(\.key) != compare(.story(), .story(exitCode: 2)).hunks.map(\.key))
    }

    @Test func equalHunksOfOneTranscriptHaveDifferentKeys() {
        func said(_ ending: String) -> Transcript {
            let between = { (turn: Int) in Entry.said(turn, "a", "b", "what stays between them, number \(turn)") }
            return Transcript(
                subject: "s",
                entries: [
                    .said(1, "a", "b", "to be or not" + ending), between(2),
                    .said(3, "a", "b", "to be or not" + ending),
                    between(4),
                ])
        }
        let keys = compare(said(""), said(" to be")).hunks.map(\.key)
        #expect(keys.count == 2 && keys[1] == keys[0] + ".2")
    }

    @Test func theNearestVariantCounts() {
        let far = Transcript.story(exitCode: 1, ending: "No. TERMINATE").normalised().entries
        let near = Transcript.story(greeting: "Here is another program.").normalised().entries
        let baseline = Baseline(variants: [
            .init(entries: far), .init(point: "x", entries: Transcript.story().normalised().entries),
            .init(entries: near),
        ])
        let comparison = BaselineComparison(of: .story(), with: baseline, point: nil)
        #expect(comparison.variant == 2 && comparison.hunks.map(\.concern) == [.expected])
        #expect(BaselineComparison(of: .story(), with: baseline, point: "x").isAccepted)
        #expect(BaselineComparison(of: .story(), with: baseline, point: "y").variant == nil)
    }

    @Test func withoutABaselineTheWholeIsNew() {
        let comparison = BaselineComparison(of: .story(), with: Baseline(), point: nil)
        #expect(comparison.hunks.map(\.concern) == [.new])
        #expect(comparison.entries(accepting: comparison.hunks) == Transcript.story().normalised().entries)
    }

    @Test func whatIsAcceptedAndOnlyThatIsTakenOver() {
        let comparison = compare(
            .story(),
            .story(greeting: "This program adds up the primes.", exitCode: 1, ending: "It is 24133. TERMINATE"))
        #expect(comparison.hunks.count == 3)
        let merged = comparison.entries(accepting: [comparison.hunks[1]])
        #expect(merged == Transcript.story(exitCode: 1).normalised().entries)
        #expect(comparison.entries(accepting: []) == Transcript.story().normalised().entries)
    }

    @Test(arguments: 0..<60)
    func acceptingAllGivesTheNewAndNothingTheOld(seed: Int) throws {
        var stories = RandomStories(seed: UInt64(seed))
        let before = stories.transcript(seed).normalised()
        let after = stories.edited(before, edits: 1 + seed % 9)
        let comparison = compare(before, after)
        #expect(comparison.entries(accepting: comparison.hunks) == after.normalised().entries)
        #expect(comparison.entries(accepting: []).map(\.kind) == before.entries.map(\.kind))
        // Turn by turn it is the same as at once.
        let parts = comparison.hunks(splitting: Set(comparison.hunks.map(\.key)))
        #expect(comparison.entries(accepting: parts) == after.normalised().entries)
        #expect(parts.map(\.range.count).reduce(0, +) == comparison.hunks.map(\.range.count).reduce(0, +))
        #expect(Set(parts.map(\.key)).count == parts.count)
        // Some of it: turns never go back, and what was accepted differs no more than before.
        let some = comparison.hunks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        let merged = comparison.entries(accepting: some)
        #expect(zip(merged, merged.dropFirst()).allSatisfy { $0.turn <= $1.turn })
        let rest = compare(Transcript(subject: "s", entries: merged), after)
        #expect(rest.hunks.isEmpty || some.count < comparison.hunks.count)
    }

    @Test func masksHideTheirTextsInVariantsToo() throws {
        var baseline = Baseline(variants: [.init(entries: Transcript.story().normalised().entries)])
        let other = Transcript.story(output: "took 17.5 s\n24133\n")
        #expect(!BaselineComparison(of: other, with: baseline, point: nil).isAccepted)
        baseline.add(.init(pattern: try #require(MatchPattern("regex: took [0-9.]+ s")), as: "took <n> s"))
        #expect(BaselineComparison(of: other, with: baseline, point: nil).isAccepted)
        guard case .codeRun(let run) = baseline.variants[0].entries[3].kind else { return }
        #expect(run.stdout == "took <n> s\n24133\n")
    }

    /// A mask that is added finds in what was accepted before what it finds in what comes later.
    @Test func masksAreMadeOfWhatStandsInTheBaseline() throws {
        func transcript(_ id: String, _ seconds: String) -> Transcript {
            .story(output: "run \(id) took \(seconds) s\n")
        }
        let first = transcript("6f1c2a3b-0000-4000-8000-0123456789ab", "3.25")
        var baseline = Baseline(variants: [.init(entries: first.normalised().entries)])
        let second = transcript("11111111-2222-4333-8444-555555555555", "17.5")
        let comparison = BaselineComparison(of: second, with: baseline, point: nil)
        let proposal = try #require(MaskProposal.all(for: comparison.hunks[0], in: comparison).first)
        #expect(proposal.coversHunk && proposal.matchesAfter == ["run <uuid> took 17.5 s"])
        baseline.add(proposal.mask)
        #expect(BaselineComparison(of: second, with: baseline, point: nil).isAccepted)
        #expect(BaselineComparison(of: first, with: baseline, point: nil).isAccepted)
    }

    @Test func aScenarioKeyHasItsPointInBrackets() {
        #expect(ScenarioKey("a/b[x=1, y=[2]]").name == "a/b" && ScenarioKey("a/b[x=1, y=[2]]").point == "x=1, y=[2]")
        #expect(ScenarioKey("a/b").point == nil)
    }
}
