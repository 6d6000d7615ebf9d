import Cassettes
import Documents
import HTTPMessages
import TestSupport
import Testing

@Suite struct CassetteRedactionTests {
    static let key = "sk-abcdefghijklmnopqrstuvwx"
    static let literal = "correct-horse-battery-staple"
    let literals = LiteralSecrets([("MY_SECRET", CassetteRedactionTests.literal)])

    private func redact(_ text: String) throws -> CassetteRedaction.Outcome {
        try CassetteRedaction.apply(to: text.bytes, file: "c.yaml", literals: literals)
    }

    /// Redacted once, it has none of the secrets, its keys fit, and a second pass finds nothing.
    @discardableResult
    private func expectClean(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try redact(text)
        let clean = String(decoding: outcome.edited.bytes, as: UTF8.self)
        for secret in [Self.key, Self.literal] { #expect(!clean.contains(secret), sourceLocation: sourceLocation) }
        _ = try opened(outcome.edited.bytes, sourceLocation: sourceLocation)
        let again = try redact(clean)
        #expect(
            again.edited.bytes == outcome.edited.bytes && again.counts.isEmpty && again.rekeyed.isEmpty,
            sourceLocation: sourceLocation)
        return clean
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func aCassetteWithoutSecretsStaysByteForByte(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        var texts = CassetteTexts(RandomStory.text(story.interactions(20)))
        var random = SeededGenerator(seed: seed)
        texts.addComments(&random)
        let outcome = try redact(texts.text)
        #expect(outcome.edited.bytes == texts.text.bytes)
        #expect(outcome.counts.isEmpty && outcome.findings.isEmpty)
    }

    @Test func aSecretInAConversationIsReplacedWhereItIsWritten() throws {
        let secret: JSONValue = ["role": "user", "content": .string("use \(Self.key) and \(Self.literal)")]
        let padding: JSONValue = ["role": "system", "content": .string(String(repeating: "be good ", count: 50))]
        let written = [
            Interaction.chat(1, [padding, secret]), .chat(2, [padding, secret, user]), .chat(3, [padding]),
            .chat(4, [padding, user, secret]), .chat(5, [padding, user, secret, user]),
        ]
        // As nobody but a person would write it.
        let old = RandomStory.text(written).replacing("request: {like: 1,", with: "request: {  like: 1,")
        let outcome = try redact(old)
        #expect(old.contains("{  like: 1"))
        #expect(outcome.counts.byKind == ["openai-key": 2, "MY_SECRET": 2])
        #expect(outcome.rekeyed == [1, 2, 4, 5])
        let clean = try expectClean(old)
        // Of those that only go on, nothing but the key changed.
        let before = CassetteTexts(old).documents.map(\.text), after = CassetteTexts(clean).documents.map(\.text)
        func withoutKey(_ text: String) -> String { text.replacing(/key: [0-9a-f]{32}/, with: "key") }
        for index in [1, 2, 4] { #expect(withoutKey(before[index]) == withoutKey(after[index])) }
        #expect(before[2] == after[2])
        let lines = old.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            outcome.findings.compactMap(\.place).map { lines[$0.line - 1] } == ["interaction: 1", "interaction: 4"])
    }

    @Test func secretsInAnswersAreReplaced() throws {
        let cut = Array("data: {\"a\":\"\(Self.key) \(Self.literal)\"}\n\n".utf8)
        let chunks = [cut.prefix(20), cut.dropFirst(20).prefix(30), cut.dropFirst(50)].map {
            RecordedResponse.Chunk(at: 1, bytes: Array($0))
        }
        let operation = Operation(Request(method: "GET", target: "/x?key=abc&q=\(Self.key)"))
        let frames = [
            RecordedResponse.SocketFrame(
                at: 1, isFromClient: true, payload: .message(.text("{\"code\":\"\(Self.literal)\"}"))),
            .init(at: 1, isFromClient: false, payload: .message(.binary(Self.key.bytes))),
        ]
        let written = [
            Interaction.chat(1, [user], answer: "the key is \(Self.key)."),
            .make(
                2, .openai, operation, RecordedBody(bytes: []),
                RecordedResponse(
                    status: 200,
                    headers: [
                        "content-type": "text/event-stream", "set-cookie": "session=1", "x-request-id": "abc-123",
                        "x-note": Self.key,
                    ],
                    at: 1, content: .chunks(chunks))),
            .make(
                3, .hopx, Operation(method: "WS", path: "/execute/stream"), RecordedBody(bytes: []),
                RecordedResponse(status: 101, at: 1, content: .socket(frames))),
            .make(
                4, .hopx, Operation(method: "POST", path: "/v1/sandboxes"),
                RecordedBody(tree: ["env_vars": ["A": "first", "B": "second"]]), .answer("ok"), sandbox: 1),
        ]
        let old = RandomStory.text(written).replacing(/key: [0-9a-f]{32}/, with: "at: 1").replacing(
            "\nat: 1\n", with: "\n")
        let clean = try expectClean(old)
        let read = try opened(clean.bytes).interactions()
        #expect(read[1].response.headers["x-request-id"] == "req_2")
        #expect(read[1].response.headers["set-cookie"] == "<redacted:set-cookie>")
        #expect(read[1].operation.query == "key=redacted&q=%3Credacted%3Aopenai-key%3E")
        #expect(!clean.contains("first") && !clean.contains("second"))
        guard case .chunks(let after) = read[1].response.content else { return #expect(Bool(false)) }
        #expect(
            String(decoding: after.flatMap(\.bytes), as: UTF8.self)
                == "data: {\"a\":\"<redacted:openai-key> <redacted:MY_SECRET>\"}\n\n")
    }

    @Test func commentsAndTheHeaderAreCleanedToo() throws {
        let old = RandomStory.text([.chat(1, [user])])
            .replacing("https://api.openai.com/v1", with: "https://x/\(Self.key)/\(Self.literal)")
            .replacing("---\ninteraction", with: "# my key is \(Self.key)\n---\n# \(Self.literal)\ninteraction")
        let outcome = try redact(old)
        #expect(outcome.counts.byKind == ["openai-key": 2, "MY_SECRET": 2])
        #expect(outcome.rekeyed.isEmpty)
        let clean = try expectClean(old)
        #expect(
            clean
                == old.replacing(Self.key, with: "<redacted:openai-key>").replacing(
                    Self.literal, with: "<redacted:MY_SECRET>"))
    }

    @Test func aSumGoesWithTheAnswerThatChanged() throws {
        let written = [Interaction.chat(1, [user], answer: Self.key), .chat(2, [user, user], answer: "fine")]
        var texts = CassetteTexts(RandomStory.text(written))
        for index in 0...1 {
            let sum = BesideDigest(of: written[index].response.bytes).text.prefix(8)
            texts.documents[index].text = texts.documents[index].text.replacing(
                "response: {", with: "response: {sum: \"\(sum)\", ")
        }
        _ = try opened(texts.text.bytes)
        let clean = try expectClean(texts.text)
        #expect(clean.ranges(of: "sum:").count == 1)
    }
}
