import Digests
import Testing

@testable import Cassettes

/// Data that Python's zlib has compressed, in each of its ways.
@Suite struct InflateTests {
    private static let expected = [
        "stored": "735c95ec5e5b9837a37153cd3b598f0f8f2dbe0e140d3a247138de061817e05a",
        "fixed": "9cf64c1c5f54a2bde3e2131ec6908f307408b17cc1bc4cdc587f7963b3f04265",
        "dynamic": "45946e97054ddc7b46ff264dcee7b6418f71eb485037e58a039a56fb2e446755",
        "empty": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "zlib": "9cf64c1c5f54a2bde3e2131ec6908f307408b17cc1bc4cdc587f7963b3f04265",
    ]

    @Test(arguments: [
        (
            "stored",
            "ASwB0/6Ctw7ufxpQOb7wfsI0fwZu0I9dx1EkR+NAQwACa25UVZSgZWhdZMSYC7jUVEqHIamaAa0hnrWc9qFe9vFaHYMLt84J1rvABOcXXGQ8feywtYDsN7yXEt0uaq65S66NL5+inFooTJ73UhgpzxB5sIDp10ocEPyrakJD0zZW3r5MHteWSOhW6Pmi9YyV8M5LOcFb/61cLfuLuCC2EZy6j/iHlq5bBfKApoztk7ayjLDRs1jmuqtIVWW59JAo1VfXmooOZFHhXHBcFfFzVBtEOKJc92MS1O6zwiRoeb8As8+O0Tq/Epowl62WtELW0b3vSFDD9GVELrMAwzemSKbA291z/JX1wsRRhZr+gNQKo537kkn0DD7jfZYURcgG9Yx88hJ9+olPkpb88zwIQJk="
        ),
        ("fixed", "Sy1LzSuxUkjkSkksSbRSqFaqULJSUMpIzcnJV0AilWq5uFJHlY4qHVU6qnRU6ajSgVYKAA=="),
        (
            "dynamic",
            "Sy1LzSuxUkjkSkksSbRSqFaqULJSUMpIzcnJV0AilWq5uFJHlY4qHVU6qnRU6ajSgVbatJ3vXb1UgOW+D3WHTOrZ8i70xx4PVHF/7ODMwJSdFxI6ZUFqRmzKkRncO66EeLUrrpzFuFZx3tY53xbGffsYJdvMvf0c57XdB1iei8ek2NS+2bC14Y35nulCd/Wy1u30XterP3/RnCgNn3nfgyQ0zwtUbmh4ed1LRuDP6iwn58tmYff2+chdn+bxIuzFz0Vfe6Z+OOdteTD6/9oY3d/dOxS2Cc7Z1f+jfdq6aNZPDct63k7etqlnw8XNEc92rfYITd35ZYLG1fDrs7r4UgIfxhTEiH4sDpF2sVgU8z1Z6Mq7zYdUMir3M2w+33fRar/QLIPpa6dtcbp2ce97j4DDX1Jd9DYzHDZf5rHswO27xX+mfj10JLB11r+GK1yL5/6e5PmFx+5x7TQR1xNsX3tqPgnV/ur0nzTtz2cbDoeZo6llVOmo0lGlo0pHlQ4lpQA="
        ),
        ("empty", "AwA="),
        ("zlib", "eJxLLUvNK7FSSORKSSxJtFKoVqpQslJQykjNyclXQCKVarm4UkeVjiodVTqqdFTpqNKBVgoAgPQlpw=="),
    ])
    func whatZlibHasCompressedIsDecoded(name: String, data: String) throws {
        let bytes = try #require(Base64.decode(data))
        let decoded = try #require(Inflate.inflate(bytes))
        #expect(Digest.sha256Hex(decoded) == Self.expected[name])
        // Cut off anywhere, or with any byte changed, it is refused or decoded, but never a crash.
        for end in 0..<bytes.count where name != "zlib" || end > 2 {
            #expect(Inflate.inflate(Array(bytes[..<end])) != decoded || decoded.isEmpty || name == "zlib")
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x55
            _ = Inflate.inflate(changed)
        }
    }

    private static let member =
        "H4sICAAAAAAC/2EgbmFtZQBLLUvNK7FSSORKSSxJtFKoVqpQslJQykjNyclXQCKVarm4UkeVjiodVTqqdFTpqNKBVgoAEOe5pbgGAAA="

    @Test func aGzipMemberIsCheckedByItsSum() throws {
        let bytes = try #require(Base64.decode(Self.member))
        #expect(Digest.sha256Hex(try #require(Inflate.gunzip(bytes))) == Self.expected["fixed"])
        for end in bytes.indices { #expect(Inflate.gunzip(Array(bytes[..<end])) == nil) }
        var changed = bytes
        changed[bytes.count - 5] ^= 1
        #expect(Inflate.gunzip(changed) == nil)
    }

    @Test(arguments: [
        ("2026-11-23T10:00:00Z", 1_795_428_000.0), ("2026-11-23T11:00:00.250+01:00", 1_795_428_000.25),
        ("2026-11-23t09:30:00-0030", 1_795_428_000), ("1970-01-01T00:00:00.000Z", 0), ("1969-12-31T23:59:59.5Z", -0.5),
    ])
    func timesAreRead(text: String, seconds: Double) {
        #expect(UTCTime.seconds(text) == seconds)
        #expect(UTCTime.seconds(UTCTime.text(seconds)) == seconds)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T10:00Z", "2026-11-31T10:00:00Z", "yesterday at some time in the evening",
    ])
    func whatIsNoTimeIsNone(text: String) { #expect(UTCTime.seconds(text) == nil) }
}
