import Foundation

/// Ids that are unique for ever and sort by time of birth.
enum Identifiers {
    /// A UUID of version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then randomness.
    static func next() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000)
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(8 * (5 - index))) }
        bytes[6] = 0x70 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var rest = hex[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }

    /// A secret of 32 hex digits.
    static func secret() -> String {
        (0..<16).map { _ in UInt8.random(in: .min ... .max) }.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
    }

    /// Today, as cassettes write it: `YYYY-MM-DD`, UTC.
    static func today() -> String { String(Date().ISO8601Format().prefix(10)) }
}
