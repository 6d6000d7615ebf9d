/// What a person looks for in stored texts: words and phrases, all of which must occur.
///
/// Words are separated by spaces; `"quoted words"` are a phrase; `*` at an end means any continuation. Nothing else has a meaning,
/// so that no text is malformed. Case and accents do not count, and what is neither letter nor digit separates words, also
/// inside one: `is_prime` is the phrase of `is` and `prime`.
public struct SearchQuery: Sendable, Equatable {
    public struct Term: Sendable, Equatable {
        public var text: String
        /// Its last word may go on.
        public var isPrefix: Bool

        public init(_ text: String, isPrefix: Bool = false) {
            self.text = text
            self.isPrefix = isPrefix
        }
    }

    /// Never empty; each has a letter or a digit.
    public let terms: [Term]

    /// - Throws: `SearchQueryError` when there is no letter and no digit to look for.
    public init(_ text: String) throws(SearchQueryError) {
        var terms: [Term] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
                continue
            }
            let word: Substring
            if first == "\"" {
                rest.removeFirst()
                // A quotation that is not closed goes to the end.
                word = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(word.count + 1)
            } else {
                word = rest.prefix { !$0.isWhitespace && $0 != "\"" && $0 != "*" }
                rest = rest.dropFirst(word.count)
            }
            let isPrefix = rest.first == "*"
            if isPrefix { rest.removeFirst() }
            if word.unicodeScalars.contains(where: SearchQuery.belongsToWord) {
                terms.append(Term(String(word), isPrefix: isPrefix))
            }
        }
        guard !terms.isEmpty else { throw SearchQueryError(text: text) }
        self.terms = terms
    }

    /// What SQLite's tokenizer `unicode61` takes for a part of a word.
    private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }
}

/// A text to look for that has no word in it.
public struct SearchQueryError: Error, Sendable, Equatable, CustomStringConvertible {
    public let text: String

    public var description: String {
        """
        there is nothing to look for in '\(text)'
          expected: words, a "quoted phrase", or the beginning of a word with *
        """
    }
}
