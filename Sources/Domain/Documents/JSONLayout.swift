/// How a JSON text is laid out: white space, escapes beyond the necessary, a final line feed.
///
/// Enough to give back the exact bytes of what the usual encoders write.
public struct JSONLayout: Sendable, Hashable {
    public enum Spacing: String, Sendable, CaseIterable {
        /// No white space: JavaScript's and most services' way.
        case compact
        /// A space after `,` and `:`: Python's `json.dumps`.
        case spaced
        case indent2 = "indent-2"
        case indent4 = "indent-4"
    }

    public var spacing: Spacing
    /// Everything beyond ASCII is `\uXXXX`, lower-case hex, as Python's encoder does.
    public var isASCII: Bool
    public var endsWithNewline: Bool

    public init(_ spacing: Spacing = .compact, isASCII: Bool = false, endsWithNewline: Bool = false) {
        self.spacing = spacing
        self.isASCII = isASCII
        self.endsWithNewline = endsWithNewline
    }

    public static let compact = JSONLayout()

    /// As a cassette names it: `indent-2-ascii-nl`.
    public var name: String { spacing.rawValue + (isASCII ? "-ascii" : "") + (endsWithNewline ? "-nl" : "") }

    public init?(name: String) {
        guard let match = JSONLayout.all.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// Every layout, the commonest first.
    public static let all: [JSONLayout] = [false, true].flatMap { newline in
        [false, true].flatMap { ascii in
            Spacing.allCases.map { JSONLayout($0, isASCII: ascii, endsWithNewline: newline) }
        }
    }

    /// The layout in which this value gives exactly these bytes; nil when none does.
    public init?(of value: JSONValue, writtenAs bytes: [UInt8]) {
        for layout in JSONLayout.all where layout.endsWithNewline == (bytes.last == 0x0A) {
            if value.bytes(in: layout) == bytes {
                self = layout
                return
            }
        }
        return nil
    }
}

extension JSONValue {
    /// The value as JSON text.
    public func bytes(in layout: JSONLayout = .compact) -> [UInt8] {
        var out: [UInt8] = []
        append(to: &out, layout: layout, depth: 0)
        if layout.endsWithNewline { out.append(0x0A) }
        return out
    }

    /// The value as JSON text.
    public func text(in layout: JSONLayout = .compact) -> String { String(decoding: bytes(in: layout), as: UTF8.self) }

    private func append(to out: inout [UInt8], layout: JSONLayout, depth: Int) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): out.append(contentsOf: number.spelling.utf8)
        case .string(let text): JSONValue.appendString(text, to: &out, isASCII: layout.isASCII)
        case .array(let items):
            JSONValue.appendList(items, "[", "]", to: &out, layout: layout, depth: depth) { item, out in
                item.append(to: &out, layout: layout, depth: depth + 1)
            }
        case .object(let object):
            JSONValue.appendList(object.members, "{", "}", to: &out, layout: layout, depth: depth) { member, out in
                JSONValue.appendString(member.name, to: &out, isASCII: layout.isASCII)
                out.append(contentsOf: (layout.spacing == .compact ? ":" : ": ").utf8)
                member.value.append(to: &out, layout: layout, depth: depth + 1)
            }
        }
    }

    private static func appendList<Item>(
        _ items: [Item], _ open: String, _ close: String, to out: inout [UInt8], layout: JSONLayout, depth: Int,
        each: (Item, inout [UInt8]) -> Void
    ) {
        let indent: Int? =
            switch layout.spacing {
            case .compact, .spaced: nil
            case .indent2: 2
            case .indent4: 4
            }
        out.append(contentsOf: open.utf8)
        for (index, item) in items.enumerated() {
            if index > 0 { out.append(contentsOf: (layout.spacing == .spaced ? ", " : ",").utf8) }
            if let indent {
                out.append(0x0A)
                out.append(contentsOf: repeatElement(0x20, count: indent * (depth + 1)))
            }
            each(item, &out)
        }
        if let indent, !items.isEmpty {
            out.append(0x0A)
            out.append(contentsOf: repeatElement(0x20, count: indent * depth))
        }
        out.append(contentsOf: close.utf8)
    }

    /// Appends a JSON string with the fewest escapes: short ones for `\b \t \n \f \r`, `\u00xx` for other controls.
    static func appendString(_ text: String, to out: inout [UInt8], isASCII: Bool) {
        out.append(0x22)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: out.append(contentsOf: "\\\"".utf8)
            case 0x5C: out.append(contentsOf: "\\\\".utf8)
            case 0x08: out.append(contentsOf: "\\b".utf8)
            case 0x09: out.append(contentsOf: "\\t".utf8)
            case 0x0A: out.append(contentsOf: "\\n".utf8)
            case 0x0C: out.append(contentsOf: "\\f".utf8)
            case 0x0D: out.append(contentsOf: "\\r".utf8)
            case 0..<0x20: appendHexEscape(UInt16(scalar.value), to: &out)
            case 0x7F... where isASCII && scalar.value > 0x7F:
                for unit in Character(scalar).utf16 { appendHexEscape(unit, to: &out) }
            default: out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        out.append(0x22)
    }

    private static func appendHexEscape(_ unit: UInt16, to out: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        out.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] { out.append(digits[Int(unit >> UInt16(shift)) & 0xF]) }
    }
}
