/// A service that gave no answer, or broke one off.
public struct NoAnswer: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Cause: Sendable { case refused, timedOut, reset }

    public let cause: Cause
    /// Who was asked.
    public let url: String
    /// What the system said.
    public let detail: String

    public init(_ cause: Cause, url: String, detail: String) {
        self.cause = cause
        self.url = url
        self.detail = detail
    }

    public var description: String {
        switch cause {
        case .refused:
            "no answer from \(url): the connection was refused (\(detail))\n  fix: start the service, or name another with --upstream"
        case .timedOut: "no answer from \(url): it took too long (\(detail))"
        case .reset: "no answer from \(url): the connection broke (\(detail))"
        }
    }
}
