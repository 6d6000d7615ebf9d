import Foundation

/// Calls `body` with a new folder that only this user can enter, and removes it and all in it afterwards.
///
/// - Throws: `FolderError` when there is no place for it, and whatever `body` throws.
public func withPrivateFolder<Result>(_ body: (_ path: String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("understudy-XXXXXX").path
    var template = folder.utf8CString.map { $0 }
    let path: String? = template.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return nil }
        return String(cString: start)
    }
    guard let path else {
        throw FolderError(path: folder, cause: String(cString: strerror(errno)))
    }
    // One that somebody has already removed needs no more.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// A folder or file for another program could not be made.
public struct FolderError: Error, Sendable, Equatable, CustomStringConvertible {
    public let path: String
    public let cause: String

    public var description: String { "cannot make \(path): \(cause)" }
}
