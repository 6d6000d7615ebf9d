public import Documents

/// All that keeps a JSON value from being a transcript.
public struct TranscriptFormatError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Problem: Sendable, Equatable {
        /// Where in the value; `path` of it reads `$.entries[3].cause`.
        public var place: JSONPointer
        public var message: String
        public var expected: String?
    }

    /// In the order of the value; never empty.
    public let problems: [Problem]

    public var description: String {
        problems.map { problem in
            "\(problem.place.path): error: \(problem.message)" + (problem.expected.map { "\n  expected: \($0)" } ?? "")
        }.joined(separator: "\n")
    }
}
