/// A JSON number as it was spelled, compared by its exact decimal value.
public struct JSONNumber: Sendable {
    /// A valid JSON number, as RFC 8259 section 6 spells it.
    public let spelling: String

    public init(_ value: Int) { spelling = String(value) }

    /// A finite number in its shortest spelling; nil for infinities and NaN, which JSON does not have.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let text = "\(value)"
        spelling = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Nil when the text is not exactly one JSON number.
    public init?(spelling: some StringProtocol) {
        var bytes = Array(spelling.utf8)[...]
        guard JSONNumber.takeNumber(from: &bytes), bytes.isEmpty else { return nil }
        self.spelling = String(spelling)
    }

    init(unchecked spelling: String) { self.spelling = spelling }

    public var intValue: Int? {
        if let value = Int(spelling) { return value }
        guard let value = doubleValue, value.rounded() == value, abs(value) < 9e15 else { return nil }
        return Int(value)
    }
    public var doubleValue: Double? { Double(spelling) }

    /// The canonical spelling: digits without leading and trailing zeros, then `e` and the exponent unless it is 0.
    ///
    /// `-0.50e2` is `-5e1`, `0` and `-0.0` are `0`. Nil when the exponent is spelled with more than 16 characters.
    public var canonical: String? {
        var out: [UInt8] = []
        guard JSONNumber.appendCanonical(Array(spelling.utf8)[...], to: &out) else { return nil }
        return String(decoding: out, as: UTF8.self)
    }

    /// The number as people write it: digits and a decimal point where that takes up to 20 zeros, else as it is spelled.
    public var plain: String {
        let parts = spelling.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, let exponent = Int(parts[1]), abs(exponent) <= 20, !parts[0].contains(".") else {
            return spelling
        }
        let sign = parts[0].hasPrefix("-") ? "-" : ""
        let digits = String(parts[0].drop { $0 == "-" })
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }

    /// Advances past one JSON number; false when there is none at the start.
    static func takeNumber(from bytes: inout ArraySlice<UInt8>) -> Bool {
        func takeDigits() -> Int {
            let start = bytes.startIndex
            while let byte = bytes.first, byte >= 0x30, byte <= 0x39 { bytes.removeFirst() }
            return bytes.startIndex - start
        }
        if bytes.first == UInt8(ascii: "-") { bytes.removeFirst() }
        guard let first = bytes.first else { return false }
        let digits = takeDigits()
        guard digits == 1 || (digits > 1 && first != UInt8(ascii: "0")) else { return false }
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            guard takeDigits() > 0 else { return false }
        }
        if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
            bytes.removeFirst()
            if bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") { bytes.removeFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return true
    }

    /// Appends the canonical spelling of a valid number; false when its exponent is out of range.
    static func appendCanonical(_ number: ArraySlice<UInt8>, to out: inout [UInt8]) -> Bool {
        var rest = number
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        loop: while let byte = rest.first {
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                let text = String(decoding: rest, as: UTF8.self)
                guard text.utf8.count <= 16, let value = Int(text) else { return false }
                exponent += value
                break loop
            default:
                if isFraction { exponent -= 1 }
                if !(digits.isEmpty && byte == UInt8(ascii: "0")) { digits.append(byte) }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else {
            out.append(UInt8(ascii: "0"))
            return true
        }
        if isNegative { out.append(UInt8(ascii: "-")) }
        out.append(contentsOf: digits)
        if exponent != 0 { out.append(contentsOf: "e\(exponent)".utf8) }
        return true
    }
}

extension JSONNumber: Equatable {
    public static func == (a: JSONNumber, b: JSONNumber) -> Bool {
        a.spelling == b.spelling || (a.canonical.map { $0 == b.canonical } ?? false)
    }
}
