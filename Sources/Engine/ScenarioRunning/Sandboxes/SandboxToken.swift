import Documents

/// What a sandbox lets its owner in with.
struct SandboxToken: Sendable {
    let text: String
    /// Seconds since 1970.
    let expiry: Double

    /// From an answer that creates a sandbox or renews its token.
    ///
    /// - Returns: Nil when the answer has no token.
    /// - Throws: When its time of expiry is no ISO 8601 time; the SDK refuses that too.
    init?(_ answer: JSONValue) throws(SandboxError) {
        guard let text = answer["auth_token"]?.stringValue, let expiry = answer["token_expires_at"]?.stringValue else {
            return nil
        }
        guard let seconds = ISOTime.seconds(expiry) else {
            throw SandboxError("Invalid isoformat string: '\(expiry)'")
        }
        self.text = text
        self.expiry = seconds
    }
}

/// Times as `2025-01-15T10:30:00Z`, with a fraction or another zone if need be; without a zone taken for UTC.
enum ISOTime {
    /// Seconds since 1970; nil when the text is no such time.
    static func seconds(_ text: String) -> Double? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4, after: nil), let month = number(&rest, 2, after: "-"),
            (1...12).contains(month),
            let day = number(&rest, 2, after: "-"), (1...31).contains(day)
        else { return nil }
        var seconds = Double(HTTPDate.daysSince1970(year: year, month: month, day: day) * 86_400)
        guard let mark = rest.popFirst() else { return seconds }
        guard mark == UInt8(ascii: "T") || mark == UInt8(ascii: " "), let hour = number(&rest, 2, after: nil),
            let minute = number(&rest, 2, after: ":")
        else { return nil }
        seconds += Double(hour * 3600 + minute * 60)
        if rest.first == UInt8(ascii: ":") {
            guard let second = number(&rest, 2, after: ":") else { return nil }
            seconds += Double(second)
        }
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
            rest = rest.dropFirst(digits.count + 1)
            guard let fraction = Double("0." + String(decoding: digits, as: UTF8.self)) else { return nil }
            seconds += fraction
        }
        switch rest.first {
        case nil: return seconds
        case UInt8(ascii: "Z"): return rest.count == 1 ? seconds : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let sign = rest.popFirst() == UInt8(ascii: "-") ? 1.0 : -1.0
            guard let hours = number(&rest, 2, after: nil), let minutes = number(&rest, 2, after: ":"), rest.isEmpty
            else {
                return nil
            }
            return seconds + sign * Double(hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int, after mark: Unicode.Scalar?) -> Int? {
        if let mark, rest.popFirst() != UInt8(ascii: mark) { return nil }
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        rest = rest.dropFirst(count)
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
