import Testing
import Transcripts

@Suite struct TextDiffTests {
    private func marked(_ diff: TextDiff) -> String {
        diff.pieces.map { piece in
            switch piece.side {
            case .both: piece.text
            case .before: "[-\(piece.text)-]"
            case .after: "{+\(piece.text)+}"
            }
        }.joined()
    }

    @Test(arguments: [
        ("", "", ""),
        ("The sum is 24133.", "The sum is 24134.", "The sum is [-24133-]{+24134+}."),
        ("one two three four", "one 2 3 four", "one [-two three-]{+2 3+} four"),
        ("a", "a b", "a{+ b+}"),
        ("cafe\u{301}", "caf\u{E9}", "[-cafe\u{301}-]{+caf\u{E9}+}"),
    ])
    func wordsThatDifferAreMarked(before: String, after: String, expected: String) {
        #expect(marked(.words(before, after)) == expected)
    }

    @Test func linesThatDifferAreMarked() {
        #expect(marked(.lines("a\nb\nc\n", "a\nx\nc")) == "a\n[-b\nc\n-]{+x\nc+}")
    }

    @Test(arguments: 0..<40)
    func piecesMakeBothTexts(seed: Int) {
        var random = RandomTranscripts(seed: UInt64(seed))
        let a = random.text() + "\n" + random.text(), b = random.text() + "\r\n" + random.text()
        for diff in [TextDiff.words(a, b), .lines(a, b)] {
            #expect(diff.pieces.filter { $0.side != .after }.map(\.text).joined().utf8.elementsEqual(a.utf8))
            #expect(diff.pieces.filter { $0.side != .before }.map(\.text).joined().utf8.elementsEqual(b.utf8))
        }
    }
}
