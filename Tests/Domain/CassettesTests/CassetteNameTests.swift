import Cassettes
import Testing

@Suite struct CassetteNameTests {
    @Test(arguments: [("a", "us-a"), ("tutorial/two-agent", "us-tutorial:two-agent"), ("A_1/b-2/c", "us-A_1:b-2:c")])
    func isWrittenInKeys(text: String, key: String) throws {
        let name = try #require(CassetteName(text))
        #expect(name.sessionKey == key)
        #expect(SessionKey(key)?.cassette == name)
        #expect(SessionKey(key + ".w3")?.cassette == name)
        #expect(SessionKey(key + ".w3")?.position == "w3")
        #expect(SessionKey(key)?.position == nil)
        #expect(SessionKey(name, position: "w_3").description == key + ".w_3")
        #expect(SessionKey(key + ".w_3") == SessionKey(name, position: "w_3"))
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", "..", "a/../b", ".", "a b", "a.yaml", "é", "a:b", "a\\b", "~", "a\0",
    ])
    func isNoName(text: String) { #expect(CassetteName(text) == nil) }

    @Test(arguments: [
        "", "us-", "sk-abc", "us", "US-a", "us-a.", "us-.w3", "us-a::b", "us-../x", "us-a.b.c", "us-a.b/c", "us-a.b c",
        "us-a.é", "us-a.%20",
    ])
    func isNoSessionKey(text: String) { #expect(SessionKey(text) == nil) }

    @Test func aPositionIsBounded() {
        #expect(SessionKey("us-a." + String(repeating: "x", count: 64))?.position?.count == 64)
        #expect(SessionKey("us-a." + String(repeating: "x", count: 65)) == nil)
    }
}
