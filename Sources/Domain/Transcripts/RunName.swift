/// How a person names a stored run: `latest`, `latest~1`, `#label`, `@branch`, `plan:ID`, or the beginning of its id.
///
/// `#label` and `@branch` mean the newest such run, `plan:ID` all shards of the newest run of that plan; `~n` after any of the
/// four goes back n runs of that kind.
public enum RunName: Sendable, Hashable {
    case latest(back: Int)
    case label(String, back: Int)
    case branch(String, back: Int)
    /// All shards of a run as one; the beginning of its plan, in lower case.
    case plan(String, back: Int)
    /// In lower case, as ids are written.
    case idPrefix(String)

    /// - Throws: `RunNameError.malformed`.
    public init(_ text: String) throws(RunNameError) {
        var name = text[...]
        var back = 0
        if let tilde = text.lastIndex(of: "~") {
            let digits = text[text.index(after: tilde)...]
            let isNumber = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            if isNumber, let count = digits.isEmpty ? 1 : Int(digits) {
                name = text[..<tilde]
                back = count
            }
        }
        if name == "latest" {
            self = .latest(back: back)
        } else if name.hasPrefix("#"), name.count > 1 {
            self = .label(String(name.dropFirst()), back: back)
        } else if name.hasPrefix("@"), name.count > 1 {
            self = .branch(String(name.dropFirst()), back: back)
        } else if name.hasPrefix("plan:"), name.count > 5 {
            self = .plan(name.dropFirst(5).lowercased(), back: back)
        } else {
            let id = text.lowercased()
            let isID =
                !id.isEmpty
                && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2D }
            guard isID else { throw .malformed(text) }
            self = .idPrefix(id)
        }
    }
}

/// Why a name does not stand for one stored run.
public enum RunNameError: Error, Sendable, Equatable, CustomStringConvertible {
    case malformed(String)
    /// With names that would have been found, the newest first.
    case unknown(String, candidates: [String])
    /// With the ids that begin so, the newest first.
    case ambiguous(String, candidates: [String])

    public var description: String {
        switch self {
        case .malformed(let name):
            """
            '\(name)' is not the name of a run
              expected: latest, latest~1, #label, @branch, plan:ID, or the first digits of a run's id
              fix: list the runs with 'understudy runs'
            """
        case .unknown(let name, let candidates):
            "no run is named '\(name)'"
                + (candidates.isEmpty
                    ? "\n  expected: a stored run, but there is none\n  fix: make one with 'understudy run'"
                    : "\n  expected: one of " + candidates.joined(separator: ", "))
        case .ambiguous(let name, let candidates):
            "'\(name)' begins the ids of more than one run\n  expected: one of " + candidates.joined(separator: ", ")
        }
    }
}
