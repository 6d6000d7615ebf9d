import Digests

/// A text as it may be spelled inside other texts: each byte as it is, percent-encoded, or escaped as in JSON.
struct SecretSpelling: Sendable {
    private let text: [UInt8]
    /// Base64: characters on either side that hold bits of the secret beside those of its neighbours.
    private let before: Int
    private let after: Int

    private init(_ text: [UInt8], before: Int = 0, after: Int = 0) {
        self.text = text
        self.before = before
        self.after = after
    }

    /// The text itself, and what base64 makes of it wherever it begins in the encoded text, in both alphabets.
    static func all(of text: [UInt8]) -> [SecretSpelling] {
        [SecretSpelling(text)] + (0..<3).flatMap { offset in base64(of: text, offset: offset) }
    }

    /// - Parameter offset: Bytes before it in its group of three.
    private static func base64(of text: [UInt8], offset: Int) -> [SecretSpelling] {
        let encoded = Array(Base64.encode([UInt8](repeating: 0, count: offset) + text).utf8)
        let startBits = offset * 8, endBits = startBits + text.count * 8
        // Only characters whose six bits are all the secret's.
        let whole = Array(encoded[(startBits + 5) / 6..<endBits / 6])
        let before = startBits % 6 == 0 ? 0 : 1, after = endBits % 6 == 0 ? 0 : 1
        let safe = whole.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return (safe == whole ? [whole] : [whole, safe]).map { SecretSpelling($0, before: before, after: after) }
    }

    /// Where the text first stands, in any of its spellings.
    func first(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        guard bytes.count - start >= text.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            text.withUnsafeBufferPointer { text in
                var position = start
                while position < bytes.count {
                    let byte = bytes[position]
                    if byte == text[0] || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\"),
                        let end = SecretSpelling.end(of: text, in: bytes, from: position)
                    {
                        return max(start, position - before)..<min(bytes.count, end + after)
                    }
                    position += 1
                }
                return nil
            }
        }
    }

    private static func end(
        of text: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        var position = start
        for wanted in text {
            guard let end = end(of: wanted, in: bytes, from: position) else { return nil }
            position = end
        }
        return position
    }

    /// Where one byte's spelling ends; nil when another byte stands here.
    private static func end(of wanted: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        let backslash = UInt8(ascii: "\\")
        if bytes[start] == UInt8(ascii: "%"), hex(in: bytes, at: start + 1, count: 2) == Int(wanted) {
            return start + 3
        }
        guard bytes[start] == backslash else { return bytes[start] == wanted ? start + 1 : nil }
        if wanted == backslash {
            return start + 1 < bytes.count && bytes[start + 1] == backslash ? start + 2 : start + 1
        }
        // JSON inside JSON doubles its backslashes, and may do so again.
        var position = start + 1
        while position < bytes.count, position < start + 8, bytes[position] == backslash { position += 1 }
        guard position < bytes.count else { return nil }
        if bytes[position] == UInt8(ascii: "u"), hex(in: bytes, at: position + 1, count: 4) == Int(wanted) {
            return position + 5
        }
        // Of printable characters JSON escapes these only.
        let isEscaped = wanted == UInt8(ascii: "/") || wanted == UInt8(ascii: "\"")
        return isEscaped && bytes[position] == wanted ? position + 1 : nil
    }

    private static func hex(in bytes: UnsafeBufferPointer<UInt8>, at start: Int, count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[start..<start + count] {
            switch byte {
            case 0x30...0x39: value = value * 16 + Int(byte) - 0x30
            case 0x41...0x46: value = value * 16 + Int(byte) - 0x37
            case 0x61...0x66: value = value * 16 + Int(byte) - 0x57
            default: return nil
            }
        }
        return value
    }
}
