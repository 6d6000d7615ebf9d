public import Documents

/// One line of an export: a run, then its attempts, each with its transcript, then its reviews; each baseline before the first
/// of these that it is named by.
public enum StoredLine: Sendable, Equatable {
    case run(Run)
    case attempt(Attempt)
    case baseline(BaselineVersion)
    case review(Review)

    /// Without a line feed.
    public var text: String {
        switch self {
        case .run(let run): run.json.text()
        case .attempt(let attempt): attempt.json.text()
        case .baseline(let baseline): baseline.json.text()
        case .review(let review): review.json.text()
        }
    }

    /// Reads an export; empty lines count as lines and say nothing.
    ///
    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics` with all that is wrong in all lines.
    public static func read(_ bytes: [UInt8], file: String) throws(Diagnostics) -> [StoredLine] {
        var reader = Reader(file: file)
        var lines: [StoredLine] = []
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if let parsed = reader.read(Array(line)) { lines.append(parsed) }
        }
        try reader.finish()
        return lines
    }

    /// Reads an export line by line, and gathers what is wrong with it.
    public struct Reader: Sendable {
        private let file: String
        private var number = 0
        private var runs: Set<String> = []
        /// By their digests.
        private var baselines: Set<String> = []
        private var problems: [Diagnostic] = []

        /// - Parameter file: The path as the user typed it.
        public init(file: String) { self.file = file }

        /// - Parameter line: Without its line feed.
        /// - Returns: Nil for an empty line, and for one that is wrong; `finish` tells what is wrong with it.
        public mutating func read(_ line: [UInt8]) -> StoredLine? {
            number += 1
            guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return nil }
            do {
                let parsed = try StoredLine(JSONValue(parsing: line))
                switch parsed {
                case .run(let run): runs.insert(run.id)
                case .baseline(let baseline): baselines.insert(baseline.digest)
                case .attempt(let attempt):
                    let name = "attempt '\(attempt.id)'"
                    guard follows(name, run: attempt.run, baseline: attempt.outcome.comparison?.baseline) else {
                        return nil
                    }
                case .review(let review):
                    let name = "review '\(review.id)'"
                    guard follows(name, run: review.matter.run, baseline: review.baseline) else { return nil }
                }
                return parsed
            } catch let error as JSONError {
                let before = String(decoding: line.prefix(error.offset), as: UTF8.self)
                report(
                    error.problem, column: before.unicodeScalars.count + 1, expected: "one JSON value on the line",
                    fix: "a line that was cut off is written again by 'understudy store export'")
            } catch let error as TranscriptFormatError {
                for problem in error.problems {
                    report("\(problem.place.path): \(problem.message)", expected: problem.expected)
                }
            } catch {
                report("\(error)")
            }
            return nil
        }

        /// Whether what a line refers to stands before it.
        private mutating func follows(_ name: String, run: String, baseline: String?) -> Bool {
            let fix = "export the run again, with 'understudy store export'"
            guard runs.contains(run) else {
                report(
                    "\(name) is of run '\(run)', which no line before it has", expected: "the run's own line first",
                    fix: fix)
                return false
            }
            guard baseline.map(baselines.contains) ?? true else {
                report(
                    "\(name) names a baseline that no line before it has", expected: "the baseline's own line first",
                    fix: fix)
                return false
            }
            return true
        }

        /// Whether `finish` will throw.
        public var hasProblems: Bool { !problems.isEmpty }

        /// - Throws: `Diagnostics` with all that was wrong in all lines.
        public func finish() throws(Diagnostics) {
            guard problems.isEmpty else { throw Diagnostics(problems) }
        }

        private mutating func report(
            _ message: String, column: Int = 1, expected: String? = nil, fix: String? = nil
        ) {
            let place = Place(line: number, column: column)
            problems.append(Diagnostic(file: file, at: place, message, expected: expected, fix: fix))
        }
    }

    fileprivate init(_ json: JSONValue) throws {
        switch json["understudy"]?.stringValue {
        case Run.formatName: self = .run(try Run(json: json))
        case Attempt.formatName: self = .attempt(try Attempt(json: json))
        case BaselineVersion.formatName: self = .baseline(try BaselineVersion(json: json))
        case Review.formatName: self = .review(try Review(json: json))
        case let other:
            let message = other.map { "'\($0)' is not known here" } ?? "the format's name is missing"
            throw TranscriptFormatError(problems: [
                .init(
                    place: JSONPointer(["understudy"]), message: message,
                    expected: "one of "
                        + [
                            Run.formatName, Attempt.formatName, BaselineVersion.formatName, Review.formatName,
                        ].joined(separator: ", "))
            ])
        }
    }
}
