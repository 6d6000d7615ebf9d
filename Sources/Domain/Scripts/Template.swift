public import Documents

/// Text with places that each request fills: `Sunny in {{city}}.`
///
/// `{{` opens a placeholder and `}}` closes it; four braces, `{{{{`, are two of them as text. A brace alone is text.
public struct Template: Sendable, Equatable {
    public enum Placeholder: Sendable, Equatable {
        /// A group of a pattern that held; 0 is all that it matched.
        case group(Int)
        case named(String)
        /// Of the last message.
        case text
        case system, model
        /// The number of the session's request.
        case request
        /// The new results, joined by line feeds; of one function where it is named.
        case toolResult(String?)
        /// What the request's body has there.
        case json(JSONPointer)
    }

    enum Part: Sendable, Equatable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// Why a text is no template.
    public struct Problem: Error, Equatable {
        public let message: String
        public let expected: String
        public let fix: String?
    }

    /// As it was written.
    public let source: String
    let parts: [Part]

    /// The placeholders that are there without a pattern, as they are written.
    static let words = ["text", "system", "model", "request", "tool_result"]

    /// What may stand in a placeholder, for messages.
    static let expected =
        "{{text}}, {{system}}, {{model}}, {{request}}, {{tool_result}}, {{tool_result.NAME}}, {{json:/POINTER}}, "
        + "or a group of a pattern: {{1}}, {{NAME}}"

    /// - Throws: The first problem: a placeholder that does not end, or that nothing could fill.
    public init(_ source: String) throws(Problem) {
        self.source = source
        var parts: [Part] = []
        var literal = String.UnicodeScalarView()
        var rest = source.unicodeScalars[...]
        while let scalar = rest.first {
            let braces = rest.prefix { $0 == "{" }.count
            // Of three braces the first is text: `{{{x}}}` puts one around what x is.
            guard braces == 2 || braces >= 4 else {
                literal.append(scalar)
                rest.removeFirst()
                continue
            }
            if braces >= 4 {
                literal.append(contentsOf: "{{".unicodeScalars)
                rest = rest.dropFirst(4)
                continue
            }
            rest = rest.dropFirst(2)
            guard let end = Template.end(in: rest) else {
                throw Problem(
                    message: "'{{' is not closed", expected: "}} after the placeholder",
                    fix: "write {{{{ for two braces that are text")
            }
            let written = String(rest[..<end])
            rest = rest[end...].dropFirst(2)
            if !literal.isEmpty { parts.append(.text(String(literal))) }
            literal = String.UnicodeScalarView()
            parts.append(.placeholder(try Template.placeholder(written)))
        }
        if !literal.isEmpty { parts.append(.text(String(literal))) }
        self.parts = parts
    }

    var placeholders: [Placeholder] { parts.compactMap { if case .placeholder(let it) = $0 { it } else { nil } } }

    /// A placeholder ends on its line, and before another one begins.
    private static func end(in text: Substring.UnicodeScalarView) -> String.Index? {
        var index = text.startIndex
        while index < text.endIndex, text[index] != "\n", text[index] != "{" {
            let next = text.index(after: index)
            if text[index] == "}", next < text.endIndex, text[next] == "}" { return index }
            index = next
        }
        return nil
    }

    private static func placeholder(_ written: String) throws(Problem) -> Placeholder {
        let name = String(written.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        func problem(_ message: String, fix: String? = nil) -> Problem {
            Problem(message: message, expected: expected, fix: fix)
        }
        switch name {
        case "text": return .text
        case "system": return .system
        case "model": return .model
        case "request": return .request
        case "tool_result": return .toolResult(nil)
        case "": throw problem("a placeholder is empty", fix: "write {{{{ for two braces that are text")
        default: break
        }
        if name.hasPrefix("tool_result.") { return .toolResult(String(name.dropFirst("tool_result.".count))) }
        if name.hasPrefix("json:") {
            guard let pointer = JSONPointer(parsing: String(name.dropFirst("json:".count))) else {
                throw problem("{{\(name)}} names no place", fix: "write a JSON pointer: {{json:/messages/0/content}}")
            }
            return .json(pointer)
        }
        if name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(name) { return .group(number) }
        let isWord = name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || $0.isDigit }
        guard isWord, !(name.unicodeScalars.first?.isDigit ?? true) else {
            throw problem("{{\(name)}} is no placeholder", fix: "write {{{{ for two braces that are text")
        }
        return .named(name)
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}

/// A JSON tree whose texts, other than names of members, are templates.
public indirect enum TemplateTree: Sendable, Equatable {
    case text(Template)
    /// A number, `true`, `false` or `null`.
    case value(JSONValue)
    case list([TemplateTree])
    case mapping([Member])

    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: TemplateTree

        public init(_ name: String, _ value: TemplateTree) {
            self.name = name
            self.value = value
        }
    }

    var placeholders: [Template.Placeholder] {
        switch self {
        case .text(let template): template.placeholders
        case .value: []
        case .list(let items): items.flatMap(\.placeholders)
        case .mapping(let members): members.flatMap(\.value.placeholders)
        }
    }
}
