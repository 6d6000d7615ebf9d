/// A stretch of a message that wants its own layout.
enum MessagePart: Equatable {
    case prose(String)
    /// Between Markdown fences.
    case code(String, language: String)
    /// What a program printed, repeated word for word.
    case output(String)

    /// The message in order. Line breaks at the edges of a stretch are left to the layout.
    ///
    /// - Parameter outputs: What ran before the message printed; each is looked for once, in order.
    static func parts(of text: String, outputs: [String]) -> [MessagePart] {
        var rest = text[...]
        var parts: [MessagePart] = []
        for output in outputs {
            guard let range = rest.firstRange(of: output) else { continue }
            parts += fenced(rest[..<range.lowerBound])
            parts.append(.output(output))
            rest = rest[range.upperBound...]
        }
        return parts + fenced(rest)
    }

    private static func fenced(_ text: Substring) -> [MessagePart] {
        var parts: [MessagePart] = []
        var prose: [String] = []
        var code: (language: String, lines: [String], opener: String)?
        func endProse() {
            while prose.first?.isEmpty == true { prose.removeFirst() }
            while prose.last?.isEmpty == true { prose.removeLast() }
            if !prose.isEmpty { parts.append(.prose(prose.joined(separator: "\n"))) }
            prose = []
        }
        for line in String(text).printedLines {
            if let open = code {
                if line.hasPrefix("```") {
                    parts.append(.code(open.lines.joined(separator: "\n"), language: open.language))
                    code = nil
                } else {
                    code?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                endProse()
                code = (String(line.dropFirst(3)).trimmingSpaces, [], line)
            } else {
                prose.append(line)
            }
        }
        // A fence that never closes is prose.
        if let open = code { prose += [open.opener] + open.lines }
        endProse()
        return parts
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
