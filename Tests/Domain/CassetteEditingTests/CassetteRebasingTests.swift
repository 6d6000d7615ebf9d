import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct CassetteRebasingTests {
    private let first: JSONValue = ["role": "user", "content": "a long question that both ask"]
    private let second: JSONValue = ["role": "user", "content": "another question"]

    @Test func anOldAnswerIsKeptUnderItsNewRequest() throws {
        let old = RandomStory.text([.chat(1, [first], answer: "one"), .chat(2, [first, second], answer: "two")])
        let answers = [
            StaleAnswer(request: .chat(0, [first, user]), answeredBy: 2),
            StaleAnswer(request: .chat(0, [first, user]), answeredBy: 2),
            StaleAnswer(request: .chat(0, [first, user]), answeredBy: 1),
        ]
        let outcome = try CassetteRebasing.apply(answers, to: (old + "---\ntorn").bytes, file: "c.yaml")
        #expect(outcome.added == [3, 4] && outcome.replaced.isEmpty)
        let cassette = try opened(outcome.edited.bytes)
        let read = try cassette.interactions()
        #expect(read[2].request.tree == Interaction.chat(3, [first, user]).request.tree)
        #expect(read[2].response.bytes == read[1].response.bytes && read[3].response.bytes == read[0].response.bytes)
        #expect(cassette.header.origin(of: .openai)?.from == .edited)
        #expect(cassette.header.origin(of: .hopx)?.from == .sandbox)
        // All that was there is there, but for the provenance.
        #expect(
            text(outcome.edited.bytes).hasPrefix(
                old.replacing(
                    "https://api.openai.com/v1\", from: live", with: "https://api.openai.com/v1\", from: edited")))
        let again = try CassetteRebasing.apply(answers, to: outcome.edited.bytes, file: "c.yaml")
        #expect(again.added.isEmpty && again.edited.bytes == outcome.edited.bytes)
    }

    /// The outcomes of a sandbox play in their order, so a new one cannot stand behind the others.
    @Test func whatRanInASandboxGetsItsNewRequestInItsPlace() throws {
        let old = RandomStory.text([
            .create(1, sandbox: 1, id: "a"), .run(2, sandbox: 1, code: "a"), .run(3, sandbox: 1, code: "b"),
        ])
        let new = Interaction.run(0, sandbox: 1, code: "a  # other", inputs: "0c0c0c0c")
        let outcome = try CassetteRebasing.apply(
            [StaleAnswer(request: new, answeredBy: 2)], to: old.bytes, file: "c.yaml")
        #expect(outcome.added.isEmpty && outcome.replaced == [2])
        let read = try opened(outcome.edited.bytes).interactions()
        #expect(read.map(\.number) == [1, 2, 3])
        #expect(read[1].key == new.key && read[1].inputs == "0c0c0c0c")
        #expect(CassetteTexts(text(outcome.edited.bytes)).documents[2].text == CassetteTexts(old).documents[2].text)
    }

    @Test func anAnswerFromNowhereIsAnError() throws {
        #expect(throws: Diagnostics.self) {
            try CassetteRebasing.apply(
                [StaleAnswer(request: .chat(0, [user]), answeredBy: 5)], to: RandomStory.text([.chat(1, [user])]).bytes,
                file: "c.yaml")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func staleAnswersAreReadAsTheyWereWritten(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        let written = story.interactions(10).filter { $0.operation.method != "WS" }.map {
            StaleAnswer(request: $0, answeredBy: $0.number)
        }
        let file = StaleFile.header(of: RandomStory.header.name) + written.map(StaleFile.document).joined()
        let read = try StaleFile.read((file + "---\nstale: 1\nat").bytes, file: "c.yaml.stale", rules: MatchRules())
        #expect(read.map(\.answeredBy) == written.map(\.answeredBy))
        #expect(read.map(\.request.key) == written.map(\.request.key))
        #expect(read.map(\.request.at) == written.map(\.request.at))
    }

    @Test func whatIsWrongInAStaleFileIsToldAtItsPlace() throws {
        let head = StaleFile.header(of: RandomStory.header.name)
        let cases: [(String, Int?)] = [
            ("", 1), (head.replacing("stale/1", with: "stale/2"), 2),
            (head + "---\nat: 1\nhttp: GET /\nrequest: {}\n...\n", 6),
            (head + "---\nstale: 1\nrequest: {}\n...\n", 6),
            (head + "---\nstale: 1\nhttp: GET /\nrequest: {}\nwhat: 1\n...\n", 9),
        ]
        for (text, line) in cases {
            let error = #expect(throws: Diagnostics.self) {
                try StaleFile.read(text.bytes, file: "s", rules: MatchRules())
            }
            #expect(error?.all.first?.place?.line == line, "\(text)")
        }
    }
}
