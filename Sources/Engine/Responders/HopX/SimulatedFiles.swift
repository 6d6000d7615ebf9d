import HopXProtocol

/// The files of a sandbox in which no code has run yet: exactly what its client wrote.
struct SimulatedFiles {
    private enum Node {
        case directory
        case file([UInt8])
    }

    private struct Entry {
        var node: Node
        var mode: Int
        var modifiedAt: Double
    }

    private var entries: [[UInt8]: Entry] = [:]

    /// With the directories that every sandbox starts with.
    init(now: Double) {
        for path in ["/", "/app", "/home", "/home/user", "/tmp", SandboxPath.root] {
            entries[Array(path.utf8)] = Entry(node: .directory, mode: 0o755, modifiedAt: now)
        }
    }

    /// - Throws: `HopXError` when the write cannot succeed.
    func check(_ file: FileWrite) throws {
        switch self[file.path]?.node {
        case .directory: throw HopXError.invalidPath(file.path, "Path is a directory")
        case .file where !file.overwrites: throw HopXError.fileAlreadyExists(file.path)
        case .file, nil: try checkParents(of: file.path)
        }
    }

    mutating func write(_ file: FileWrite, now: Double) {
        makeDirectory(SimulatedFiles.parent(of: file.path), now: now)
        self[file.path] = Entry(node: .file(file.bytes), mode: file.mode, modifiedAt: now)
    }

    /// - Throws: `HopXError` when a directory cannot be made here.
    func checkDirectory(_ path: String) throws {
        if case .file = self[path]?.node { throw HopXError.fileAlreadyExists(path) }
        try checkParents(of: path)
    }

    mutating func makeDirectory(_ path: String, now: Double) {
        guard self[path] == nil else { return }
        makeDirectory(SimulatedFiles.parent(of: path), now: now)
        self[path] = Entry(node: .directory, mode: 0o755, modifiedAt: now)
    }

    mutating func remove(_ path: String) {
        entries = entries.filter { !SandboxPath.contains(path, String(decoding: $0.key, as: UTF8.self)) }
    }

    func exists(_ path: String) -> Bool { self[path] != nil }

    func read(_ path: String) throws -> [UInt8] {
        switch self[path]?.node {
        case .file(let bytes): return bytes
        case .directory: throw HopXError.invalidPath(path, "Path is a directory")
        case nil: throw HopXError.fileNotFound(path)
        }
    }

    func list(_ path: String) throws -> [FileStatus] {
        switch self[path]?.node {
        case .file: throw HopXError.invalidPath(path, "Path is not a directory")
        case nil: throw HopXError.directoryNotFound(path)
        case .directory: break
        }
        let children = entries.filter { key, _ in
            let child = String(decoding: key, as: UTF8.self)
            return child != "/" && SimulatedFiles.parent(of: child).utf8.elementsEqual(path.utf8)
        }
        return children.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, entry in
            var size = 0
            var isDirectory = true
            if case .file(let bytes) = entry.node { (size, isDirectory) = (bytes.count, false) }
            return FileStatus(
                path: String(decoding: key, as: UTF8.self), size: size, isDirectory: isDirectory, mode: entry.mode,
                modifiedAt: entry.modifiedAt)
        }
    }

    private func checkParents(of path: String) throws {
        var parent = SimulatedFiles.parent(of: path)
        while parent != "/" {
            if case .file = self[parent]?.node { throw HopXError.invalidPath(path, "Path goes through a file") }
            parent = SimulatedFiles.parent(of: parent)
        }
    }

    private subscript(path: String) -> Entry? {
        get { entries[Array(path.utf8)] }
        set { entries[Array(path.utf8)] = newValue }
    }

    private static func parent(of path: String) -> String {
        SandboxPath.absolute(path + "/..")
    }
}
