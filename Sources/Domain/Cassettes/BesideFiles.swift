import Digests

/// Large contents that stand beside a cassette, in `NAME.files/`, each under the digest of its bytes.
///
/// A content never changes under its name, so files are shared by all recordings of a cassette, and merge by themselves.
public protocol BesideFiles: Sendable {
    /// - Returns: Nil when there is no such file. Whether the bytes fit the digest is the caller's to check.
    func read(_ digest: BesideDigest) throws -> [UInt8]?

    /// Returns when the content is safe. One that is there already is left alone.
    func write(_ content: BesideContent) throws
}

/// What a content beside a cassette is called: the SHA-256 of its bytes, 64 lower-case hex digits.
public struct BesideDigest: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// Nil when the text is no digest; one that is one cannot lead out of its folder.
    public init?(_ text: some StringProtocol) {
        let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 64, isHex else { return nil }
        self.text = String(text)
    }

    public init(of bytes: [UInt8]) { text = Digest.sha256Hex(bytes) }

    public var description: String { text }
}

/// Bytes that were taken out of a cassette's text, to be put beside it.
public struct BesideContent: Sendable, Equatable {
    public let digest: BesideDigest
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        digest = BesideDigest(of: bytes)
        self.bytes = bytes
    }
}
