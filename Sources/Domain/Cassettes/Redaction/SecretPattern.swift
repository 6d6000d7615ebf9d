/// A shape by which a credential is known wherever it stands.
struct SecretPattern: Sendable {
    /// Names the placeholder: `openai-key` gives `<redacted:openai-key>`.
    let kind: String
    private let prefix: [UInt8]
    /// Bytes after the prefix that belong to the secret; nil when what follows is no secret.
    private let length: @Sendable (ArraySlice<UInt8>) -> Int?

    var placeholder: [UInt8] { Array("<redacted:\(kind)>".utf8) }

    private init(_ kind: String, _ prefix: String, _ length: @escaping @Sendable (ArraySlice<UInt8>) -> Int?) {
        self.kind = kind
        self.prefix = Array(prefix.utf8)
        self.length = length
    }

    /// A prefix, then at least this many letters, digits, `_` or `-`.
    private init(_ kind: String, _ prefix: String, atLeast minimum: Int) {
        self.init(kind, prefix) { rest in
            let count = rest.prefix(while: SecretPattern.isTokenByte).count
            return count >= minimum ? count : nil
        }
    }

    /// The longer prefix of two that begin alike comes first.
    private static let all: [SecretPattern] = [
        SecretPattern("anthropic-key", "sk-ant-", atLeast: 16),
        SecretPattern("openai-key", "sk-", atLeast: 16),
        SecretPattern("google-key", "AIza", atLeast: 30),
        SecretPattern("aws-key", "AKIA", atLeast: 16),
        SecretPattern("github-token", "ghp_", atLeast: 20),
        SecretPattern("github-token", "gho_", atLeast: 20),
        SecretPattern("github-token", "ghs_", atLeast: 20),
        SecretPattern("github-token", "github_pat_", atLeast: 20),
        SecretPattern("slack-token", "xoxb-", atLeast: 10),
        SecretPattern("slack-token", "xoxp-", atLeast: 10),
        SecretPattern("slack-token", "xoxa-", atLeast: 10),
        SecretPattern("openai-organization", "org-", atLeast: 20),
        SecretPattern("openai-project", "proj_", atLeast: 20),
        SecretPattern("hopx-key", "hopx_live_") { rest in
            let id = rest.prefix(while: isTokenByte).count
            guard id > 0, rest.dropFirst(id).first == UInt8(ascii: ".") else { return nil }
            let secret = rest.dropFirst(id + 1).prefix(while: isTokenByte).count
            return secret >= 8 ? id + 1 + secret : nil
        },
        // RFC 7519: three base64url parts, the first of which is a JSON object.
        SecretPattern("jwt", "eyJ") { rest in
            var count = 0
            for part in 0..<3 {
                if part > 0 {
                    guard rest.dropFirst(count).first == UInt8(ascii: ".") else { return nil }
                    count += 1
                }
                let length = rest.dropFirst(count).prefix(while: isTokenByte).count
                guard length >= 8 else { return nil }
                count += length
            }
            return count
        },
        SecretPattern("bearer-token", "Bearer ") { rest in
            let count = rest.prefix { isTokenByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "=") }.count
            return count >= 16 ? count : nil
        },
    ]

    /// By the first byte of their prefixes, 256 entries.
    private static let byFirstByte: [[SecretPattern]] = (0..<256).map { byte in all.filter { Int($0.prefix[0]) == byte }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// Every secret in a text, in order, with its placeholder.
    static func matches(in bytes: [UInt8]) -> [Replacement] {
        var found: [Replacement] = []
        var position = 0
        while let start = nextPrefix(in: bytes, from: position) {
            let candidates = byFirstByte[Int(bytes[start])].lazy
            let secret = candidates.compactMap { match(of: $0, in: bytes, at: start) }.first
            if let secret { found.append(secret) }
            position = secret?.range.upperBound ?? start + 1
        }
        return found
    }

    /// Where the next prefix of any pattern stands; nearly all of a text is passed over here, and so by bytes.
    private static func nextPrefix(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            beginnings.withUnsafeBufferPointer { beginnings in
                var position = start
                while position + 1 < bytes.count {
                    // Two bytes tell nearly always: in a table of bits, row by first and column by second byte.
                    let second = bytes[position + 1]
                    let row = Int(bytes[position]) * 4 + Int(second >> 6)
                    if beginnings[row] & (1 << UInt64(second & 63)) != 0 { return position }
                    position += 1
                }
                return nil
            }
        }
    }

    /// The first two bytes of all prefixes, as 256 rows of 256 bits.
    private static let beginnings: [UInt64] = all.reduce(into: [UInt64](repeating: 0, count: 1024)) { rows, pattern in
        rows[Int(pattern.prefix[0]) * 4 + Int(pattern.prefix[1] >> 6)] |= 1 << UInt64(pattern.prefix[1] & 63)
    }

    private static func match(of pattern: SecretPattern, in bytes: [UInt8], at position: Int) -> Replacement? {
        let rest = bytes[position...]
        guard rest.starts(with: pattern.prefix),
            position == 0 || !isTokenByte(bytes[position - 1]) || isAfterEscape(bytes, position),
            let length = pattern.length(rest.dropFirst(pattern.prefix.count))
        else { return nil }
        return Replacement(
            range: position..<position + pattern.prefix.count + length, with: pattern.placeholder, kind: pattern.kind)
    }

    /// The letter or digit before ends an escape, of JSON (`\n`, `\u201c`) or of a URL (`%20`), and so no word.
    private static func isAfterEscape(_ bytes: [UInt8], _ position: Int) -> Bool {
        func isHex(_ count: Int) -> Bool {
            bytes[position - count..<position].allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        }
        func stands(_ text: StaticString, _ distance: Int) -> Bool {
            position >= distance
                && bytes[(position - distance)...].starts(
                    with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        if stands("\\", 2), "nrtbf".utf8.contains(bytes[position - 1]) { return true }
        return (stands("\\u", 6) && isHex(4)) || (stands("%", 3) && isHex(2))
    }
}
