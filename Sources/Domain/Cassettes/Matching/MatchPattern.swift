/// What a mask or alias looks for in a text: a named pattern such as `uuid`, or a regular expression.
///
/// The expressions are the part that all dialects have in common, over Unicode scalars: the list is in
/// `docs/cassette-format.md`, "Patterns". Looking takes time in proportion to the text, whatever the pattern.
public struct MatchPattern: Sendable, CustomStringConvertible {
    /// As it was written: `uuid`, `regex: run-[0-9]+`.
    public let description: String
    private let program: PatternProgram

    /// Names and the expressions that they stand for.
    static let named: [(name: String, expression: String)] = [
        ("uuid", #"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b"#),
        (
            "iso-time",
            #"\b[0-9]{4}-[0-9]{2}-[0-9]{2}"#
                + #"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?\b"#
        ),
        ("epoch", #"\b[12][0-9]{9}(?:[0-9]{3}){0,3}(?:\.[0-9]{1,9})?\b"#),
        ("hex-id", #"\b(?:0x[0-9A-Fa-f]{6,16}|[0-9a-f]{16}[0-9a-f]*)\b"#),
        ("temp-path", #"\B(?:/private)?(?:/tmp|/var/tmp|/var/folders|/dev/shm)/[0-9A-Za-z._+@~/-]*[0-9A-Za-z_+@~/-]"#),
    ]

    /// Why a text is no pattern.
    struct Problem: Error, Equatable {
        let message: String
        let expected: String
    }

    /// What a text must look like to be one, for messages.
    public static let expected = "one of " + named.map(\.name).joined(separator: ", ") + ", or 'regex: EXPRESSION'"

    /// Reads a pattern as a file has it.
    ///
    /// - Throws: `Problem`.
    init(parsing text: String) throws(Problem) {
        description = text
        if let known = MatchPattern.named.first(where: { $0.name == text }) {
            program = try PatternProgram(known.expression)
            return
        }
        guard text.hasPrefix("regex:") else {
            throw Problem(message: "unknown pattern '\(text)'", expected: MatchPattern.expected)
        }
        let expression = text.dropFirst("regex:".count)
        program = try PatternProgram(String(expression.first == " " ? expression.dropFirst() : expression))
    }

    /// A pattern by its text; nil when that is none.
    public init?(_ text: String) { try? self.init(parsing: text) }

    /// A text with every match replaced, from the left; nil when there is none.
    func replacing(in text: String, with replacement: (String) -> String) -> String? {
        program.replacing(in: text, with: replacement)
    }

    /// All that the pattern finds in a text, from the left.
    public func matches(in text: String) -> [String] {
        var found: [String] = []
        _ = replacing(in: text) { match in
            found.append(match)
            return match
        }
        return found
    }
}

extension MatchPattern: Equatable {
    public static func == (a: MatchPattern, b: MatchPattern) -> Bool { a.description.hasSameBytes(as: b.description) }
}

extension String {
    fileprivate func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
