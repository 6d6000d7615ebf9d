/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes before the offending one.
    public let offset: Int
    /// What is wrong there, in lower case and without a full stop.
    public let problem: String

    public var description: String { "\(problem) at byte \(offset)" }
}

extension JSONValue {
    /// Nesting allowed; deeper texts are refused rather than risk the stack.
    public static let depthLimit = 512

    /// Reads one JSON text, strictly: RFC 8259, no repeated member names, no lone surrogates, valid UTF-8.
    ///
    /// - Throws: `JSONError`.
    public init(parsing bytes: [UInt8]) throws {
        var parser = JSONParser(bytes: bytes)
        self = try parser.parseDocument()
    }

    public init(parsing text: String) throws { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parseDocument() throws -> JSONValue {
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw error("text after the value") }
        return value
    }

    private func error(_ problem: String, at offset: Int? = nil) -> JSONError {
        JSONError(offset: offset ?? position, problem: problem)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func parseValue() throws -> JSONValue {
        skipSpace()
        guard position < bytes.count else { throw error("a value is missing") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: return try parseNumber()
        }
    }

    private mutating func parseWord(_ word: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("a value is missing") }
        position += word.utf8.count
        return value
    }

    private mutating func parseNumber() throws -> JSONValue {
        var rest = bytes[position...]
        guard JSONNumber.takeNumber(from: &rest) else { throw error("a value is missing") }
        let spelling = String(decoding: bytes[position..<rest.startIndex], as: UTF8.self)
        position = rest.startIndex
        return .number(JSONNumber(unchecked: spelling))
    }

    private mutating func enter() throws {
        depth += 1
        guard depth <= JSONValue.depthLimit else { throw error("nested deeper than \(JSONValue.depthLimit)") }
        position += 1
        skipSpace()
    }

    private mutating func parseArray() throws -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var items: [JSONValue] = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
            position += 1
            return .array(items)
        }
        while true {
            items.append(try parseValue())
            if try !parseSeparator(closing: UInt8(ascii: "]")) { return .array(items) }
        }
    }

    private mutating func parseObject() throws -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        var names: Set<[UInt8]> = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
            position += 1
            return .object(JSONObject())
        }
        while true {
            skipSpace()
            let start = position
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("a member name in quotes is missing")
            }
            let name = try parseString()
            guard names.insert(Array(name.utf8)).inserted else {
                throw error("member '\(name)' is given twice", at: start)
            }
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
                throw error("a colon is missing")
            }
            position += 1
            members.append(JSONObject.Member(name, try parseValue()))
            if try !parseSeparator(closing: UInt8(ascii: "}")) { return .object(JSONObject(unchecked: members)) }
        }
    }

    /// True after a comma, false after the closing bracket.
    private mutating func parseSeparator(closing: UInt8) throws -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ",") || bytes[position] == closing else {
            throw error("',' or '\(Character(Unicode.Scalar(closing)))' is missing")
        }
        position += 1
        return bytes[position - 1] == UInt8(ascii: ",")
    }

    private mutating func parseString() throws -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw error("text is not UTF-8", at: start)
                }
                return string
            case UInt8(ascii: "\\"):
                try parseEscape(into: &text)
            case 0..<0x20:
                throw error("a control character must be escaped")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw error("the text that starts here never ends", at: start)
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws {
        let start = position
        guard position + 1 < bytes.count else { throw error("an escape is cut off") }
        position += 2
        switch bytes[position - 1] {
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "\\"): text.append(0x5C)
        case UInt8(ascii: "/"): text.append(0x2F)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try parseHex()
            if (0xD800..<0xDC00).contains(scalar) {
                guard bytes[position...].starts(with: [0x5C, 0x75]) else {
                    throw error("half of a surrogate pair", at: start)
                }
                position += 2
                let low = try parseHex()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair", at: start) }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(scalar) else { throw error("half of a surrogate pair", at: start) }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw error("an unknown escape", at: start)
        }
    }

    private mutating func parseHex() throws -> UInt32 {
        guard position + 4 <= bytes.count else { throw error("an escape is cut off") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hex digits are missing")
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}
