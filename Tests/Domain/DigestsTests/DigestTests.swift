import Digests
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4, examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func isTheStandards(text: String, hex: String) {
        #expect(Digest.sha256Hex(text) == hex)
        #expect(Digest.sha256Hex(Array(text.utf8)) == hex)
        #expect(Digest.sha256(Array(text.utf8)).count == 32)
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64IsTheStandards(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z g=", "Zm9v\n", " Zm9v", "Zm9v=", "Zm-_", "Zh==", "é", "====", "Zm9vZg==Zg==",
    ])
    func base64RefusesAllButTheOneSpelling(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func base64GivesBackEveryByte() {
        let bytes = Array(UInt8.min...UInt8.max)
        for count in 0...256 {
            #expect(Base64.decode(Base64.encode(Array(bytes.prefix(count)))) == Array(bytes.prefix(count)))
        }
    }
}
