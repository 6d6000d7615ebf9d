public import Documents

/// A file or directory in a listing.
public struct FileStatus: Sendable, Equatable {
    public var path: String
    public var size: Int
    public var isDirectory: Bool
    /// Permission bits.
    public var mode: Int
    /// Seconds since 1970.
    public var modifiedAt: Double

    public init(path: String, size: Int, isDirectory: Bool, mode: Int, modifiedAt: Double) {
        self.path = path
        self.size = size
        self.isDirectory = isDirectory
        self.mode = mode
        self.modifiedAt = modifiedAt
    }

    public var name: String { path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? "/" }

    /// In the public interface's spelling and in those that only single clients read.
    public var body: JSONValue {
        let modified = JSONValue.string(HopXTime.text(modifiedAt))
        let octal = String(mode, radix: 8)
        return [
            "name": .string(name), "path": .string(path), "size": .number(size),
            "is_directory": .bool(isDirectory), "is_dir": .bool(isDirectory),
            "permissions": .string(permissions),
            "mode": .string(String(repeating: "0", count: max(0, 4 - octal.count)) + octal),
            "modified_time": modified, "modified": modified,
        ]
    }

    /// `drwxr-xr-x`.
    private var permissions: String {
        let letters = "rwxrwxrwx".enumerated().map { index, letter in mode >> (8 - index) & 1 == 1 ? letter : "-" }
        return (isDirectory ? "d" : "-") + String(letters)
    }
}

/// Bodies of the answers to file operations.
public enum FileAnswer {
    public static func listing(of path: String, _ files: [FileStatus]) -> JSONValue {
        ["files": .array(files.map(\.body)), "path": .string(path), "count": .number(files.count)]
    }

    /// Bytes that are not UTF-8 are replaced, as in any JSON text.
    public static func content(of path: String, _ bytes: [UInt8]) -> JSONValue {
        [
            "content": .string(String(decoding: bytes, as: UTF8.self)), "path": .string(path),
            "size": .number(bytes.count),
        ]
    }

    public static func change(_ message: String, path: String, size: Int, now: Double) -> JSONValue {
        [
            "message": .string(message), "path": .string(path), "success": true, "size": .number(size),
            "timestamp": .string(HopXTime.text(now)),
        ]
    }
}
