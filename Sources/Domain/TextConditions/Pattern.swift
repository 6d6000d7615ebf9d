import Documents
import Synchronization

/// A regular expression that is known to compile, looked for anywhere in a text.
///
/// The dialect is Swift's, a superset of PCRE's usual syntax: `.` stops at line ends unless `(?s)`, `^` and `$` are the
/// text's ends unless `(?m)`, case counts unless `(?i)`. Characters are Unicode scalars.
public struct Pattern: Sendable {
    public let source: String
    /// The names of its groups, in the order of their numbers from 1; nil for a group without a name.
    public let groupNames: [String?]
    private let compiled: Compiled

    /// A `Regex` cannot be shared between tasks, and compiling one for each use costs more than looking: one at a time.
    private final class Compiled: Sendable {
        let regex: Mutex<Regex<AnyRegexOutput>>

        init(_ source: String) throws {
            regex = Mutex(try Regex(source).matchingSemantics(.unicodeScalar))
        }
    }

    /// What a pattern found.
    public struct Match: Sendable, Equatable {
        public let range: Range<String.Index>
        /// The texts of the groups, in the order of their numbers from 1; nil for a group that took no part.
        public let groups: [String?]
    }

    /// - Throws: The compiler's error, whose description says what is wrong.
    public init(_ source: String) throws {
        compiled = try Compiled(source)
        self.source = source
        // Beside an empty alternative the empty text always matches, and a match tells of all groups.
        let match = (try? Regex("|" + source)).flatMap { "".firstMatch(of: $0) }
        groupNames = match.map { $0.output.dropFirst().map(\.name) } ?? []
    }

    /// Where it is found first; nil when it is not.
    public func firstRange(in text: String) -> Range<String.Index>? {
        compiled.regex.withLock { text.firstMatch(of: $0)?.range }
    }

    /// Where it is found first, and what its groups are there; nil when it is not.
    public func firstMatch(in text: String) -> Match? {
        compiled.regex.withLock { regex in
            text.firstMatch(of: regex).map { match in
                Match(range: match.range, groups: match.output.dropFirst().map { $0.substring.map(String.init) })
            }
        }
    }
}

extension Pattern: Equatable {
    public static func == (a: Pattern, b: Pattern) -> Bool { a.source.hasSameScalars(as: b.source) }
}
