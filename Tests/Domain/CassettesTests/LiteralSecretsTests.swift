import Cassettes
import Foundation
import TestSupport
import Testing

@Suite struct LiteralSecretsTests {
    @Test func takesKeysTokensAndSecretsFromTheEnvironment() {
        let secrets = LiteralSecrets(environment: [
            "MY_KEY": "0123456789abcdef", "my_token": "0123456789abcdefg", "A_SECRET": "0123456789abcdefgh",
            "SHORT_KEY": "0123456789abcde",
            "KEYBOARD": "0123456789abcdefghij", "PATH": "/usr/bin:/bin:/usr/local/bin",
            "OPENAI_API_KEY": "us-tutorial:two-agent.w3",
        ])
        #expect(secrets.secrets.map(\.name) == ["A_SECRET", "my_token", "MY_KEY"])
    }

    @Test func replacesEachByItsName() {
        let secrets = LiteralSecrets([
            ("A_KEY", "0123456789abcdef"), ("B_KEY", "0123456789abcdef-and-more"), ("C_KEY", "pässwörd-mit-umlauten"),
        ])
        let text = "x0123456789abcdefx 0123456789abcdef-and-more pässwörd-mit-umlauten 0123456789abcde"
        let redacted = secrets.redact(Array(text.utf8))
        #expect(
            String(decoding: redacted, as: UTF8.self)
                == "x<redacted:A_KEY>x <redacted:B_KEY> <redacted:C_KEY> 0123456789abcde")
        #expect(secrets.redact(redacted) == redacted)
        #expect(secrets.first(in: Array(text.utf8))?.name == "B_KEY")
        #expect(secrets.first(in: redacted) == nil)
    }

    @Test func withoutSecretsNothingChanges() {
        let secrets = LiteralSecrets([])
        #expect(secrets.redact([0, 0xFF, 0x41]) == [0, 0xFF, 0x41])
        #expect(secrets.first(in: []) == nil)
    }

    // MARK: Spellings

    private static let key = "ab/cd+ef=gh\"ij?kl-mn_op"
    private static let secrets = LiteralSecrets([("A_KEY", key)])

    @Test(arguments: [
        ("as it is", key), ("percent-encoded", "ab%2Fcd%2Bef%3Dgh%22ij%3Fkl-mn_op"),
        ("percent-encoded in lower case", "ab%2fcd%2bef%3dgh%22ij%3fkl-mn_op"),
        ("in JSON", #"ab/cd+ef=gh\"ij?kl-mn_op"#), ("in JSON with slashes escaped", #"ab\/cd+ef=gh\"ij?kl-mn_op"#),
        ("in JSON with code points", #"ab\u002Fcd\u002bef\u003dgh\u0022ij?kl-mn_op"#),
        ("in JSON in JSON", #"ab\\\/cd+ef=gh\\\"ij?kl-mn_op"#),
        ("every letter", key.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()),
    ])
    func isFoundHoweverItIsEscaped(name: String, spelling: String) {
        for (before, after) in [("", ""), ("x", "y"), (#"\n"#, #"\n"#), (#"\\"#, #"\\"#), ("%20", "%20"), ("\"", "\"")]
        {
            let redacted = Self.secrets.redact(Array((before + spelling + after).utf8))
            #expect(String(decoding: redacted, as: UTF8.self) == before + "<redacted:A_KEY>" + after, "\(name)")
        }
        #expect(Self.secrets.first(in: Array(spelling.utf8)) != nil)
        #expect(Self.secrets.first(in: Array(spelling.utf8.dropLast())) == nil)
    }

    /// `Authorization: Basic` puts a name before it.
    @Test(arguments: ["", "a", "ab", "abc", "user:"], ["", ":", "::", ":::"])
    func isFoundInsideBase64(before: String, after: String) throws {
        for key in [Self.key, "?>?>?>?>~~~~~~~~"] {
            let secrets = LiteralSecrets([("A_KEY", key)])
            let encoded = Data((before + key + after).utf8).base64EncodedString()
            let safe = encoded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            let escaped = encoded.replacing("/", with: #"\/"#).replacing("+", with: "%2B")
            for text in [encoded, safe, escaped] {
                let bytes = Array("x: \(text)!".utf8)
                #expect(secrets.first(in: bytes)?.name == "A_KEY", "\(text)")
                let redacted = secrets.redact(bytes)
                #expect(secrets.redact(redacted) == redacted)
                // Nothing but what stands for its neighbours is left.
                let left = String(decoding: redacted, as: UTF8.self).replacing("<redacted:A_KEY>", with: "")
                #expect(left.hasPrefix("x: ") && left.hasSuffix("!"))
                #expect(left.utf8.count <= 4 + (before.utf8.count + after.utf8.count) * 4 / 3 + 6, "\(left)")
            }
        }
    }

    @Test func isFoundWhenAChunkEndsInsideASpelling() {
        let text = Array(#"data: {"a":"ab\/cd+ef=gh\"ij?kl-mn_op"}"#.utf8)
        for cut in 1..<text.count {
            let chunks = [text[..<cut], text[cut...]].map { RecordedResponse.Chunk(at: 0, bytes: Array($0)) }
            let redacted = Self.secrets.redact(chunks).flatMap(\.bytes)
            #expect(String(decoding: redacted, as: UTF8.self) == #"data: {"a":"<redacted:A_KEY>"}"#)
        }
    }

    @Test func backslashesWithoutEndTakeNoTime() {
        let bytes = [UInt8](repeating: 0x5C, count: 2_000_000)
        #expect(Self.secrets.redact(bytes) == bytes)
    }

    @Test func randomBytesStayAsTheyAre() {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array(#"ab/cd+ef%\u02f"#.utf8)
        for _ in 0..<300 {
            let bytes = (0..<random.int(0...200)).map { _ in random.pick(alphabet) }
            #expect(Self.secrets.redact(bytes) == bytes)
        }
    }
}
