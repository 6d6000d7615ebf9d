import Documents
import Testing

@Suite struct JSONNumberPlainTests {
    @Test(arguments: [
        ("5e-1", "0.5"), ("15e2", "1500"), ("-25e-3", "-0.025"), ("1e0", "1"), ("12e-1", "1.2"), ("7", "7"),
        ("1e99", "1e99"),
        ("1.5e3", "1.5e3"),
    ])
    func canonicalSpellingsAreReadAsPeopleWriteThem(spelling: String, plain: String) throws {
        #expect(try #require(JSONNumber(spelling: spelling)).plain == plain)
    }
}
