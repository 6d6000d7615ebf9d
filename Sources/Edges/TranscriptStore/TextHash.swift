import Digests

/// What the store knows a text by: the SHA-256 of its bytes.
struct TextHash: Hashable, Sendable {
    private let words: SIMD4<UInt64>

    init(of bytes: [UInt8]) { self.init(Digest.sha256(bytes)) }

    /// - Parameter hex: 64 hex digits.
    init(hex: String) {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
        precondition(digits.count == 64 && hex.utf8.count == 64, "a SHA-256 has 64 hex digits, unlike '\(hex)'")
        self.init((0..<32).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
    }

    /// What a chain of messages is known by when one more comes to it.
    func extended(by message: TextHash) -> TextHash { TextHash(of: bytes + message.bytes) }

    /// Of a chain that has no message yet.
    static let none = TextHash([UInt8](repeating: 0, count: 32))

    private init(_ digest: [UInt8]) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    var short: ShortHash { ShortHash(high: words[0], low: words[1]) }

    var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The bytes as SHA-256 tells them.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }
}
