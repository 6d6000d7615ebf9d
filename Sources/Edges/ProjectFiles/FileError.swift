import Foundation

/// A file operation that the system refused: what was tried, on which path, and the cause.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public let operation: String
    public let path: String
    public let cause: String
    public let fix: String?
    /// The path that was named is not there, or cannot be what was meant.
    public let isMissing: Bool

    public init(_ operation: String, _ path: String, cause: String, fix: String? = nil, isMissing: Bool = false) {
        self.operation = operation
        self.path = path
        self.cause = cause
        self.fix = fix
        self.isMissing = isMissing
    }

    /// The cause is what `errno` says.
    static func system(_ operation: String, _ path: String) -> FileError {
        FileError(operation, path, cause: String(cString: strerror(errno)), isMissing: errno == ENOENT)
    }

    /// What was tried: `cannot read 'a.yaml'`.
    public var operationText: String { "cannot \(operation) \(path.contains("'") ? path : "'\(path)'")" }

    public var description: String { "\(operationText): \(cause)" + (fix.map { "\n  fix: \($0)" } ?? "") }
}
