/// Why an id, or the beginning of one, does not stand for one stored attempt.
public enum AttemptNameError: Error, Sendable, Equatable, CustomStringConvertible {
    /// With ids that would have been found, the newest first.
    case unknown(String, candidates: [String])
    /// With the ids that begin so, the newest first.
    case ambiguous(String, candidates: [String])

    /// How many candidates are told; one more shows that there are others.
    public static let candidateLimit = 5

    public var description: String {
        switch self {
        case .unknown(let name, let candidates) where candidates.isEmpty:
            "no stored attempt has the id '\(name)': there is none at all\n  fix: make one with 'understudy run'"
        case .unknown(let name, let candidates):
            """
            no stored attempt has the id '\(name)', or one that begins so
              expected: one of \(AttemptNameError.list(candidates))
              fix: 'understudy show RUN --format json' prints the ids of a run's attempts
            """
        case .ambiguous(let name, let candidates):
            "'\(name)' begins the ids of more than one attempt\n  expected: one of \(AttemptNameError.list(candidates))"
        }
    }

    private static func list(_ candidates: [String]) -> String {
        candidates.prefix(candidateLimit).joined(separator: ", ") + (candidates.count > candidateLimit ? ", …" : "")
    }
}
