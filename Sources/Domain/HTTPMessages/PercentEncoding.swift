/// Percent-encoding of URLs (RFC 3986 section 2.1); a plus sign in a query is a space.
public enum PercentEncoding {
    public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = true) -> String {
        var out: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexPair(bytes.prefix(2)) {
                out.append(value)
                bytes = bytes.dropFirst(2)
            } else {
                out.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Everything but letters, digits and `-._~/` is encoded.
    public static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F: out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func hexPair(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        guard bytes.count == 2 else { return nil }
        return bytes.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
            ? UInt8(String(decoding: bytes, as: UTF8.self), radix: 16) : nil
    }
}
