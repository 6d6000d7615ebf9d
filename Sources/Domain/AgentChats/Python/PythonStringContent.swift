/// What stands between the quotes of a Python string.
struct PythonStringContent {
    private let scalars: [Unicode.Scalar]

    init(_ content: ArraySlice<Unicode.Scalar>) { scalars = Array(content) }

    /// - Parameter prefix: In lower case.
    func check(prefix: String) throws(PythonSyntaxError) {
        let isBytes = prefix.contains("b")
        if isBytes, !scalars.allSatisfy(\.isASCII) { throw PythonSyntaxError() }
        if !prefix.contains("r") { try checkEscapes(isBytes: isBytes) }
        if prefix.contains("f") { try checkFields(in: scalars[...], depth: 0) }
    }

    private func checkEscapes(isBytes: Bool) throws(PythonSyntaxError) {
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "\\", index + 1 < scalars.count else {
                index += 1
                continue
            }
            let digits: Int? =
                switch scalars[index + 1] {
                case "x": 2
                case "u" where !isBytes: 4
                case "U" where !isBytes: 8
                case "N" where !isBytes: 0
                default: nil
                }
            index += 2
            guard let digits else { continue }
            if digits == 0 {
                guard index < scalars.count, scalars[index] == "{", scalars[index...].contains("}") else {
                    throw PythonSyntaxError()
                }
                continue
            }
            let hex = scalars[index...].prefix(digits)
            guard hex.count == digits, hex.allSatisfy({ $0.properties.isASCIIHexDigit }) else {
                throw PythonSyntaxError()
            }
        }
    }

    /// The replacement fields of a formatted string, `{expression=!r:format}`; a format can have fields once more.
    private func checkFields(in text: ArraySlice<Unicode.Scalar>, depth: Int) throws(PythonSyntaxError) {
        var rest = text
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first == "{" && depth == 0, "}" where rest.first == "}" && depth == 0:
                rest.removeFirst()
            case "{":
                guard depth < 2 else { throw PythonSyntaxError() }
                rest = try checkField(rest, depth: depth)
            case "}": throw PythonSyntaxError()
            case "\\" where rest.first == "N" && rest.dropFirst().first == "{":
                rest = rest.drop { $0 != "}" }.dropFirst()
            default: break
            }
        }
    }

    /// - Returns: What follows the field's closing brace.
    private func checkField(
        _ text: ArraySlice<Unicode.Scalar>, depth: Int
    ) throws(PythonSyntaxError) -> ArraySlice<Unicode.Scalar> {
        var rest = text
        let expression = try PythonStringContent.takeExpression(from: &rest)
        guard PythonSyntax.acceptsGroup(String(String.UnicodeScalarView(expression))) else { throw PythonSyntaxError() }
        if rest.first == "=" { rest = rest.dropFirst().drop { $0 == " " } }
        if rest.first == "!" {
            guard let kind = rest.dropFirst().first, kind == "r" || kind == "s" || kind == "a" else {
                throw PythonSyntaxError()
            }
            rest = rest.dropFirst(2)
        }
        guard let mark = rest.popFirst() else { throw PythonSyntaxError() }
        guard mark == ":" else {
            guard mark == "}" else { throw PythonSyntaxError() }
            return rest
        }
        var end = rest.startIndex, open = 0
        while end < rest.endIndex, open > 0 || rest[end] != "}" {
            if rest[end] == "{" { open += 1 }
            if rest[end] == "}" { open -= 1 }
            end += 1
        }
        guard end < rest.endIndex else { throw PythonSyntaxError() }
        try checkFields(in: rest[..<end], depth: depth + 1)
        return rest[(end + 1)...]
    }

    /// Takes what comes before `}`, `:`, `!` or a lone `=` outside brackets and quotes.
    private static func takeExpression(
        from rest: inout ArraySlice<Unicode.Scalar>
    ) throws(PythonSyntaxError) -> [Unicode.Scalar] {
        var taken: [Unicode.Scalar] = []
        var open = 0
        var quote: Unicode.Scalar?
        while let scalar = rest.first {
            let following = rest.dropFirst().first
            if scalar == "\\" || (scalar == "#" && quote == nil) { throw PythonSyntaxError() }
            if let current = quote {
                if scalar == current { quote = nil }
            } else {
                switch scalar {
                case "'", "\"": quote = scalar
                case "(", "[", "{": open += 1
                case ")", "]": open -= 1
                case "}" where open > 0: open -= 1
                case "=", "!", "<", ">":
                    if following == "=" {
                        taken += [scalar, "="]
                        rest = rest.dropFirst(2)
                        continue
                    }
                    if open == 0, scalar == "=" || scalar == "!" { return taken }
                case "}": return taken
                case ":" where open == 0: return taken
                default: break
                }
            }
            taken.append(scalar)
            rest.removeFirst()
        }
        throw PythonSyntaxError()
    }
}
