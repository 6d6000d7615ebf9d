import Foundation
import Synchronization

/// A file, a pipe or standard input that is read line by line, however large it is.
public final class LineSource: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        /// Where the next line begins in `waiting`.
        var start = 0
        /// Up to where no line feed is.
        var searched = 0
        var isAtEnd = false
    }

    private let input: InputFile
    /// Where the first line begins; nil for what can be read once only.
    private let origin: off_t?
    private let state = Mutex(State())
    private static let chunk = 1 << 16

    /// - Parameters:
    ///   - path: As the user typed it; `-` is standard input.
    ///   - isReadAgain: What can be read once only, as a pipe, is copied into a temporary file first.
    /// - Throws: `FileError`; an absent file is `isMissing`.
    public init(_ path: String, isReadAgain: Bool = false) throws {
        let named = try InputFile(path)
        input = isReadAgain && named.offset == nil ? try named.copied() : named
        origin = input.offset
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
                let more = try input.read(upToCount: LineSource.chunk)
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
            guard let origin, lseek(input.handle.fileDescriptor, origin, SEEK_SET) == origin else {
                throw FileError(
                    "read", input.name, cause: "it can be read once only", fix: "write it to a file, and name that")
            }
            state = State()
        }
    }
}
