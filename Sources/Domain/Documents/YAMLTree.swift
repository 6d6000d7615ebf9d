/// A YAML document to be written: values, and where a line must not be broken.
public indirect enum YAMLTree: Sendable {
    /// Text, quoted as needed.
    case text(String)
    /// A number, `true`, `false` or `null`, as it stands.
    case bare(String)
    /// Text under the tag `!beside`.
    case beside(String)
    case list([YAMLTree])
    case mapping([(String, YAMLTree)])
    /// A value that is kept on one line, however long.
    case line(YAMLTree)

    public init(_ value: JSONValue) {
        switch value {
        case .null: self = .bare("null")
        case .bool(let value): self = .bare(value ? "true" : "false")
        case .number(let number): self = .bare(number.spelling)
        case .string(let text): self = .text(text)
        case .array(let items): self = .list(items.map(YAMLTree.init))
        case .object(let object): self = .mapping(object.members.map { ($0.name, YAMLTree($0.value)) })
        }
    }
}

extension YAMLTree {
    /// Values that fit this many columns stay on one line.
    private static let width = 110

    /// The tree as block YAML without document marks; every line ends with a line feed.
    ///
    /// Any YAML 1.1 or 1.2 reader gets back the same text. Text of several lines is a block literal. (Yams's own emitter gives up
    /// literals for tabs, trailing spaces, CRLF and emoji, which recorded code is full of.)
    /// The members of the outermost mapping have a line each, however short they are.
    public func written() -> String {
        var out = ""
        if case .mapping(let members) = self, !members.isEmpty {
            YAMLTree.appendMembers(members, to: &out, column: 0, isAfterKey: false)
        } else {
            appendBlock(to: &out, column: 0, isAfterKey: false)
        }
        return out
    }

    /// Appends a value that starts on the current line after `key:` or `-`, or at the start of a line.
    private func appendBlock(to out: inout String, column: Int, isAfterKey: Bool) {
        if let line = onOneLine(within: YAMLTree.width - column) {
            out += (isAfterKey ? " " : "") + line + "\n"
            return
        }
        switch self {
        case .text(let text):
            out += (isAfterKey ? " " : "") + YAMLTree.literal(text, column: column)
        case .mapping(let members):
            YAMLTree.appendMembers(members, to: &out, column: column, isAfterKey: isAfterKey)
        case .list(let items):
            if isAfterKey { out += "\n" }
            for (index, item) in items.enumerated() {
                if index > 0 || isAfterKey { out += String(repeating: " ", count: column) }
                out += "- "
                item.appendBlock(to: &out, column: column + 2, isAfterKey: false)
            }
        case .bare, .beside, .line: break  // Always on one line.
        }
    }

    private static func appendMembers(
        _ members: [(String, YAMLTree)], to out: inout String, column: Int, isAfterKey: Bool
    ) {
        if isAfterKey { out += "\n" }
        for (index, (name, value)) in members.enumerated() {
            if index > 0 || isAfterKey { out += String(repeating: " ", count: column) }
            let key = quoted(name)
            if isLong(key) {
                out += "? " + key + "\n" + String(repeating: " ", count: column) + ":"
                value.appendBlock(to: &out, column: column + 2, isAfterKey: true)
                continue
            }
            out += key + ":"
            // A list stands under its key without further indentation.
            let isList = if case .list = value { true } else { false }
            value.appendBlock(to: &out, column: isList ? column : column + 2, isAfterKey: true)
        }
    }

    /// YAML 1.2 section 7.4: a key without `?` has at most 1,024 characters.
    private static func isLong(_ key: String) -> Bool { key.unicodeScalars.count > 1000 }

    /// The value in flow style, if it may and does fit.
    private func onOneLine(within width: Int) -> String? {
        switch self {
        case .line(let tree): return tree.flow
        case .bare, .beside: return flow
        case .text(let text):
            if text.utf8.contains(0x0A), YAMLTree.canBeLiteral(text) { return nil }
            return flow
        case .list, .mapping:
            guard mayBeFlow else { return nil }
            let line = flow
            return line.utf8.count <= width ? line : nil
        }
    }

    /// False when some text in it is better read as a block literal.
    private var mayBeFlow: Bool {
        switch self {
        case .text(let text): !text.utf8.contains(0x0A) || !YAMLTree.canBeLiteral(text)
        case .bare, .beside: true
        case .line: false
        case .list(let items): items.allSatisfy(\.mayBeFlow)
        case .mapping(let members): members.allSatisfy { $0.1.mayBeFlow }
        }
    }

    private var flow: String {
        switch self {
        case .text(let text): YAMLTree.quoted(text)
        case .bare(let word): word
        case .beside(let text): "!beside " + YAMLTree.quoted(text)
        case .line(let tree): tree.flow
        case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{" + members.map { YAMLTree.flowKey($0.0) + ": " + $0.1.flow }.joined(separator: ", ") + "}"
        }
    }

    private static func flowKey(_ name: String) -> String {
        let key = quoted(name)
        return isLong(key) ? "? " + key + " " : key
    }

    /// Text on one line: plain where no YAML reader takes it for anything else, else quoted.
    private static func quoted(_ text: String) -> String {
        if isPlain(text) { return text }
        let needsNoEscape = text.unicodeScalars.allSatisfy { isPrintable($0) && $0 != "\n" && $0 != "\t" }
        if needsNoEscape, text.utf8.contains(0x22) || text.utf8.contains(0x5C) {
            // By scalars: Swift takes a quote and a combining accent after it for one character.
            var out = String.UnicodeScalarView("'".unicodeScalars)
            for scalar in text.unicodeScalars {
                out.append(contentsOf: scalar == "'" ? "''".unicodeScalars : String(scalar).unicodeScalars)
            }
            out.append("'")
            return String(out)
        }
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where isPrintable(scalar): out.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let length = scalar.value > 0xFFFF ? 8 : (scalar.value > 0xFF ? 4 : 2)
                out += [2: "\\x", 4: "\\u", 8: "\\U"][length, default: "\\U"]
                out += String(repeating: "0", count: length - hex.utf8.count) + hex
            }
        }
        return out + "\""
    }

    /// Digests that start with a digit: letters and digits, with a letter that no spelling of a number has.
    private static func isPlainHex(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return false }
        let isWord = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        guard isWord, text.utf8.contains(where: { "acdf".utf8.contains($0) }) else { return false }
        return !["0x", "0o", "0b"].contains { text.hasPrefix($0) }
    }

    /// Words that YAML 1.1 or 1.2 reads as booleans or null.
    private static let reservedWords: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, last != 0x20 else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
        if isPlainHex(text) { return true }
        guard isLetter(first) || first == UInt8(ascii: "_") || first == UInt8(ascii: "/") else { return false }
        // Not `?`: some readers take it for a key's mark inside brackets.
        let inner = Array(" _-./;=+@()!'$%".utf8)
        guard text.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || inner.contains($0) }) else {
            return false
        }
        return !reservedWords.contains(text.lowercased())
    }

    /// Characters that YAML lets stand as they are, tab and line feed among them, and that no reader folds or drops.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x10000...0x10FFFF:
            true
        default: false
        }
    }

    private static func canBeLiteral(_ text: String) -> Bool {
        text.utf8.first != 0x0A && text.unicodeScalars.allSatisfy(isPrintable)
    }

    /// A block literal, its indicator first; `column` is where its lines stand.
    private static func literal(_ text: String, column: Int) -> String {
        var header = "|"
        if text.utf8.first == 0x20 || text.utf8.first == 0x09 { header += "2" }
        let newlines = text.utf8.reversed().prefix { $0 == 0x0A }.count
        header += newlines == 0 ? "-" : (newlines == 1 ? "" : "+")
        var body = text
        if newlines > 0 { body.unicodeScalars.removeLast() }
        let indent = String(repeating: " ", count: column)
        // By scalars: Swift takes a carriage return and line feed, or a letter and its accent, for one character.
        let lines = body.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        return header + "\n" + lines.map { $0.isEmpty ? "" : indent + String($0) }.joined(separator: "\n") + "\n"
    }
}
