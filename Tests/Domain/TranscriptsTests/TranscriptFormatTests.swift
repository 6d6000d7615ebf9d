import Documents
import Testing
import Transcripts

@Suite struct TranscriptFormatTests {
    @Test(arguments: 0..<20)
    func everyTranscriptComesBackExactly(seed: Int) throws {
        var random = RandomTranscripts(seed: UInt64(seed))
        let transcript = random.transcript(30)
        let text = transcript.json.text()
        let read = try Transcript(json: JSONValue(parsing: text))
        #expect(read == transcript)
        #expect(read.json.text() == text)
    }

    @Test func aStaleMarkComesBackAndDecidesNothing() throws {
        let end = Entry.Kind.end(End(cause: .error, agent: nil))
        let marked = Transcript(
            subject: "s", entries: [Entry(turn: 1, kind: end, stale: 3), Entry(turn: 1, kind: end)])
        let read = try Transcript(json: JSONValue(parsing: marked.json.text()))
        #expect(read.entries.map(\.stale) == [3, nil])
        #expect(read.entries[0] == read.entries[1])
    }

    @Test func aRequestKeepsTheSpellingOfItsNumbersAndItsOrder() throws {
        let request = try JSONValue(parsing: #"{"z":1.50,"a":{"n":1e2},"messages":[{"content":"e\u0301\u0000"}]}"#)
        let call = LLMCall(agent: "a", model: "m", request: request, status: nil)
        let transcript = Transcript(subject: "s", entries: [Entry(turn: 1, kind: .llmCall(call))])
        let read = try Transcript(json: JSONValue(parsing: transcript.json.text()))
        guard case .llmCall(let back)? = read.entries.first?.kind else {
            Issue.record("expected a call")
            return
        }
        #expect(back.request.text() == request.text())
    }

    static let mistakes: [(String, String, [String])] = [
        ("not an object", "[]", ["$: error: list where a mapping belongs"]),
        ("no name", "{}", ["$.understudy: error: the format's name is missing\n  expected: \"transcript/1\""]),
        (
            "another kind of file", #"{"understudy":"cassette/1"}"#,
            ["$.understudy: error: 'cassette/1' is not a transcript\n  expected: transcript/1"]
        ),
        (
            "a later version", #"{"understudy":"transcript/2","entries":7}"#,
            [
                "$.understudy: error: version 'transcript/2' is not known\n  expected: transcript/1; a newer understudy may have written this"
            ]
        ),
        (
            "everything at once",
            #"""
            {"understudy":"transcript/1","subject":3,"extra":1,"entries":[
              7,
              {"turn":"1","kind":"message","speaker":"a","tool_calls":[{"name":1}],"txet":""},
              {"turn":1,"kind":"mesage"},
              {"turn":1,"kind":"end","cause":"boredom"},
              {"turn":1,"kind":"llm_call","agent":"a","model":"m","usage":[],"at":"now"}]}
            """#,
            [
                "$.subject: error: 'subject' cannot be number\n  expected: text",
                "$.extra: error: unknown member 'extra'\n  expected: one of entries, subject, understudy",
                "$.entries[0]: error: number where a mapping belongs",
                "$.entries[1].turn: error: 'turn' cannot be text\n  expected: a whole number",
                "$.entries[1].recipient: error: 'recipient' is missing\n  expected: text",
                "$.entries[1].tool_calls[0].name: error: 'name' cannot be number\n  expected: text",
                "$.entries[1].tool_calls[0].arguments: error: 'arguments' is missing\n  expected: text",
                "$.entries[1].txet: error: unknown member 'txet'\n  expected: one of at, kind, recipient, speaker, stale, text, took, tool_calls, turn",
                "$.entries[2].kind: error: unknown kind 'mesage'\n  expected: one of message, llm_call, code_run, end",
                "$.entries[3].cause: error: unknown cause 'boredom'\n  expected: one of termination_message, max_consecutive_auto_reply, max_turns, max_round, no_eligible_speaker, no_reply_requested, program_exit, error",
                "$.entries[4].usage: error: list where a mapping belongs",
                "$.entries[4].at: error: text where a number belongs\n  expected: seconds",
            ]
        ),
    ]

    @Test(arguments: mistakes)
    func badInputIsNamedByItsPath(name: String, json: String, expected: [String]) throws {
        let value = try JSONValue(parsing: json)
        let error = #expect(throws: TranscriptFormatError.self) { try Transcript(json: value) }
        #expect(error?.description == expected.joined(separator: "\n"))
    }
}
