import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct CassettePruningTests {
    @Test(arguments: 0..<25 as Range<UInt64>)
    func whatStaysSaysWhatItSaid(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        var random = SeededGenerator(seed: seed)
        let written = story.interactions(25)
        var texts = CassetteTexts(RandomStory.text(written))
        texts.addComments(&random)
        let kept = written.filter { _ in !random.once(in: 3) }
        let outcome = try CassettePruning.apply(to: texts.text.bytes, file: "c.yaml", keeping: Set(kept.map(\.number)))

        let read = try opened(outcome.edited.bytes).interactions()
        #expect(read.map(\.number) == kept.map(\.number))
        #expect(read.map(\.key) == kept.map(\.key))
        #expect(read.map(\.statement) == kept.map(\.statement))
        #expect(outcome.dropped == written.map(\.number).filter { number in !kept.contains { $0.number == number } })

        // Only what lost its base was written anew, and of that only the request.
        let after = CassetteTexts(text(outcome.edited.bytes))
        let before = zip(written, texts.documents).filter { pair in kept.contains { $0.number == pair.0.number } }
        for ((interaction, old), new) in zip(before, after.documents) {
            if outcome.rewritten.contains(interaction.number) {
                #expect(old.text != new.text)
                let comments = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("#") } }
                #expect(comments(new.text) == comments(old.text))
                #expect(new.text.split(separator: "request:")[0] == old.text.split(separator: "request:")[0])
            } else {
                #expect(old.text == new.text)
            }
        }
        #expect(after.header == texts.header)
        let gaps = texts.documents.map(\.gap).joined()
        #expect(
            text(outcome.edited.bytes).split(separator: "\n").filter { $0.hasPrefix("# before") }
                == gaps.split(separator: "\n").filter { !$0.isEmpty })
    }

    @Test func nothingChangesWhenAllStays() throws {
        var story = RandomStory(seed: 1)
        let written = story.interactions(12)
        let old = (RandomStory.text(written) + "# the end\n---\ninteraction: 99\nat: 1").bytes
        let outcome = try CassettePruning.apply(to: old, file: "c.yaml", keeping: Set(written.map(\.number)))
        #expect(outcome.edited.bytes == old)
        #expect(outcome.dropped.isEmpty && outcome.rewritten.isEmpty)
    }

    /// A conversation that was recorded message by message keeps its shape where it can.
    @Test func theNextRequestIsWrittenAsAChangeOfWhatIsLeft() throws {
        let messages = (0..<8).map {
            ["role": "user", "content": .string("message \($0) " + String(repeating: "x", count: 200))] as JSONValue
        }
        let written = (1...8).map { Interaction.chat($0, Array(messages.prefix($0))) }
        let outcome = try CassettePruning.apply(
            to: RandomStory.text(written).bytes, file: "c.yaml", keeping: [1, 2, 5, 6, 7, 8])
        #expect(outcome.rewritten == [5])
        #expect(text(outcome.edited.bytes).contains("interaction: 5\n"))
        #expect(CassetteTexts(text(outcome.edited.bytes)).documents[2].text.contains("  like: 2\n"))
        #expect(
            try opened(outcome.edited.bytes).interactions().map(\.statement)
                == [1, 2, 5, 6, 7, 8].map { written[$0 - 1].statement })
    }

    @Test func anUnknownNumberIsAnError() throws {
        let error = #expect(throws: Diagnostics.self) {
            try CassettePruning.apply(to: RandomStory.text([.chat(1, [user])]).bytes, file: "c.yaml", keeping: [1, 7])
        }
        #expect(error?.all.map(\.message) == ["there is no interaction 7 to keep"])
    }

    @Test func aDocumentInFlowStyleIsWrittenAnew() throws {
        let written = [Interaction.chat(1, [user]), .chat(2, [user, ["role": "user", "content": "more"]])]
        var texts = CassetteTexts(RandomStory.text(written))
        let key = written[1].key
        texts.documents[1].text = """
            ---
            {interaction: 2, at: 2.0, openai: POST /v1/chat/completions, key: \(key), # by hand
             request: {like: 1, append: {/messages: [{role: user, content: more}]}},
             response: {status: 200, headers: {content-type: application/json}, at: 0.5, body: {text: "ok"}}}
            ...

            """
        _ = try opened(texts.text.bytes)
        let outcome = try CassettePruning.apply(to: texts.text.bytes, file: "c.yaml", keeping: [2])
        let read = try opened(outcome.edited.bytes).interactions()
        #expect(read.map(\.statement) == [written[1].statement])
    }
}
