import Cassettes
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
}
