import Foundation

/// A text that is written line by line, and takes the place of a file when it is complete.
///
/// What is not finished is gone when this is.
public final class LineFile {
    private let path: String
    private let draft: String
    private let handle: FileHandle
    private var waiting: [UInt8] = []

    /// - Throws: `FileError`.
    public init(replacing path: String) throws {
        self.path = path
        draft = "\(path).\(UUID().uuidString).tmp"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.system("write", path) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    deinit { unlink(draft) }

    /// - Parameter line: Without a line feed.
    public func add(_ line: String) throws {
        waiting.append(contentsOf: line.utf8)
        waiting.append(UInt8(ascii: "\n"))
        if waiting.count >= 1 << 16 { try flush() }
    }

    public func finish() throws {
        try flush()
        do {
            try handle.synchronize()
        } catch {
            throw FileError("write", path, cause: error.localizedDescription)
        }
        guard rename(draft, path) == 0 else { throw FileError.system("write", path) }
    }

    private func flush() throws {
        do {
            try handle.write(contentsOf: Data(waiting))
        } catch {
            throw FileError("write", path, cause: error.localizedDescription)
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
