import Documents
import Testing
import Transcripts

@Suite struct FaultReactionTests {
    private static let full = FaultReaction(
        fault: "rate_limit", status: 429, session: "us-primes", service: "openai",
        operation: "POST /v1/chat/completions", model: "gpt-4o", turn: 3, reaction: .fellBack, retries: 2,
        retryAfter: 1.5, wait: 1.75, obeyedRetryAfter: true, backedOff: false, fallback: "mini", recovered: true)
    private static let bare = FaultReaction(
        fault: "reset", service: "hopx", operation: "POST /execute", turn: 1, reaction: .gaveUp)

    @Test(arguments: [full, bare]) func whatIsWrittenIsReadBack(row: FaultReaction) throws {
        let read = try FaultReaction(json: JSONValue(parsing: row.json.text()))
        #expect(read == row)
        #expect(read.wait == row.wait)
    }

    @Test(arguments: [
        ("[]", ""), (#"{"fault": 1}"#, "/fault"), (#"{"reaction": "sulked"}"#, "/reaction"), (#"{"more": 1}"#, "/more"),
        ("{}", "/turn"),
    ])
    func whatIsWrongIsTold(text: String, place: String) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: TranscriptFormatError.self) { try FaultReaction(json: json) }
        #expect(error?.problems.contains { "\($0.place)" == place } == true, "\(String(describing: error))")
    }
}
