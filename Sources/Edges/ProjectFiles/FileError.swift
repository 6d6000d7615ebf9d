import Documents
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

    /// A path that is not there; the fix names a neighbour that is spelt much like it, or where the path was looked for.
    static func missing(_ path: String, _ cause: String) -> FileError {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let neighbours = try? FileManager.default.contentsOfDirectory(atPath: folder)
        let near = neighbours.flatMap { nearestWord(to: url.lastPathComponent, among: $0.sorted()) }
        let fix =
            if let near {
                "did you mean '\(near)'?"
            } else if neighbours == nil {
                "check the path: '\(folder)' is no folder that can be read"
            } else {
                "check the path: it was looked for in '\(folder)'"
            }
        return FileError("read", path, cause: cause, fix: fix, isMissing: true)
    }

    /// What was tried: `cannot read 'a.yaml'`.
    public var operationText: String { "cannot \(operation) \(path.contains("'") ? path : "'\(path)'")" }

    public var description: String { "\(operationText): \(cause)" + (fix.map { "\n  fix: \($0)" } ?? "") }
}
