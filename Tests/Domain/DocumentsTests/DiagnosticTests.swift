import Documents
import Testing

@Suite struct DiagnosticTests {
    @Test func readsAsOneLineWithWhatWasExpectedAndAFix() {
        let diagnostic = Diagnostic(
            file: "scenarios/refund.yaml", at: Place(line: 12, column: 5), "unknown step 'exepct'",
            expected: "one of ask, expect, run",
            fix: "did you mean 'expect'?")
        #expect(
            diagnostic.description == """
                scenarios/refund.yaml:12:5: error: unknown step 'exepct'
                  expected: one of ask, expect, run
                  fix: did you mean 'expect'?
                """)
        #expect(Diagnostic(.warning, file: "a.yaml", "torn").description == "a.yaml: warning: torn")
        #expect(Diagnostic(file: "a.yaml", at: .start, "x", fix: "y").description == "a.yaml:1:1: error: x\n  fix: y")
    }

    @Test func areInTheOrderOfTheirPlaces() {
        let places = [(2, 9), (10, 1), (2, 1), (1, 4)].map { Place(line: $0.0, column: $0.1) }
        let all = Diagnostics(
            places.map { Diagnostic(file: "b", at: $0, "x") } + [
                Diagnostic(file: "a", at: Place(line: 99, column: 1), "y")
            ])
        #expect(all.all.map(\.file) == ["a", "b", "b", "b", "b"])
        #expect(all.all.dropFirst().compactMap(\.place) == places.sorted())
        #expect(all.description.split(separator: "\n").count == 5)
    }

    @Test(
        arguments: [
            ("exepct", "expect"), ("expct", "expect"), ("Expect", "expect"), ("runn", "run"), ("zzzz", nil), ("", nil),
            ("as", "ask"),
        ] as [(String, String?)])
    func nearestWordIsTheLikeliestOne(word: String, expected: String?) {
        #expect(nearestWord(to: word, among: ["ask", "expect", "run"]) == expected)
    }
}
