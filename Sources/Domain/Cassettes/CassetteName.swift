/// A cassette's name: its path under `cassettes/` without `.yaml`, such as `tutorial/two-agent`.
public struct CassetteName: Sendable, Hashable, CustomStringConvertible {
    /// Segments of `A-Z a-z 0-9 _ -`, joined by slashes. The last one may be a point of a matrix: `model=gpt-4o,temperature=0`.
    public let text: String

    /// Nil when the text is not a name.
    public init?(_ text: String) {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let last = segments.last, segments.dropLast().allSatisfy(CassetteName.isSegment),
            CassetteName.isSegment(last) || CassetteName.isPoint(last)
        else { return nil }
        self.text = text
    }

    /// The name of a scenario's cassette at one point of its matrix.
    ///
    /// - Parameter point: `NAME=VALUE`, joined by commas; what a name cannot have becomes `_`.
    public func at(point: String) -> CassetteName {
        let segment = point.utf8.map { byte in
            let isKept = CassetteName.isWord(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ",")
            return isKept ? Character(Unicode.Scalar(byte)) : "_"
        }
        return CassetteName(unchecked: text + "/" + String(segment))
    }

    private init(unchecked text: String) { self.text = text }

    private static func isSegment(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isWord) }

    private static func isPoint(_ text: Substring) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 && isSegment(parts[0])
                && parts[1].utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "=") }
        }
    }

    fileprivate static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
            || byte == 0x2D
    }

    public static let expected = "words of A-Z, a-z, 0-9, '_' and '-', joined by '/'"

    public var description: String { text }

    /// As keys and path prefixes write it: `tutorial:two-agent`.
    public var inKey: String { text.replacing("/", with: ":") }

    /// The key that plays this cassette: `us-tutorial:two-agent`.
    public var sessionKey: String { "us-" + inKey }
}

/// What a session key says: which cassette, and which play position of it.
public struct SessionKey: Sendable, Hashable, CustomStringConvertible {
    public let cassette: CassetteName
    /// Up to 64 of `A-Z a-z 0-9 _ -`; nil for the cassette's own position.
    public let position: String?

    public static let expected =
        "us-NAME[.POSITION], with ':' for '/' in NAME, and a POSITION of at most 64 of A-Z, a-z, 0-9, '_' and '-'"

    /// Reads `us-NAME[.POSITION]`; nil for any other key.
    public init?(_ key: String) {
        guard key.hasPrefix("us-") else { return nil }
        self.init(name: key.dropFirst(3))
    }

    /// Reads `NAME[.POSITION]`, with `:` for `/` in the name.
    public init?(name: some StringProtocol) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let cassette = CassetteName(String(first).replacing(":", with: "/")) else {
            return nil
        }
        self.cassette = cassette
        if parts.count > 1 {
            guard parts[1].utf8.count <= 64, parts[1].utf8.allSatisfy(CassetteName.isWord), !parts[1].isEmpty else {
                return nil
            }
            position = String(parts[1])
        } else {
            position = nil
        }
    }

    public init(_ cassette: CassetteName, position: String? = nil) {
        self.cassette = cassette
        self.position = position
    }

    public var description: String { cassette.sessionKey + (position.map { ".\($0)" } ?? "") }
}
