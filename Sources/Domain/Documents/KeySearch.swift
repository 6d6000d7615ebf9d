/// Looks in a YAML text for the second use of a key: the parser names the first, people want to see the second.
struct KeySearch {
    private let lines: [[Unicode.Scalar]]

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    /// The place of the next key of this name in the same mapping; nil when it is not found.
    func next(_ name: String, after first: (line: Int, column: Int)) -> Place? {
        guard lines.indices.contains(first.line - 1) else { return nil }
        return (isInFlow(first) ? nextInFlow(name, after: first) : nil) ?? nextInBlock(name, after: first)
    }

    /// True when the key stands between brackets: after one, or after a comma, on its line or at the end of one above.
    private func isInFlow(_ key: (line: Int, column: Int)) -> Bool {
        let before = lines[key.line - 1].prefix(key.column - 1)
        for line in [before[...]] + lines.prefix(key.line - 1).reversed().map({ $0[...] }) {
            if line.first(where: { $0 != " " }) == "#" { continue }
            if let last = line.last(where: { $0 != " " }) { return last == "{" || last == "," }
        }
        return false
    }

    /// In a block mapping all keys start in one column, each on its line but for the first.
    private func nextInBlock(_ name: String, after first: (line: Int, column: Int)) -> Place? {
        for (index, line) in lines.enumerated().dropFirst(first.line) {
            let start = first.column - 1
            guard line.count > start, line[..<start].allSatisfy({ $0 == " " }), let end = keyEnd(name, line, at: start),
                line[end...].first(where: { $0 != " " }) == ":"
            else { continue }
            return Place(line: index + 1, column: first.column)
        }
        return nil
    }

    /// In a flow mapping keys stand at one depth of brackets, outside quotes.
    private func nextInFlow(_ name: String, after first: (line: Int, column: Int)) -> Place? {
        var depth = 0
        var quote: Unicode.Scalar?
        var expectsKey = false
        for (index, line) in lines.enumerated().dropFirst(first.line - 1) {
            var position = index == first.line - 1 ? first.column - 1 : 0
            while position < line.count {
                let scalar = line[position]
                if let open = quote {
                    if scalar == "\\", open == "\"" { position += 1 }
                    if scalar == open { quote = nil }
                } else if scalar != " " {
                    if expectsKey, depth == 0, keyEnd(name, line, at: position) != nil {
                        return Place(line: index + 1, column: position + 1)
                    }
                    expectsKey = scalar == ","
                    switch scalar {
                    case "\"", "'": quote = scalar
                    case "{", "[": depth += 1
                    case "}", "]": depth -= 1
                    default: break
                    }
                    if depth < 0 { return nil }
                }
                position += 1
            }
        }
        return nil
    }

    /// Where a key of this name ends that starts here, quoted or not; nil when there is another.
    private func keyEnd(_ name: String, _ line: [Unicode.Scalar], at start: Int) -> Int? {
        let quote = line[start] == "\"" || line[start] == "'" ? [line[start]] : []
        let spelling = quote + Array(name.unicodeScalars) + quote
        guard line[start...].starts(with: spelling) else { return nil }
        let end = start + spelling.count
        return end == line.count || [" ", ":", ",", "}"].contains(line[end]) ? end : nil
    }
}
