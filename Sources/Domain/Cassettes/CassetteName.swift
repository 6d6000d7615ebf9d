/// A cassette's name: its path under `cassettes/` without `.yaml`, such as `tutorial/two-agent`.
public struct CassetteName: Sendable, Hashable, CustomStringConvertible {
    /// Segments of `A-Z a-z 0-9 _ -`, joined by slashes. A point of a matrix also has `=` and `.` in its last segment.
    public let text: String

    /// Nil when the text is not a name.
    public init?(_ text: String) {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(CassetteName.isWord) }) else { return nil }
        self.text = text
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
