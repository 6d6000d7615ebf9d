import Documents
import Testing

@Suite struct StringSearchTests {
    @Test func findsWhatTheLibraryFinds() {
        var random = SystemRandomNumberGenerator()
        let letters = ["a", "b", "é", "e\u{301}", "😀", "\n"]
        func text(_ count: Int) -> String {
            (0..<count).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
        }
        for _ in 0..<2_000 {
            let (text, wanted) = (
                text(Int.random(in: 0...12, using: &random)), text(Int.random(in: 0...3, using: &random))
            )
            let expected = text.utf8.firstRange(of: wanted.utf8)
            #expect(
                text.firstUTF8Range(of: wanted) == expected, "\(wanted.debugDescription) in \(text.debugDescription)")
        }
    }
}
