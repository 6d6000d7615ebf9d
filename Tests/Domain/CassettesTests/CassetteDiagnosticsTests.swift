import Cassettes
import Documents
import Testing

@Suite struct CassetteDiagnosticsTests {
    private static let header = """
        ---
        understudy: cassette/1
        name: a/b
        match: {defaults: 1, ignore: [], mask: []}
        ...

        """

    private static func document(_ lines: String) -> String { "---\n\(lines)\n...\n" }

    private static let key = "33c8a8f249e643b04a56d456703825fe"
    /// Lines 6 to 11 of a file that begins with `header`.
    private static let first = document(
        """
        interaction: 1
        openai: POST /v1/chat/completions
        key: \(key)
        request: {body: {n: 1}}
        response: {status: 200, body: {t: whole}}
        """)

    private func expect(_ text: String, _ golden: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let found = Diagnostics(Cassette.problems(in: text)).description
        #expect(found == golden, sourceLocation: sourceLocation)
    }

    @Test func theSampleIsRight() { expect(Self.header + Self.first, "") }

    @Test func wrongVersion() {
        expect(
            Self.header.replacing("cassette/1", with: "cassette/2") + Self.first,
            """
            c.yaml:2:13: error: unknown cassette version 'cassette/2'
              expected: cassette/1
              fix: use a newer understudy, or record the cassette again
            """)
        expect(
            Self.header.replacing("cassette/1", with: "scenario/1"),
            """
            c.yaml:2:13: error: not a cassette: 'scenario/1'
              expected: cassette/1
              fix: name a cassette file
            """)
        expect(
            Self.header.replacing("cassette/1", with: "[cassette/1]"),
            """
            c.yaml:2:13: error: not a cassette: 'a list'
              expected: cassette/1
              fix: name a cassette file
            """)
    }

    @Test func headerMembers() {
        expect(
            """
            ---
            understudy: cassette/1
            name: ../etc
            services: {opnai: {upstream: x, from: alive}, hopx: []}
            match: {defaults: 2, ignore: [user], mask: [/x], rules: 1}
            recordde: {}
            ...

            """,
            """
            c.yaml:3:7: error: '../etc' is not a cassette's name
              expected: words of A-Z, a-z, 0-9, '_' and '-', joined by '/'
            c.yaml:4:12: error: unknown service 'opnai'
              expected: one of openai, azure, anthropic, gemini, hopx, http
              fix: did you mean 'openai'?
            c.yaml:4:53: error: a service must be a mapping, not list
              expected: NAME: VALUE pairs
            c.yaml:5:19: error: match defaults 2 are newer than this version knows
              expected: 1 to 1
              fix: use a newer understudy
            c.yaml:5:31: error: 'user' is neither a JSON path nor a JSON pointer
              expected: a JSON path of .name, ['name'], [0], [*] and ..name ($.messages[*].content), or a JSON pointer (/messages/0)
            c.yaml:5:45: error: a mask must be a mapping, not text
              expected: NAME: VALUE pairs
            c.yaml:5:45: error: the key 'pattern' is missing
              expected: pattern: one of uuid, iso-time, epoch, hex-id, temp-path, or 'regex: EXPRESSION'
            c.yaml:5:45: error: the key 'as' is missing
              expected: as: the text that takes its place, such as <uuid>
            c.yaml:5:50: error: unknown key 'rules'
              expected: one of alias, defaults, ignore, mask
              fix: use a newer understudy
            c.yaml:6:1: error: unknown key 'recordde'
              expected: one of match, name, recorded, services, understudy
              fix: did you mean 'recorded'?
            """)
    }

    @Test func aKeyGivenTwice() {
        expect(
            Self.header
                + Self.first.replacing("{n: 1}", with: "{n: 1, m: 2, n: 1}").replacing(
                    "response", with: "key: x\nresponse"),
            """
            c.yaml:10:30: error: the key 'n' is given twice
              expected: each key once
              fix: remove or rename one of them
            c.yaml:11:1: error: the key 'key' is given twice
              expected: each key once
              fix: remove or rename one of them
            """, dropping: "stale key")
    }

    private func expect(
        _ text: String, _ golden: String, dropping message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = Cassette.problems(in: text).filter { !$0.message.hasPrefix(message) }
        #expect(Diagnostics(found).description == golden, sourceLocation: sourceLocation)
    }

    @Test func aStaleKey() {
        expect(
            Self.header + Self.first.replacing("{n: 1}", with: "{n: 2}"),
            """
            c.yaml:9:6: error: stale key: the request of interaction 1 was changed
              expected: 94773a4b115cf4aaeb97ef366a8f48b6
              fix: run understudy cassette rekey c.yaml
            """)
    }

    @Test func unknownKeysAndWrongTypes() {
        expect(
            Self.header
                + Self.document(
                    """
                    interaction: one
                    at: later
                    opnai: POST /v1/chat/completions
                    requst: {}
                    response: {statsu: 200, headers: [], layout: indent-3, body: {}, end: rest, at: [1]}
                    """),
            """
            c.yaml:7:1: error: no service is named
              expected: one of openai, azure, anthropic, gemini, hopx, http: METHOD /path
            c.yaml:7:1: error: the key 'request' is missing
              expected: request: {body: …}
            c.yaml:7:14: error: interaction cannot be 'one'
              expected: a whole number from 0
            c.yaml:8:5: error: at cannot be 'later'
              expected: a number
            c.yaml:9:1: error: unknown key 'opnai'
              expected: one of anthropic, at, azure, gemini, hopx, http, inputs, interaction, key, openai, request, response, sandbox
              fix: did you mean 'openai'?
            c.yaml:10:1: error: unknown key 'requst'
              expected: one of anthropic, at, azure, gemini, hopx, http, inputs, interaction, key, openai, request, response, sandbox
              fix: did you mean 'request'?
            c.yaml:11:12: error: unknown key 'statsu'
              expected: one of at, base64, body, chunks, end, events, file, headers, layout, sse, status, sum, text
              fix: did you mean 'status'?
            c.yaml:11:34: error: headers must be a mapping, not list
              expected: NAME: TEXT, or NAME: [TEXT, …]
            c.yaml:11:46: error: unknown layout 'indent-3'
              expected: one of compact, spaced, indent-2, indent-4, compact-ascii, spaced-ascii, indent-2-ascii, indent-4-ascii, \
            compact-nl, spaced-nl, indent-2-nl, indent-4-nl, compact-ascii-nl, spaced-ascii-nl, indent-2-ascii-nl, indent-4-ascii-nl
              fix: did you mean 'indent-2'?
            c.yaml:11:71: error: end cannot be 'rest'
              expected: one of reset, timeout, refused, client_left
              fix: did you mean 'reset'?
            c.yaml:11:81: error: at cannot be a list
              expected: a number
            """)
    }

    @Test func operationsAndForms() {
        expect(
            Self.header
                + Self.document(
                    """
                    interaction: 1
                    openai: chat
                    hopx: POST /execute
                    request: {body: {n: 1}, text: x}
                    response: {status: 99, text: a, base64: "?"}
                    """),
            """
            c.yaml:8:9: error: 'chat' is not an operation
              expected: METHOD /path
            c.yaml:9:1: error: two services are named: openai and hopx
              expected: one service
              fix: remove one of them
            c.yaml:10:25: error: a body has one form, not body and text
              expected: one of body, text, base64, file
              fix: remove one of them
            c.yaml:11:20: error: status cannot be '99'
              expected: a whole number from 100 to 599
            c.yaml:11:33: error: an answer has one form, not text and base64
              expected: one of events, chunks, body, text, base64, file
              fix: remove one of them
            c.yaml:11:41: error: not base64
              expected: padded standard base64 without white space
            """)
    }

    @Test func streams() {
        expect(
            Self.header
                + Self.document(
                    """
                    interaction: 1
                    openai: POST /v1/chat/completions
                    request: {}
                    response:
                      status: 200
                      sse: lf
                      sum: 0000
                      events:
                      - {at: 1.0, data: abc, cuts: [[4, 1.0], [2, 1.0], [99, 1.0], x]}
                      - {at: 1.0, evnt: ping}
                      - {at: 1.0, base64: [], join: maybe}
                    """),
            """
            c.yaml:12:8: error: sse cannot be 'lf'
              expected: one of crlf
            c.yaml:13:8: error: the body's sum is 0d1bfdb1, not 0000
              expected: 0d1bfdb1
              fix: if the body was edited on purpose, remove the line
            c.yaml:15:43: error: not a cut of this event
              expected: [BYTES, AT], bytes rising and inside the event
            c.yaml:15:53: error: not a cut of this event
              expected: [BYTES, AT], bytes rising and inside the event
            c.yaml:15:64: error: not a cut of this event
              expected: [BYTES, AT], bytes rising and inside the event
            c.yaml:16:5: error: an event without content
              expected: data, raw or base64
            c.yaml:16:15: error: unknown key 'evnt'
              expected: one of at, base64, cuts, data, event, join, raw
              fix: did you mean 'event'?
            c.yaml:17:23: error: not base64
              expected: padded standard base64 without white space
            c.yaml:17:33: error: join cannot be 'maybe'
              expected: true or false
            """)
    }

    @Test func numbersGivenTwiceAndTextOutside() {
        expect(
            Self.header + Self.first + "stray\n  indented\n# a comment\n\n" + Self.first + "...\n",
            """
            c.yaml:13:1: error: text outside a document
              expected: documents from a line '---' to a line '...'
              fix: start it with a line '---'
            c.yaml:14:1: error: text outside a document
              expected: documents from a line '---' to a line '...'
              fix: start it with a line '---'
            c.yaml:18:1: error: interaction 1 is given twice
              expected: each number once
              fix: renumber one of them
            c.yaml:24:1: error: a document ends here that did not begin
              expected: documents from a line '---' to a line '...'
              fix: start it with a line '---'
            """)
    }

    @Test func deltas() {
        func delta(_ request: String) -> String {
            Self.header + Self.first
                + Self.document("interaction: 2\nopenai: POST /v1/chat/completions\nrequest: \(request)\nresponse: {}")
        }
        expect(
            delta("{like: 7, append: {n: 1}}"),
            """
            c.yaml:16:17: error: there is no interaction 7 of this service above
              expected: the number of an earlier one with a JSON body
            c.yaml:16:32: error: append takes a list
              expected: POINTER: [ITEM, …]
            """)
        expect(
            delta("{like: 1, append: {/n: [1]}}"),
            """
            c.yaml:16:10: error: drop, set or append name a place that interaction 1 does not have
              expected: JSON pointers into its body
            """)
        expect(
            delta("{like: one, drop: /n, set: [1], body: {}}"),
            """
            c.yaml:16:17: error: like takes an interaction's number
              expected: like: NUMBER
            c.yaml:16:28: error: drop cannot be '/n'
              expected: a list
            c.yaml:16:37: error: set must be a mapping, not list
              expected: POINTER: VALUE
            c.yaml:16:42: error: unknown key 'body'
              expected: one of append, drop, like, set
            """)
    }

    @Test func aBrokenBaseIsToldOnce() {
        expect(
            Self.header + Self.first.replacing("{n: 1}", with: "{n: 2}")
                + (2...4).map { number in
                    Self.document(
                        "interaction: \(number)\nopenai: POST /v1/chat/completions\nkey: \(Self.key)\nrequest: {like: \(number - 1)}\nresponse: {x: 1}"
                    )
                }.joined(),
            """
            c.yaml:9:6: error: stale key: the request of interaction 1 was changed
              expected: 94773a4b115cf4aaeb97ef366a8f48b6
              fix: run understudy cassette rekey c.yaml
            c.yaml:18:12: error: unknown key 'x'
              expected: one of at, base64, body, chunks, end, events, file, headers, layout, sse, status, sum, text
            c.yaml:25:12: error: unknown key 'x'
              expected: one of at, base64, body, chunks, end, events, file, headers, layout, sse, status, sum, text
            c.yaml:32:12: error: unknown key 'x'
              expected: one of at, base64, body, chunks, end, events, file, headers, layout, sse, status, sum, text
            """)
    }

    @Test func allOfAFileAtOnce() {
        let text =
            Self.header.replacing("cassette/1", with: "cassette/9") + Self.first.replacing("{n: 1}", with: "{n: 2}")
            + Self.document(
                "interaction: 2\nopenai: POST /x\nkey: 00000000000000000000000000000000\nrequest: {a: 1, a: 2}\nresponse: {statsu: 1}"
            )
            + "---\ninteraction: 3\nopenai: POST /x\n" + Self.first + "---\ninteraction: 5\n"
        let found = Cassette.problems(in: text)
        #expect(
            found.map { "\($0.place?.line ?? 0): \($0.message)" } == [
                "2: unknown cassette version 'cassette/9'", "17: unknown key 'a'", "17: the key 'a' is given twice",
                "18: unknown key 'statsu'", "20: this document is not ended by a line '...'",
                "24: interaction 1 is given twice",
            ])
        // With a header that can be read, keys are looked at, too.
        let mended = Cassette.problems(in: text.replacing("cassette/9", with: "cassette/1"))
        #expect(mended.map { $0.place?.line ?? 0 } == [9, 17, 17, 18, 20, 24])
        #expect(mended.first?.message == "stale key: the request of interaction 1 was changed")
    }

    @Test func whatIsNoTextAtAll() {
        func problems(_ bytes: [UInt8]) -> String {
            do {
                _ = try Cassette(bytes, file: "c.yaml")
                return ""
            } catch { return "\(error)" }
        }
        #expect(
            problems([]) == """
                c.yaml:1:1: error: not a cassette: it has no whole document
                  expected: understudy: cassette/1
                """)
        #expect(
            problems(Array("---\nname: a".utf8)) == """
                c.yaml:1:1: error: not a cassette: it has no whole document
                  expected: understudy: cassette/1
                  fix: end the document with a line '...'
                """)
        #expect(
            problems(Array("---\nunderstudy: cassette/1\nname: \u{E9}".utf8) + [0xFF] + Array("\n...\n".utf8)) == """
                c.yaml:3:8: error: not UTF-8
                  expected: UTF-8 text
                """)
        #expect(problems(Array("---\n...\n".utf8)).hasPrefix("c.yaml:2:1: error: an empty document"))
        #expect(!problems(Array(repeating: 0, count: 10_000)).isEmpty)
        #expect(!problems((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) }).isEmpty)
    }
}
