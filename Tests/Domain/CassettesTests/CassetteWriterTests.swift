import Cassettes
import Documents
import HTTPMessages
import TestSupport
import Testing

@Suite struct CassetteWriterTests {
    @Test(arguments: 0..<8)
    func everyInteractionIsReadAsItWasWritten(seed: Int) throws {
        var random = RandomInteractions(seed: UInt64(100 + seed))
        let written = (1...60).map { random.next($0) }
        let cassette = try Cassette(writing: written)
        #expect(cassette.check().isEmpty, "\(Diagnostics(cassette.check()))")
        #expect(cassette.index.map(\.number) == Array(1...60))
        #expect(cassette.index.map(\.key) == written.map(\.key))
        for (position, interaction) in written.enumerated() {
            expectSame(try cassette.interaction(at: position), interaction)
        }
    }

    @Test func theHeaderIsReadAsItWasWritten() throws {
        let ignore = try [#require(JSONPointer(parsing: "/user")), #require(JSONPointer(parsing: "/a~1b/0"))]
        let header = try CassetteHeader.sample(rules: MatchRules(ignore: ignore))
        #expect(try Cassette(writing: [], header: header).header == header)
    }

    @Test func everyNastyTextSurvivesInABody() throws {
        var number = 0
        let written = NastyText.all.map { text in
            number += 1
            let body: JSONValue = ["messages": [["role": "user", "content": .string(text)]], "n": .number(number)]
            return Interaction(number, request: RecordedBody(tree: body), response: .answer(text))
        }
        let cassette = try Cassette(writing: written)
        #expect(cassette.check().isEmpty, "\(Diagnostics(cassette.check()))")
        for (position, interaction) in written.enumerated() {
            expectSame(try cassette.interaction(at: position), interaction)
        }
    }

    @Test(arguments: [
        "data: a\n\ndata: b\n\n", "data: a\r\n\r\nevent: x\r\ndata: b\r\n\r\n", "\n\ndata: a\n\n\n\n",
        "data: a\n\n: c\n\ndata: é",
    ])
    func everyChunkingOfAStreamIsKept(text: String) throws {
        let bytes = Array(text.utf8)
        var written: [Interaction] = []
        for first in 1..<bytes.count {
            for second in first..<bytes.count {
                let chunks = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])].filter {
                    !$0.isEmpty
                }
                written.append(
                    Interaction(written.count + 1, request: RecordedBody(bytes: []), response: .events(chunks)))
            }
        }
        let cassette = try Cassette(writing: written)
        #expect(cassette.check().isEmpty)
        for (position, interaction) in written.enumerated() {
            expectSame(try cassette.interaction(at: position), interaction)
        }
    }

    @Test func looksAsTheFormatSays() throws {
        let text = try Cassette.text([
            Interaction(1, messages: [["role": "user", "content": "hi"]]),
            Interaction(
                2, at: 1.5, service: .hopx, Operation(method: "POST", path: "/execute"), sandbox: 1, inputs: "5b1e77aa",
                request: RecordedBody(tree: ["code": "print(1)\nprint(2)\n"]),
                response: .events([Array("data: a\n\nda".utf8), Array("ta: b\n\n".utf8)])),
        ])
        #expect(
            text == """
                ---
                understudy: cassette/1
                name: tutorial/sample
                recorded: {by: understudy 0.1.0, "on": "2026-11-23"}
                services: {openai: {upstream: "https://api.openai.com/v1", from: live}, hopx: {upstream: sandbox, from: sandbox}}
                match: {defaults: 1, ignore: [], mask: []}
                ...
                ---
                interaction: 1
                at: 0.000
                openai: POST /v1/chat/completions
                key: 4af88d06fc23be928b776d605e4328db
                request: {body: {model: gpt-4o, temperature: 0, messages: [{role: user, content: hi}]}}
                response:
                  status: 200
                  headers: {content-type: application/json}
                  at: 0.500
                  body: {choices: [{message: {role: assistant, content: ok}}]}
                ...
                ---
                interaction: 2
                at: 1.500
                hopx: POST /execute
                sandbox: 1
                inputs: 5b1e77aa
                key: e3aa7a4f1f87d302f6af921c34b62837
                request:
                  body:
                    code: |
                      print(1)
                      print(2)
                response:
                  status: 200
                  headers: {content-type: text/event-stream; charset=utf-8}
                  at: 0.250
                  events:
                  - {at: 1.000, data: a, join: true}
                  - {at: 2.000, data: b, cuts: [[2, 1.000]]}
                ...

                """)
    }

    @Test func timesAreNeverNegativeNorHuge() throws {
        let times: [Double] = [-1.5, -0.0001, 0.0005, 1e300, .infinity]
        let written = times.enumerated().map { Interaction($0 + 1, at: $1, request: RecordedBody(bytes: [])) }
        let cassette = try Cassette(writing: written)
        #expect(cassette.check().isEmpty)
        #expect(try cassette.interaction(at: 0).at == 0)
        #expect(try cassette.interaction(at: 1).at == 0)
    }
}
