import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct CassetteLintTests {
    private func findings(_ text: String, present: [BesideDigest] = []) throws -> [String] {
        try CassetteLint.findings(in: text.bytes, file: "c.yaml", present: present).map {
            "\($0.place?.line ?? 0): \($0.message)"
        }
    }

    private func header(
        _ services: String = "openai: {upstream: script, from: script}", match: String = "{defaults: 1}"
    ) -> String {
        "---\nunderstudy: cassette/1\nname: a\nservices: {\(services)}\nmatch: \(match)\n...\n"
    }

    private func body(_ interactions: [Interaction]) -> String {
        CassetteTexts(RandomStory.text(interactions)).documents.map(\.text).joined()
    }

    private let long = JSONValue.string(String(repeating: "a long message ", count: 20))

    @Test func aGoodCassetteNeedsNothing() throws {
        let story = [
            Interaction.chat(1, [["role": "user", "content": long]]),
            .chat(2, [["role": "user", "content": long], user]),
        ]
        #expect(try findings(header() + body(story)) == [])
    }

    @Test func rulesThatMatchNothingAreTold() throws {
        let text =
            header(match: "{defaults: 1, ignore: [/user, /trace, /messages/0/id]}")
            + body([.chat(1, [user], extra: [("trace", "x")])])
        let keyed = String(decoding: try CassetteRekeying.apply(to: text.bytes, file: "c.yaml").bytes, as: UTF8.self)
        #expect(
            try findings(keyed) == [
                "5: the rule 'ignore: /user' matches nothing in any request",
                "5: the rule 'ignore: /messages/0/id' matches nothing in any request",
            ])
    }

    @Test func servicesThatNobodyAskedAreTold() throws {
        let text =
            header("openai: {upstream: script, from: script}, gemini: {upstream: script, from: script}")
            + body([.chat(1, [user])])
        #expect(try findings(text) == ["4: no interaction is of the service 'gemini'"])
    }

    @Test func aWholeRequestThatCouldBeAChangeIsTold() throws {
        let messages: [JSONValue] = [["role": "system", "content": long], user]
        let whole =
            body([.chat(1, [messages[0]])]) + CassetteTexts(RandomStory.text([.chat(2, messages)])).documents[0].text
        let found = try findings(header() + whole)
        #expect(found.count == 1)
        #expect(found[0].contains("the request of interaction 2 is written whole; as what it adds to interaction 1"))
    }

    @Test func theSameRecordingTwiceIsTold() throws {
        let text =
            header()
            + body([.chat(1, [user], answer: "a"), .chat(2, [user], answer: "b"), .chat(3, [user], answer: "a")])
        #expect(
            try findings(text).map { $0.split(separator: ": ", maxSplits: 1)[1] } == [
                "interaction 3 is the same as interaction 1"
            ])
    }

    @Test func sandboxesThatNothingIsDoneWithAreTold() throws {
        let text =
            header("hopx: {upstream: sandbox, from: sandbox}")
            + body([.create(1, sandbox: 1, id: "a"), .create(2, sandbox: 2, id: "b"), .run(3, sandbox: 2, code: "1")])
        #expect(
            try findings(text).map { $0.split(separator: ": ", maxSplits: 1)[1] } == ["nothing is done with sandbox 1"])
    }

    @Test func layoutsThatSayNothingAreTold() throws {
        let text =
            header()
            + body([.chat(1, [user])]).replacing("body: {text: ok}", with: "layout: compact, body: {text: ok}")
            .replacing("request: {body", with: "request: {layout: spaced, body")
        #expect(
            try findings(text).map { $0.split(separator: ": ", maxSplits: 1)[1] }.sorted() == [
                "'layout: compact' is what is meant without it", "a request needs no layout",
            ])
    }

    @Test(
        arguments: [
            ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "a UUID"), ("run F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6!", "a UUID"),
            ("at 2026-11-23T10:00:00Z", "a time"), ("2026-11-23 10:00:00", "a time"), ("2026-11-23", nil),
            ("f81d4fae-7dec", nil),
            ("xf81d4fae-7dec-11d0-a765-00a0c91e6bf6", nil), ("12026-11-23T10:00:00", nil), ("a-b-c", nil), ("-", nil),
            ("", nil),
        ] as [(String, String?)])
    func valuesThatChangeAreTold(value: String, kind: String?) throws {
        let found = try findings(header() + body([.chat(1, [["role": "user", "content": .string(value)]])]))
        let expected = kind.map {
            "$.messages[0].content of interaction 1 looks like \($0), which the next run may not send again"
        }
        #expect(
            found.map { $0.split(separator: ": ", maxSplits: 1)[1] }
                == [expected.map { Substring($0) }].compactMap(\.self))
    }

    @Test func whatARuleIgnoresMayChange() throws {
        let text =
            header(match: "{defaults: 1, ignore: [/trace]}")
            + body([.chat(1, [user], extra: [("trace", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")])])
        let keyed = String(decoding: try CassetteRekeying.apply(to: text.bytes, file: "c.yaml").bytes, as: UTF8.self)
        #expect(try findings(keyed) == [])
    }

    @Test func contentsThatNothingRefersToAreTold() throws {
        let digest = BesideDigest(of: [1])
        #expect(
            try findings(header() + body([.chat(1, [user])]), present: [digest]) == [
                "0: nothing refers to the content \(digest) beside it"
            ])
    }
}
