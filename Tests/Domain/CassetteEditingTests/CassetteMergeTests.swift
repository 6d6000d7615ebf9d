import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct CassetteMergeTests {
    private func merge(_ base: String?, _ ours: String, _ theirs: String) throws -> CassetteMerge.Outcome {
        try CassetteMerge.merge(
            base: base.map { .init($0.bytes, file: "base.yaml") }, ours: .init(ours.bytes, file: "ours.yaml"),
            theirs: .init(theirs.bytes, file: "theirs.yaml"))
    }

    private func statements(_ bytes: [UInt8]) throws -> [String] { try opened(bytes).interactions().map(\.statement) }

    /// A story that goes on differently on two branches, each of which also loses some of it.
    private struct Branches {
        var base: [Interaction]
        var ours: [Interaction]
        var theirs: [Interaction]
        var expected: [String]

        init(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            var story = RandomStory(seed: seed)
            base = story.interactions(12)
            var other = story
            let mine = story.interactions(8)
            // The same beginning, other texts from here on.
            var theirStory = RandomStory(seed: seed &+ 1000, mark: "t")
            let foreign = theirStory.interactions(8)
            _ = other.next()
            let lost = base.filter { _ in random.once(in: 6) }.map(\.number)
            let lostThere = base.filter { _ in random.once(in: 6) }.map(\.number)
            ours = base.filter { !lost.contains($0.number) } + mine
            let last = base.last?.number ?? 0
            theirs =
                base.filter { !lostThere.contains($0.number) }
                + foreign.map { interaction in
                    var interaction = interaction
                    interaction.number += last
                    interaction.sandbox = interaction.sandbox.map { $0 + 100 }
                    return interaction
                }
            expected =
                base.filter { !lost.contains($0.number) && !lostThere.contains($0.number) }.map(\.statement)
                + mine.map(\.statement) + foreign.map(\.statement)
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func aMergeHasAllOfBothAndNothingTwice(seed: UInt64) throws {
        let branches = Branches(seed: seed)
        let (base, ours, theirs) = (
            RandomStory.text(branches.base), RandomStory.text(branches.ours), RandomStory.text(branches.theirs)
        )
        let one = try merge(base, ours, theirs), other = try merge(base, theirs, ours)
        #expect(one.conflicts.isEmpty, "\(one.conflicts)")
        #expect(other.conflicts.isEmpty)
        #expect(try statements(one.edited.bytes).sorted() == branches.expected.sorted())
        // Commutative up to numbering, and so without a base.
        #expect(try statements(other.edited.bytes).sorted() == branches.expected.sorted())
        let union = try statements(try merge(nil, ours, theirs).edited.bytes)
        #expect(union.sorted() == (try statements(try merge(nil, theirs, ours).edited.bytes)).sorted())
        // Each side's order is kept.
        let merged = try statements(one.edited.bytes)
        for side in [branches.ours, branches.theirs] {
            let once = Set(merged.filter { statement in merged.count { $0 == statement } == 1 })
            let places = side.map(\.statement).filter(once.contains).compactMap { merged.firstIndex(of: $0) }
            #expect(places == places.sorted())
        }
        // What nobody changed is copied.
        let documents = CassetteTexts(text(one.edited.bytes)).documents.map(\.text)
        let kept = CassetteTexts(ours).documents.map(\.text).filter(documents.contains)
        #expect(kept.count * 2 > documents.count / 2)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func whatOneSideLeftAloneIsTheOthers(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        var random = SeededGenerator(seed: seed)
        var texts = CassetteTexts(RandomStory.text(story.interactions(10)))
        texts.addComments(&random)
        let base = texts.text,
            longer = base + RandomStory.text(story.interactions(6)).split(separator: "...\n", maxSplits: 1)[1]
        #expect(text(try merge(base, base, base).edited.bytes) == base)
        #expect(text(try merge(base, longer, base).edited.bytes) == longer)
        #expect(text(try merge(base, longer, longer).edited.bytes) == longer)
        #expect(try statements(try merge(base, base, longer).edited.bytes) == statements(longer.bytes))
        #expect(text(try merge("", base, base).edited.bytes) == base)
    }

    @Test func otherAnswersToTheSameRequestAreAConflictAndBothStay() throws {
        let base = RandomStory.text([.chat(1, [user], answer: "old"), .chat(2, [user, user])])
        let ours = RandomStory.text([.chat(1, [user], answer: "ours"), .chat(2, [user, user])])
        let theirs = RandomStory.text([.chat(1, [user], answer: "theirs"), .chat(2, [user, user])])
        let outcome = try merge(base, ours, theirs)
        #expect(
            outcome.conflicts == [
                "both sides have recorded different answers to openai POST /v1/chat/completions: interaction 1 of ours.yaml, interaction 1 of theirs.yaml"
            ])
        let read = try opened(outcome.edited.bytes).interactions()
        #expect(read.map { $0.response.bytes } == ["ours", "theirs", "ok"].map { Array("{\"text\":\"\($0)\"}".utf8) })
        #expect(read.map(\.number) == [1, 2, 3])
        #expect(try merge(base, ours, base).conflicts.isEmpty)
        #expect(try statements(try merge(base, base, theirs).edited.bytes) == statements(theirs.bytes))
    }

    @Test func aSandboxOfTheOtherSideIsAnotherOne() throws {
        let ours = RandomStory.text([.create(1, sandbox: 1, id: "a"), .run(2, sandbox: 1, code: "a")])
        let theirs = RandomStory.text([
            .create(1, sandbox: 1, id: "b"), .run(2, sandbox: 1, code: "b", inputs: "0b0b0b0b"),
        ])
        let outcome = try merge(nil, ours, theirs)
        // Creations are alike, and their answers are not.
        #expect(outcome.conflicts.count == 1)
        #expect(try opened(outcome.edited.bytes).interactions().map(\.sandbox) == [1, 1, 2, 2])
    }

    @Test func aSandboxThatBothWentOnWithIsAConflict() throws {
        let base: [Interaction] = [.create(1, sandbox: 1, id: "a"), .run(2, sandbox: 1, code: "a")]
        let outcome = try merge(
            RandomStory.text(base), RandomStory.text(base + [.run(3, sandbox: 1, code: "b")]),
            RandomStory.text(base + [.run(3, sandbox: 1, code: "c")]))
        #expect(outcome.conflicts.count == 1 && outcome.conflicts.contains { $0.contains("sandbox 1") })
        #expect(try opened(outcome.edited.bytes).interactions().map(\.sandbox) == [1, 1, 1, 1])
    }

    @Test func rulesOfBothCountAndKeysFollow() throws {
        func text(_ ignore: String, _ interactions: [Interaction]) throws -> String {
            let text = RandomStory.text(interactions).replacing("ignore: []", with: "ignore: [\(ignore)]")
            return Swift.String(
                decoding: try CassetteRekeying.apply(to: text.bytes, file: "c.yaml").bytes, as: UTF8.self)
        }
        let a = Interaction.chat(1, [user], extra: [("run", 1), ("trace", "x")])
        let b = Interaction.chat(1, [user, user], extra: [("run", 2), ("trace", "y")])
        let outcome = try merge(nil, try text("/run", [a]), try text("/trace", [b]))
        let merged = try opened(outcome.edited.bytes)
        #expect(merged.header.rules.ignore.count == 2)
        #expect(merged.index.map(\.key) == [Interaction.chat(1, [user]).key, Interaction.chat(1, [user, user]).key])
        let base = try text("/run, /old", [a])
        let changed = try merge(base, try text("/run", [a]), try text("/run, /old, /trace", [a]))
        #expect(try opened(changed.edited.bytes).header.rules.ignore.count == 2)
    }

    @Test func servicesOfBothAreInTheHeader() throws {
        let ours = RandomStory.text([.chat(1, [user])])
        let theirs = ours.replacing(
            "hopx: {upstream: sandbox, from: sandbox}", with: "gemini: {upstream: script, from: script}"
        )
        .replacing("\"on\": \"2026-11-23\"", with: "\"on\": \"2026-11-30\"")
        let header = try opened(try merge(nil, ours, theirs).edited.bytes).header
        #expect(header.origins.map(\.service) == [.openai, .hopx, .http, .gemini])
        #expect(header.recordedOn == "2026-11-30")
    }

    @Test func aCommentThatOnlyTheirsChangedComesAlong() throws {
        let base = RandomStory.text([.chat(1, [user]), .chat(2, [user, user])])
        let theirs = base.replacing("\nkey:", with: "\n# why this is here\nkey:", maxReplacements: 1)
        #expect(text(try merge(base, base, theirs).edited.bytes) == theirs)
        #expect(text(try merge(base, theirs, base).edited.bytes) == theirs)
    }

    @Test func aTornEndIsNotMerged() throws {
        let whole = RandomStory.text([.chat(1, [user])])
        let torn = whole + "---\ninteraction: 2\nat: 0"
        #expect(text(try merge(nil, torn, torn).edited.bytes) == whole)
    }
}
