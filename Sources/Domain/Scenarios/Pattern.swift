/// A regular expression that is known to compile, looked for anywhere in a text.
///
/// The dialect is Swift's, a superset of PCRE's usual syntax: `.` stops at line ends unless `(?s)`, `^` and `$` are the
/// text's ends unless `(?m)`, case counts unless `(?i)`. Characters are Unicode scalars.
public struct Pattern: Sendable, Equatable {
    public let source: String

    /// - Throws: The compiler's error, whose description says what is wrong.
    public init(_ source: String) throws {
        _ = try Regex(source)
        self.source = source
    }

    /// Where it is found first; nil when it is not.
    public func firstRange(in text: String) -> Range<String.Index>? {
        // Compiled again for each use: a `Regex` cannot be shared between tasks.
        guard let regex = try? Regex(source) else { preconditionFailure("a pattern is compiled before it is kept") }
        return text.firstMatch(of: regex.matchingSemantics(.unicodeScalar))?.range
    }
}
