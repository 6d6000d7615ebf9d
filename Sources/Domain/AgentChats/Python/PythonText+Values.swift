public import Documents

extension PythonText {
    /// `repr()` of a text.
    static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
        var result = String(quote)
        for scalar in scalars {
            switch scalar {
            case quote, "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result += isPrintable(scalar) ? String(scalar) : escape(scalar)
            }
        }
        return result + String(quote)
    }

    /// `ascii()` of what `repr()` gave.
    static func escapingNonASCII(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += $1.isASCII ? String($1) : escape($1) }
    }

    /// `repr()` of a list of texts.
    static func list(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ", ") + "]" }

    /// `str()` of what `json.loads` makes of a value.
    public static func plain(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return shown(value)
    }

    /// `repr()` of what `json.loads` makes of a value.
    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .number(let number): plain(number)
        case .string(let text): quoted(text)
        case .array(let items): "[" + items.map(shown).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\(quoted($0.name)): \(shown($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    /// `json.dumps(value, ensure_ascii=False)`.
    static func json(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let number): plain(number)
        case .string(let text): jsonQuoted(text)
        case .array(let items): "[" + items.map(json).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\(jsonQuoted($0.name)): \(json($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    /// The name of the type that `json.loads` makes of a value.
    static func typeName(of value: JSONValue) -> String {
        switch value {
        case .null: "NoneType"
        case .bool: "bool"
        case .number(let number): isWhole(number) ? "int" : "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }

    private static func isWhole(_ number: JSONNumber) -> Bool {
        !number.spelling.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
    }

    private static func plain(_ number: JSONNumber) -> String {
        if isWhole(number) { return number.spelling == "-0" ? "0" : number.spelling }
        return number.doubleValue.map { "\($0)" } ?? number.spelling
    }

    private static func jsonQuoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\u{0}"..."\u{1F}": result += "\\u" + hex(scalar, 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0...0xFF: "\\x" + hex(scalar, 2)
        case 0x100...0xFFFF: "\\u" + hex(scalar, 4)
        default: "\\U" + hex(scalar, 8)
        }
    }

    private static func hex(_ scalar: Unicode.Scalar, _ width: Int) -> String {
        let digits = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
