import Testing
import TextConditions

@Suite struct PatternTests {
    @Test(
        arguments: [
            ("TERM", "x TERMINATE y", true), ("^TERM", "x TERMINATE", false), ("^b$", "a\nb\nc", false),
            ("(?m)^b$", "a\nb\nc", true), ("a.b", "a\nb", false), ("(?s)a.b", "a\nb", true), ("abc", "ABC", false),
            ("(?i)abc", "ABC", true), ("\\bsum\\b", "the sum is", true), ("\\d{5}", "24133", true),
            ("a$", "a\n", false),
            ("\\r", "a\r\nb", true), ("^caf.$", "cafe\u{301}", false), ("^caf..$", "cafe\u{301}", true),
            ("(a|b)+c", "abac", true), ("", "", true),
        ] as [(String, String, Bool)])
    func isFoundAsTheDialectSays(source: String, text: String, isFound: Bool) throws {
        #expect((try Pattern(source).firstRange(in: text) != nil) == isFound)
    }

    @Test(arguments: ["(", "[a", "a{2,1}", "*", "(?<n", "\\"])
    func whatDoesNotCompileIsRefused(source: String) {
        #expect(throws: (any Error).self) { try Pattern(source) }
    }
}
