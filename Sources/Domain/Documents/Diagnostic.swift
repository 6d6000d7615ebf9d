/// A line and column of a text, counted from 1; columns count Unicode scalars.
public struct Place: Sendable, Hashable, Comparable {
    public let line: Int
    public let column: Int
    /// The file that it is in, where that is another one than the file at hand.
    public let file: String?

    public init(line: Int, column: Int, file: String? = nil) {
        self.line = line
        self.column = column
        self.file = file
    }

    /// As `FILE:LINE:COLUMN`.
    ///
    /// - Parameter file: The file at hand.
    public func text(in file: String) -> String { "\(self.file ?? file):\(line):\(column)" }

    public static let start = Place(line: 1, column: 1)

    public static func < (a: Place, b: Place) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// Something wrong in a text that a person wrote: where, what, what was expected, and a fix.
public struct Diagnostic: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Severity: String, Sendable { case error, warning }

    public var severity: Severity
    /// The path as the user typed it.
    public var file: String
    /// Nil when the whole file is meant.
    public var place: Place?
    public var message: String
    public var expected: String?
    public var fix: String?

    public init(
        _ severity: Severity = .error, file: String, at place: Place? = nil, _ message: String, expected: String? = nil,
        fix: String? = nil
    ) {
        self.severity = severity
        self.file = place?.file ?? file
        self.place = place
        self.message = message
        self.expected = expected
        self.fix = fix
    }

    public var description: String {
        let position = place.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file)\(position): \(severity.rawValue): \(message)"
            + (expected.map { "\n  expected: \($0)" } ?? "")
            + (fix.map { "\n  fix: \($0)" } ?? "")
    }
}

/// All that is wrong in the files a person wrote, in the order of their places.
public struct Diagnostics: Error, Sendable, Equatable, CustomStringConvertible {
    public let all: [Diagnostic]

    public init(_ all: [Diagnostic]) {
        self.all = all.sorted { ($0.file, $0.place ?? .start) < ($1.file, $1.place ?? .start) }
    }

    public var description: String { all.map(\.description).joined(separator: "\n") }
}

/// The likeliest of the accepted words for a misspelt one; nil when none is near.
public func nearestWord(to word: String, among accepted: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    return accepted.map { ($0, editDistance(word, $0)) }.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
}

/// Edits (insert, delete, replace, swap neighbours) that turn one word into the other.
private func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased()), b = Array(b.lowercased())
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) {
        var row = [i]
        for j in 1..<(b.count + 1) {
            var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
