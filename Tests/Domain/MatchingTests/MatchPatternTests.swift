import Foundation
import Testing

@testable import Cassettes

@Suite struct MatchPatternTests {
    private func replaced(_ text: String, _ pattern: String) throws -> String {
        try MatchPattern(parsing: pattern).replacing(in: text) { "<\($0)>" } ?? text
    }

    @Test(arguments: [
        ("uuid", "id=7C9E6679-7425-40de-944b-e07fc1f90ae7.", "id=<7C9E6679-7425-40de-944b-e07fc1f90ae7>."),
        ("uuid", "x7c9e6679-7425-40de-944b-e07fc1f90ae7", "x7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        (
            "iso-time", "2026-11-23T10:00:00Z, 2026-11-23 10:00:00,5+02:00; 2026-1-2",
            "<2026-11-23T10:00:00Z>, <2026-11-23 10:00:00,5+02:00>; 2026-1-2"
        ),
        ("iso-time", "on 2026-11-23T1", "on 2026-11-23T1"),
        (
            "epoch", "1763900000 1763900000.25 1763900000123 763900000 17639000001",
            "<1763900000> <1763900000.25> <1763900000123> 763900000 17639000001"
        ),
        (
            "hex-id", "at 0x7f3c2a1b00, 0123456789abcdef0 and abcdef",
            "at <0x7f3c2a1b00>, <0123456789abcdef0> and abcdef"
        ),
        (
            "temp-path", "(/tmp/tmpab12/x.py) /private/var/folders/q/T/y. home/tmp/x /tmp",
            "(</tmp/tmpab12/x.py>) </private/var/folders/q/T/y>. home/tmp/x /tmp"
        ),
    ])
    func namedPatterns(pattern: String, text: String, expected: String) throws {
        #expect(try replaced(text, pattern) == expected)
    }

    @Test(arguments: [
        ("a|ab", "abab", "<a>b<a>b"), ("ab|a", "abaab", "<ab><a><ab>"), ("a+", "baaa b", "b<aaa> b"),
        ("a+?", "aaa", "<a><a><a>"),
        ("a{2}", "aaaaa", "<aa><aa>a"), ("a{2,}", "aaaaa a", "<aaaaa> a"), ("a{1,3}", "aaaaa", "<aaa><aa>"),
        ("a{1,3}?b", "aaaab", "a<aaab>"),
        ("x(?:a|b)*y", "xabbay xy xa", "<xabbay> <xy> xa"), ("[^a-c]+", "abcdé\u{1F600}b", "abc<dé\u{1F600}>b"),
        ("[\\d_-]+", "a1-2_b", "a<1-2_>b"),
        (".+", "ab\ncd", "<ab>\n<cd>"), ("^a", "aa", "<a>a"), ("a$", "aa", "a<a>"), ("a$", "a\n", "a\n"),
        ("\\bcat\\b", "cat concat cat", "<cat> concat <cat>"),
        ("\\B-", "a- -", "a- <->"), ("\\s\\S", "a b", "a< b>"), ("\\.\\*\\/", ".*/", "<.*/>"),
        ("\\t\\n", "\t\n", "<\t\n>"), ("é", "e\u{301}é", "e\u{301}<é>"),
        ("(a|b)+c", "ababc abab", "<ababc> abab"), ("run (?:\\d+)", "run 12", "<run 12>"),
    ])
    func expressions(expression: String, text: String, expected: String) throws {
        #expect(try replaced(text, "regex: \(expression)") == expected)
        #expect(try replaced(text, "regex:\(expression)") == expected)
    }

    @Test(arguments: [
        "", "a*", "a?", "(a|b*)", "^", "\\b", "(", ")", "a)", "[", "[]", "[b-a]", "[a-\\d]", "*a", "a**", "a{3,2}",
        "a{", "a{1001}", "a{x}", "\\1", "\\q", "\\p{L}", "(?=a)",
        "(?i)a", "(?<n>a)", "}", "]", "[[a]]", "a\\", "(a*)+b", "\\b+a", "((a{1000}){1000}){1000}",
    ])
    func isRefused(expression: String) {
        #expect(throws: MatchPattern.Problem.self) { try MatchPattern(parsing: "regex: \(expression)") }
    }

    @Test(arguments: ["guid", "UUID", "", "regex", "[0-9]+"])
    func isNoName(text: String) { #expect(MatchPattern(text) == nil) }

    /// The document is what other readers are written from.
    @Test func theDocumentHasEveryNameAndExpression() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../docs/cassette-format.md")
        let document = try String(contentsOf: file, encoding: .utf8)
        for (name, expression) in MatchPattern.named {
            #expect(document.contains("| `\(name)` | `\(expression.replacing("|", with: "\\|"))` |"))
        }
        for name in ProtocolDefaults.geminiNames { #expect(document.contains("`\(name)`"), "\(name)") }
    }

    /// Where a matcher that goes back would not end.
    @Test func takesTimeInProportion() throws {
        let text = String(repeating: "a", count: 5000)
        #expect(try MatchPattern(parsing: "regex: (a|aa)+b").replacing(in: text) { $0 } == nil)
        #expect(
            try MatchPattern(parsing: "regex: " + String(repeating: "a?", count: 20) + "a{20}b").replacing(in: text) {
                $0
            } == nil)
    }
}
