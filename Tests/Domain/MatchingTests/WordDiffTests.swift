import TestSupport
import Testing

@testable import Cassettes

@Suite struct WordDiffTests {
    @Test(arguments: [
        ("the old thing", "the new thing", "the [-old-]{+new+} thing"),
        ("the old thing", "a new thing", "[-the old-]{+a new+} thing"),
        ("a", "a b", "a{+ b+}"), ("a b", "b", "[-a -]b"), ("", "x", "{+x+}"), ("é", "e\u{301}", "[-é-]{+e\u{301}+}"),
        ("a\nb\tc", "a\nB\tc", "a\\n[-b-]{+B+}\\tc"), ("f(x, y)", "f(x, z)", "f(x, [-y-]{+z+})"),
        ("same", "same", "same"),
        ("naïve_1 漢字", "naïve_2 漢字", "[-naïve_1-]{+naïve_2+} 漢字"),
    ])
    func tellsWordsApart(recorded: String, now: String, summary: String) {
        #expect(WordDiff(recorded: recorded, now: now).summary() == summary)
    }

    @Test func piecesMakeBothTexts() {
        var random = SeededGenerator(seed: 3)
        let words = ["a", "b", " ", ",", "word", "\n"]
        for _ in 0..<200 {
            let texts = (0..<2).map { _ in (0..<12).map { _ in words.randomElement(using: &random) ?? "" }.joined() }
            let pieces = WordDiff(recorded: texts[0], now: texts[1]).pieces
            #expect(pieces.filter { $0.side != .now }.map(\.text).joined() == texts[0])
            #expect(pieces.filter { $0.side != .recorded }.map(\.text).joined() == texts[1])
        }
    }
}
