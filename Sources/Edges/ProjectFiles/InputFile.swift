import Foundation

/// What a command reads from: a file, a pipe, or standard input, which is named `-`.
public struct InputFile: Sendable {
    /// As the user typed it, or in words.
    let name: String
    let handle: FileHandle

    /// - Parameter path: As the user typed it.
    /// - Throws: `FileError`; an absent file and a folder are `isMissing`.
    init(_ path: String) throws {
        guard !InputFile.isStandardInput(path) else {
            name = InputFile.name(of: path)
            // Opening it anew is refused where it is a socket.
            handle = FileHandle(fileDescriptor: STDIN_FILENO, closeOnDealloc: false)
            return
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError.missing(path, "there is no such file")
        }
        guard !isFolder.boolValue else {
            throw FileError("read", path, cause: "it is a folder", fix: "name a file", isMissing: true)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.system("read", path) }
        name = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    public static func isStandardInput(_ path: String) -> Bool { ["-", "/dev/stdin", "/dev/fd/0"].contains(path) }

    /// What messages call a path: itself, or standard input.
    public static func name(of path: String) -> String { isStandardInput(path) ? "standard input" : path }

    /// Reads up to its end.
    ///
    /// - Throws: `FileError`.
    func readToEnd() throws -> [UInt8] {
        do {
            return Array(try handle.readToEnd() ?? Data())
        } catch {
            throw FileError("read", name, cause: error.localizedDescription)
        }
    }

    /// A part of what comes next; empty at its end.
    ///
    /// - Throws: `FileError`.
    func read(upToCount count: Int) throws -> Data {
        do {
            return try handle.read(upToCount: count) ?? Data()
        } catch {
            throw FileError("read", name, cause: error.localizedDescription)
        }
    }

    /// Where its reader is; nil for what can be read once only, as a pipe.
    var offset: off_t? {
        let offset = lseek(handle.fileDescriptor, 0, SEEK_CUR)
        return offset < 0 ? nil : offset
    }

    /// A copy of all that is still to be read, in a file without a name, which is gone when nobody reads it any more.
    ///
    /// - Throws: `FileError`.
    func copied() throws -> InputFile {
        let path = NSTemporaryDirectory() + "/understudy-" + UUID().uuidString
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.system("write", path) }
        unlink(path)
        let copy = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        while case let part = try read(upToCount: 1 << 16), !part.isEmpty {
            do {
                try copy.write(contentsOf: part)
            } catch {
                throw FileError("copy \(name) to", path, cause: error.localizedDescription)
            }
        }
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError.system("read", path) }
        return InputFile(name: name, handle: copy)
    }

    private init(name: String, handle: FileHandle) {
        self.name = name
        self.handle = handle
    }
}
