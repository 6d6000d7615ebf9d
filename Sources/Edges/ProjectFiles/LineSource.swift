import Foundation
import Synchronization

/// A file that is read line by line, however large it is.
public final class LineSource: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        /// Where the next line begins in `waiting`.
        var start = 0
        /// Up to where no line feed is.
        var searched = 0
        var isAtEnd = false
    }

    private let path: String
    private let handle: FileHandle
    private let state = Mutex(State())
    private static let chunk = 1 << 16

    /// - Parameter path: As the user typed it.
    /// - Throws: `FileError`; an absent file is `isMissing`.
    public init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError.missing(path, "there is no such file")
        }
        guard !isFolder.boolValue else {
            throw FileError("read", path, cause: "it is a folder", fix: "name a file", isMissing: true)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.system("read", path) }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// The next line without its line feed; nil after the last one. What follows the last line feed is a line if it is not empty.
    ///
    /// - Throws: `FileError`.
    public func next() throws -> [UInt8]? {
        try state.withLock { state in
            while true {
                if let end = state.waiting[state.searched...].firstIndex(of: UInt8(ascii: "\n")) {
                    defer { (state.start, state.searched) = (end + 1, end + 1) }
                    return Array(state.waiting[state.start..<end])
                }
                if state.isAtEnd {
                    defer { (state.start, state.searched) = (state.waiting.count, state.waiting.count) }
                    return state.start < state.waiting.count ? Array(state.waiting[state.start...]) : nil
                }
                state.waiting.removeSubrange(..<state.start)
                (state.start, state.searched) = (0, state.waiting.count)
                let more = try read()
                state.isAtEnd = more.isEmpty
                state.waiting += more
            }
        }
    }

    /// Goes back to the first line.
    ///
    /// - Throws: `FileError` for what can be read once only, as a pipe.
    public func rewind() throws {
        try state.withLock { state in
            do {
                try handle.seek(toOffset: 0)
            } catch {
                throw FileError(
                    "read", path, cause: "it can be read once only", fix: "write it to a file, and name that")
            }
            state = State()
        }
    }

    private func read() throws -> Data {
        do {
            return try handle.read(upToCount: LineSource.chunk) ?? Data()
        } catch {
            throw FileError("read", path, cause: error.localizedDescription)
        }
    }
}
