extension PythonText {
    /// `template.format(**values)`, for fields that are names, each with a conversion (`!r`) and a format if any.
    ///
    /// - Throws: What Python says to a template that it cannot fill in.
    static func format(_ template: String, _ values: [String: String]) throws(ChatError) -> String {
        var result = String.UnicodeScalarView()
        var rest = Array(template.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                result.append(scalar)
                continue
            }
            if rest.first == scalar {
                rest.removeFirst()
                result.append(scalar)
                continue
            }
            guard scalar == "{" else {
                throw ChatError("ValueError", "Single '}' encountered in format string")
            }
            guard let end = rest.firstIndex(of: "}") else {
                throw ChatError(
                    "ValueError",
                    rest.isEmpty ? "Single '{' encountered in format string" : "expected '}' before end of string")
            }
            result.append(contentsOf: try field(rest[..<end], values).unicodeScalars)
            rest = rest[(end + 1)...]
        }
        return String(result)
    }

    /// What stands between two braces: `NAME`, then `!CONVERSION`, then `:FORMAT`.
    private static func field(
        _ text: ArraySlice<Unicode.Scalar>, _ values: [String: String]
    ) throws(ChatError) -> String {
        let name = text.prefix { $0 != "!" && $0 != ":" }
        var rest = text[name.endIndex...]
        var value = try self.value(named: name, values)
        if rest.first == "!" {
            guard let conversion = rest.dropFirst().first else {
                throw ChatError("ValueError", "unmatched '{' in format spec")
            }
            rest = rest.dropFirst(2)
            guard rest.isEmpty || rest.first == ":" else {
                throw ChatError("ValueError", "expected ':' after conversion specifier")
            }
            switch conversion {
            case "s": break
            case "r": value = quoted(value)
            case "a": value = escapingNonASCII(quoted(value))
            default: throw ChatError("ValueError", "Unknown conversion specifier \(conversion)")
            }
        }
        return rest.isEmpty ? value : try padded(value, rest.dropFirst())
    }

    private static func value(
        named text: ArraySlice<Unicode.Scalar>, _ values: [String: String]
    ) throws(ChatError) -> String {
        let first = text.prefix { $0 != "." && $0 != "[" }
        let name = String(String.UnicodeScalarView(first))
        guard let value = values[name] else {
            guard !name.isEmpty, !name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw ChatError(
                    "IndexError", "Replacement index \(Int(name) ?? 0) out of range for positional args tuple")
            }
            throw ChatError("KeyError", quoted(name))
        }
        let rest = text[first.endIndex...]
        guard let mark = rest.first else { return value }
        if mark == "." {
            let attribute = String(String.UnicodeScalarView(rest.dropFirst().prefix { $0 != "." && $0 != "[" }))
            throw ChatError("AttributeError", "'str' object has no attribute '\(attribute)'")
        }
        let inner = String(String.UnicodeScalarView(rest.dropFirst().prefix { $0 != "]" }))
        guard let index = Int(inner) else {
            throw ChatError("TypeError", "string indices must be integers, not 'str'")
        }
        let scalars = Array(value.unicodeScalars)
        guard scalars.indices.contains(index) else { throw ChatError("IndexError", "string index out of range") }
        return String(scalars[index])
    }

    /// `format(value, specification)` of a text: `[[FILL]ALIGN][0][WIDTH][.PRECISION][s]`.
    private static func padded(
        _ value: String, _ specification: ArraySlice<Unicode.Scalar>
    ) throws(ChatError) -> String {
        var rest = specification
        var fill: Unicode.Scalar = " "
        var alignment: Unicode.Scalar = "<"
        let marks: [Unicode.Scalar] = ["<", ">", "^", "="]
        if let second = rest.dropFirst().first, marks.contains(second), let first = rest.first {
            (fill, alignment) = (first, second)
            rest = rest.dropFirst(2)
        } else if let first = rest.first, marks.contains(first) {
            alignment = first
            rest = rest.dropFirst()
        }
        if rest.first == "0" {
            if fill == " " { fill = "0" }
            rest = rest.dropFirst()
        }
        let width = number(&rest)
        var precision: Int?
        if rest.first == "." {
            rest = rest.dropFirst()
            precision = number(&rest)
            if precision == nil { throw ChatError("ValueError", "Format specifier missing precision") }
        }
        if rest.count > 1 {
            let text = String(String.UnicodeScalarView(specification))
            throw ChatError("ValueError", "Invalid format specifier '\(text)' for object of type 'str'")
        }
        if let type = rest.first, type != "s" {
            throw ChatError("ValueError", "Unknown format code '\(type)' for object of type 'str'")
        }
        if alignment == "=" {
            throw ChatError("ValueError", "'=' alignment not allowed in string format specifier")
        }
        let text = precision.map { prefix(value, $0) } ?? value
        let missing = max(0, (width ?? 0) - text.unicodeScalars.count)
        let before = alignment == ">" ? missing : alignment == "^" ? missing / 2 : 0
        return String(repeating: String(fill), count: before) + text
            + String(repeating: String(fill), count: missing - before)
    }

    private static func number(_ rest: inout ArraySlice<Unicode.Scalar>) -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest[digits.endIndex...]
        return Int(String(String.UnicodeScalarView(digits)))
    }
}
