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
        #expect(SessionKey(name, position: "w.3").description == key + ".w.3")
        #expect(SessionKey(key + ".w.3") == SessionKey(name, position: "w.3"))
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", "..", "a/../b", ".", "a b", "a.yaml", "é", "a:b", "a\\b", "~", "a\0",
    ])
    func isNoName(text: String) { #expect(CassetteName(text) == nil) }

    @Test(arguments: ["", "us-", "sk-abc", "us", "US-a", "us-a.", "us-.w3", "us-a::b", "us-../x"])
    func isNoSessionKey(text: String) { #expect(SessionKey(text) == nil) }
}
