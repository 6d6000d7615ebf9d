import Foundation

extension Project {
    /// What became of a file of the starter.
    public enum Addition: Sendable, Equatable {
        case written
        /// Something of this name was there, and is as it was; with the lines that it lacks to serve the same purpose.
        case kept(lacking: [String])
    }

    /// The place of one of the project's files, as the user would type it.
    public func place(of relative: String) -> String { folder.isEmpty ? relative : "\(folder)/\(relative)" }

    /// Writes a file of the starter, unless something of its name is there; folders on the way are made.
    ///
    /// - Parameter isRehearsal: Only says what would become of it.
    /// - Throws: `FileError`.
    public func add(_ file: Starter.File, isRehearsal: Bool = false) throws -> Addition {
        let path = place(of: file.path)
        // Not `exists`, which looks behind links, and finds nothing behind one that leads nowhere.
        var entry = stat()
        if lstat(path, &entry) == 0 { return .kept(lacking: try lines(of: file, lackingIn: path)) }
        if isRehearsal { return .written }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        } catch {
            throw FileError("make the folder of", path, cause: error.localizedDescription)
        }
        // Whoever makes it in this moment keeps what they made.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor < 0, errno == EEXIST { return .kept(lacking: []) }
        guard descriptor >= 0 else { throw FileError.system("write", path) }
        do {
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(file.text.utf8))
        } catch {
            throw FileError("write", path, cause: error.localizedDescription)
        }
        return .written
    }

    private func lines(of file: Starter.File, lackingIn path: String) throws -> [String] {
        if file.requiredLines.isEmpty { return [] }
        let there = Set(String(decoding: try read(path), as: UTF8.self).split(whereSeparator: \.isNewline))
        return file.requiredLines.filter { !there.contains(Substring($0)) }
    }
}
