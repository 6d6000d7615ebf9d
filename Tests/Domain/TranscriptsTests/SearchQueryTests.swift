import Testing
import Transcripts

@Suite struct SearchQueryTests {
    static let readings: [(String, [SearchQuery.Term])] = [
        ("prime", [.init("prime")]),
        ("  two\twords\n", [.init("two"), .init("words")]),
        (#""two words" more"#, [.init("two words"), .init("more")]),
        ("pri*", [.init("pri", isPrefix: true)]),
        (#""two wor"* x"#, [.init("two wor", isPrefix: true), .init("x")]),
        (#"open "to the end"#, [.init("open"), .init("to the end")]),
        (#"a"b c"d"#, [.init("a"), .init("b c"), .init("d")]),
        ("a*b", [.init("a", isPrefix: true), .init("b")]),
        ("is_prime(n) -- !!", [.init("is_prime(n)")]),
        ("AND OR NOT NEAR(a)", [.init("AND"), .init("OR"), .init("NOT"), .init("NEAR(a)")]),
        ("caf\u{E9} \u{7D20}\u{6570}", [.init("caf\u{E9}"), .init("\u{7D20}\u{6570}")]),
        ("\"\" x \"", [.init("x")]),
    ]

    @Test(arguments: readings)
    func wordsPhrasesAndPrefixesAreTold(text: String, terms: [SearchQuery.Term]) throws {
        #expect(try SearchQuery(text).terms == terms)
    }

    @Test(arguments: ["", "  ", "*", "\"", "\"\"*", "?! -- ()", "\u{1F600}"])
    func whatHasNoWordIsRefused(text: String) {
        let error = #expect(throws: SearchQueryError.self) { try SearchQuery(text) }
        #expect(error?.text == text)
        #expect(error?.description.hasPrefix("there is nothing to look for in '\(text)'\n  expected: ") == true)
    }
}
