import Documents

/// Reads JSON as Python 3.11's `json.loads` does, with its error texts.
///
/// `NaN` and the infinities, which JSON lacks, become the texts of their names.
struct PythonJSON {
    enum Failure: Error {
        /// A `JSONDecodeError`, its place included.
        case syntax(String)
        /// Nested too deeply.
        case depth(String)
    }

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    /// What our own parser takes; Python's stack allows somewhat more.
    private static let depthLimit = 512

    static func parse(_ scalars: [Unicode.Scalar]) throws(Failure) -> JSONValue {
        var parser = PythonJSON(scalars: scalars)
        if scalars.first == "\u{FEFF}" {
            throw parser.failure("Unexpected UTF-8 BOM (decode using utf-8-sig)", at: 0)
        }
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.index == scalars.count else { throw parser.failure("Extra data", at: parser.index) }
        return value
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func failure(_ text: String, at index: Int) -> Failure {
        let before = scalars[..<index]
        let line = before.count { $0 == "\n" } + 1
        let column = index - (before.lastIndex(of: "\n") ?? -1)
        return .syntax("\(text): line \(line) column \(column) (char \(index))")
    }

    private mutating func skipSpace() {
        while let scalar = current, [" ", "\t", "\n", "\r"].contains(scalar) { index += 1 }
    }

    private mutating func value() throws(Failure) -> JSONValue {
        switch current {
        case "\"":
            index += 1
            return .string(try string())
        case "{": return try nested("object") { parser throws(Failure) in try parser.object() }
        case "[": return try nested("array") { parser throws(Failure) in try parser.array() }
        default: break
        }
        let words: [(String, JSONValue)] = [
            ("null", .null), ("true", true), ("false", false), ("NaN", "NaN"), ("Infinity", "Infinity"),
            ("-Infinity", "-Infinity"),
        ]
        for (word, value) in words where scalars[index...].starts(with: word.unicodeScalars) {
            index += word.unicodeScalars.count
            return value
        }
        return try number()
    }

    private mutating func nested(
        _ kind: String, _ read: (inout PythonJSON) throws(Failure) -> JSONValue
    ) throws(Failure) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw .depth("maximum recursion depth exceeded while decoding a JSON \(kind) from a unicode string")
        }
        index += 1
        skipSpace()
        return try read(&self)
    }

    private mutating func object() throws(Failure) -> JSONValue {
        var object = JSONObject()
        guard current != "}" else {
            index += 1
            return .object(object)
        }
        while true {
            guard current == "\"" else {
                throw failure("Expecting property name enclosed in double quotes", at: index)
            }
            index += 1
            let name = try string()
            skipSpace()
            guard current == ":" else { throw failure("Expecting ':' delimiter", at: index) }
            index += 1
            skipSpace()
            object[name] = try value()
            if try isClosed(by: "}") { return .object(object) }
        }
    }

    private mutating func array() throws(Failure) -> JSONValue {
        var items: [JSONValue] = []
        guard current != "]" else {
            index += 1
            return .array(items)
        }
        while true {
            items.append(try value())
            if try isClosed(by: "]") { return .array(items) }
        }
    }

    /// Takes a closing mark, or else a comma.
    private mutating func isClosed(by mark: Unicode.Scalar) throws(Failure) -> Bool {
        skipSpace()
        guard current == mark || current == "," else { throw failure("Expecting ',' delimiter", at: index) }
        let isClosed = current == mark
        index += 1
        if !isClosed { skipSpace() }
        return isClosed
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = index
        if current == "-" { index += 1 }
        guard let first = current, isDigit(first) else { throw failure("Expecting value", at: start) }
        index += 1
        if first != "0" { skipDigits() }
        if current == ".", index + 1 < scalars.count, isDigit(scalars[index + 1]) {
            index += 1
            skipDigits()
        }
        if current == "e" || current == "E" {
            let mark = index
            index += 1
            if current == "+" || current == "-" { index += 1 }
            let digits = index
            skipDigits()
            if index == digits { index = mark }
        }
        var spelling = String(String.UnicodeScalarView(scalars[start..<index]))
        // To Python it is a double: digits beyond its precision are gone.
        if spelling.utf8.contains(where: { !isDigitOrMinus($0) }), let value = Double(spelling), value.isFinite {
            spelling = "\(value)"
        }
        guard let number = JSONNumber(spelling: spelling) else { throw failure("Expecting value", at: start) }
        return .number(number)
    }

    private func isDigitOrMinus(_ byte: UInt8) -> Bool { byte == 0x2D || (0x30...0x39).contains(byte) }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private mutating func skipDigits() { while let scalar = current, isDigit(scalar) { index += 1 } }

    /// A text, from behind its opening quote to behind its closing one.
    private mutating func string() throws(Failure) -> String {
        let quote = index - 1
        var text = String.UnicodeScalarView()
        while let scalar = current {
            index += 1
            switch scalar {
            case "\"": return String(text)
            case "\\": text.append(try escape(quote: quote))
            case "\u{0}"..."\u{1F}": throw failure("Invalid control character at", at: index - 1)
            default: text.append(scalar)
            }
        }
        throw failure("Unterminated string starting at", at: quote)
    }

    private mutating func escape(quote: Int) throws(Failure) -> Unicode.Scalar {
        guard let mark = current else { throw failure("Unterminated string starting at", at: quote) }
        index += 1
        switch mark {
        case "\"", "\\", "/": return mark
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": break
        default: throw failure("Invalid \\escape", at: index - 2)
        }
        var code = try codeUnit()
        // Two escapes make one character only when they are a pair of surrogates.
        if (0xD800...0xDBFF).contains(code), index + 6 < scalars.count, scalars[index] == "\\",
            scalars[index + 1] == "u"
        {
            let next = index
            index += 2
            let low = try codeUnit()
            if (0xDC00...0xDFFF).contains(low) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            } else {
                index = next
            }
        }
        return Unicode.Scalar(code) ?? "\u{FFFD}"
    }

    /// Four hexadecimal digits, from behind the `u`; a text cannot end with them.
    private mutating func codeUnit() throws(Failure) -> UInt32 {
        let start = index
        guard start + 4 < scalars.count else { throw failure("Invalid \\uXXXX escape", at: start - 1) }
        let digits = String(String.UnicodeScalarView(scalars[start..<start + 4]))
        guard digits.utf8.allSatisfy({ isHexadecimal($0) }), let code = UInt32(digits, radix: 16) else {
            throw failure("Invalid \\uXXXX escape", at: start - 1)
        }
        index += 4
        return code
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
