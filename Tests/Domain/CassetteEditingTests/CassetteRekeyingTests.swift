import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct CassetteRekeyingTests {
    /// Only the document's own key is one, wherever it stands.
    @Test(arguments: [
        "interaction: 1\nat: 0\nhttp: GET /x\nrequest:\n  body:\n    key: 0123\n    b: {key: 1}\nkey: KEY # mine\nresponse: {status: 200}\n",
        "interaction: 1\nat: 0\nhttp: GET /x\n# key: KEY\nkey: \"KEY\"\nrequest: {body: {key: 0123, b: {key: 1}}}\nresponse: {status: 200}\n",
        "{interaction: 1, at: 0, http: GET /x, request: {body: {key: 0123, b: {key: 1}}}, key: 'KEY', response: {status: 200}}\n",
    ])
    func onlyTheKeyItselfChanges(document: String) throws {
        let stale = String(repeating: "0", count: 32)
        let header = "---\nunderstudy: cassette/1\nname: a\n...\n"
        let text = header + "---\n" + document.replacing("KEY", with: stale) + "...\n"
        #expect(throws: Diagnostics.self) { _ = try Cassette(text.bytes, file: "c.yaml").interaction(at: 0) }
        let (bytes, count) = try CassetteRekeying.apply(to: text.bytes, file: "c.yaml")
        #expect(count == 1)
        let key = try opened(bytes).index[0].key
        let places = text.ranges(of: stale)
        let expected = places.count == 2 ? [stale, key.text] : [key.text]
        var rest = document
        for new in expected { rest = rest.replacing("KEY", with: new, maxReplacements: 1) }
        let unquoted = rest.replacing("\"\(key)\"", with: key.text).replacing("'\(key)'", with: key.text)
        #expect(String(decoding: bytes, as: UTF8.self) == header + "---\n" + unquoted + "...\n")
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func goodKeysStay(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        let old = RandomStory.text(story.interactions(10)).bytes
        let (bytes, count) = try CassetteRekeying.apply(to: old, file: "c.yaml")
        #expect(count == 0 && bytes == old)
    }

    @Test func otherFaultsAreErrors() throws {
        let old = RandomStory.text([.chat(1, [user])]).replacing("status: 200", with: "status: 200\n  sum: 00000000")
        let error = #expect(throws: Diagnostics.self) { try CassetteRekeying.apply(to: old.bytes, file: "c.yaml") }
        #expect(error?.all.count == 1)
    }
}
