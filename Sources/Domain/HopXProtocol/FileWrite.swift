import Digests
import Documents

/// A file that a client puts into a sandbox.
public struct FileWrite: Sendable, Equatable {
    /// Absolute, as `SandboxPath.absolute` makes it.
    public var path: String
    /// Decoded, when they were sent as base64.
    public var bytes: [UInt8]
    /// Permission bits.
    public var mode: Int
    public var overwrites: Bool

    public init(path: String, bytes: [UInt8], mode: Int = 0o644, overwrites: Bool = true) {
        self.path = SandboxPath.absolute(path)
        self.bytes = bytes
        self.mode = mode
        self.overwrites = overwrites
    }

    /// Reads the body of `POST /files/write`.
    ///
    /// - Throws: `HopXError`, as the agent would refuse it.
    public init(body bytes: [UInt8]) throws {
        let body = try JSONObject(hopXBody: bytes)
        let path = try SandboxPath.checked(body.text("path"))
        let content = try body.text("content")
        let mode = try body.optionalText("mode") ?? "0644"
        guard let bits = Int(mode, radix: 8), (0...0o7777).contains(bits) else {
            throw HopXError.invalidRequest("mode must be octal, such as 0644")
        }
        let decoded: [UInt8]
        switch try body.optionalText("encoding") {
        case nil, "", "utf-8", "text": decoded = Array(content.utf8)
        case "base64":
            guard let bytes = Base64.decode(content) else {
                throw HopXError.invalidRequest("content is not base64")
            }
            decoded = bytes
        case let encoding?: throw HopXError.invalidRequest("Unknown encoding: \(encoding)")
        }
        self.init(
            path: path, bytes: decoded, mode: bits, overwrites: try body.optionalFlag("overwrite") ?? true)
    }
}

extension SandboxPath {
    /// - Throws: `HopXError` for a path that no file can have.
    public static func checked(_ path: String?) throws -> String {
        guard let path, !path.isEmpty else { throw HopXError.missingParameter("path") }
        guard !path.utf8.contains(0) else { throw HopXError.invalidPath("", "The path contains a zero byte") }
        return absolute(path)
    }

    /// Reads the body of `POST /files/mkdir`.
    public static func ofNewDirectory(body bytes: [UInt8]) throws -> String {
        try checked(JSONObject(hopXBody: bytes).text("path"))
    }
}
