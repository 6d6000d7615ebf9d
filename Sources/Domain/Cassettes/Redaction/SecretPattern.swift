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

    private static let byFirstByte = Dictionary(grouping: all) { $0.prefix[0] }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// Every secret in a text, in order, with its placeholder.
    static func matches(in bytes: [UInt8]) -> [Replacement] {
        var found: [Replacement] = []
        var firstBytes = [Bool](repeating: false, count: 256)
        for byte in byFirstByte.keys { firstBytes[Int(byte)] = true }
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            guard firstBytes[Int(byte)],
                position == 0 || !isTokenByte(bytes[position - 1]) || isAfterEscape(bytes, position)
            else {
                position += 1
                continue
            }
            let rest = bytes[position...]
            let match = byFirstByte[byte, default: []].lazy.compactMap { pattern -> Replacement? in
                guard rest.starts(with: pattern.prefix),
                    let length = pattern.length(rest.dropFirst(pattern.prefix.count))
                else { return nil }
                return Replacement(
                    range: position..<position + pattern.prefix.count + length, with: pattern.placeholder,
                    kind: pattern.kind)
            }.first
            if let match {
                found.append(match)
                position = match.range.upperBound
            } else {
                position += 1
            }
        }
        return found
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
