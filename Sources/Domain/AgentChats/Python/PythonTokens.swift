/// A token of Python 3.11 source.
enum PythonToken: Equatable {
    case name(String)
    case number
    case string(isBytes: Bool)
    case mark(String)
    case lineEnd
    case indent
    case dedent
    case end
}

/// Why a text is not Python; where does not matter here.
struct PythonSyntaxError: Error {}

/// Cuts source into tokens, lines and indentation among them ("Lexical analysis" of Python's reference).
struct PythonTokenizer {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var tokens: [PythonToken] = []
    /// Open brackets; inside them line ends mean nothing.
    private var brackets: [Unicode.Scalar] = []
    /// Columns of the open blocks, with tabs to the next multiple of eight and with tabs as one.
    private var indents = [(column: 0, narrow: 0)]

    init(_ source: String) {
        var scalars: [Unicode.Scalar] = []
        for scalar in source.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        self.scalars = scalars.map { $0 == "\r" ? "\n" : $0 }
    }

    static func tokens(of source: String) throws(PythonSyntaxError) -> [PythonToken] {
        var tokenizer = PythonTokenizer(source)
        try tokenizer.scan()
        return tokenizer.tokens
    }

    private var next: Unicode.Scalar? { peek(0) }
    private func peek(_ ahead: Int) -> Unicode.Scalar? {
        position + ahead < scalars.count ? scalars[position + ahead] : nil
    }

    private mutating func scan() throws(PythonSyntaxError) {
        var startsLine = true
        while true {
            if startsLine, brackets.isEmpty { try scanIndentation() }
            startsLine = false
            while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\u{C}" { position += 1 }
            guard let scalar = next else { break }
            switch scalar {
            case "#": while let scalar = next, scalar != "\n" { position += 1 }
            case "\n":
                position += 1
                if brackets.isEmpty { endLine() }
                startsLine = true
            case "\\":
                guard peek(1) == "\n", peek(2) != nil else { throw PythonSyntaxError() }
                position += 2
            default: try scanToken(scalar)
            }
        }
        guard brackets.isEmpty else { throw PythonSyntaxError() }
        endLine()
        tokens += Array(repeating: .dedent, count: indents.count - 1) + [.end]
    }

    private mutating func endLine() {
        if let last = tokens.last, last != .lineEnd, last != .indent, last != .dedent { tokens.append(.lineEnd) }
    }

    private mutating func scanIndentation() throws(PythonSyntaxError) {
        var column = 0, narrow = 0
        // Where the first backslash stands that is not in the first column: indentation goes no further than there.
        var continued = 0
        while let scalar = next {
            switch scalar {
            case " ": (column, narrow) = (column + 1, narrow + 1)
            case "\t": (column, narrow) = ((column / 8 + 1) * 8, narrow + 1)
            case "\u{C}": (column, narrow) = (0, 0)
            case "\\" where peek(1) == "\n" && peek(2) != nil:
                if continued == 0 { continued = column }
                position += 1
            default:
                if continued > 0 { (column, narrow) = (continued, continued) }
                // Lines with nothing on them do not count.
                guard scalar != "\n", scalar != "#" else { return }
                try indent(to: column, narrow)
                return
            }
            position += 1
        }
    }

    private mutating func indent(to column: Int, _ narrow: Int) throws(PythonSyntaxError) {
        guard let last = indents.last else { return }
        if column > last.column {
            guard narrow > last.narrow, indents.count < 100 else { throw PythonSyntaxError() }
            indents.append((column, narrow))
            tokens.append(.indent)
            return
        }
        while let last = indents.last, column < last.column {
            indents.removeLast()
            tokens.append(.dedent)
        }
        guard let last = indents.last, last.column == column, last.narrow == narrow else { throw PythonSyntaxError() }
    }

    private mutating func scanToken(_ scalar: Unicode.Scalar) throws(PythonSyntaxError) {
        if isDigit(scalar) || (scalar == "." && peek(1).map(isDigit) ?? false) {
            try scanNumber()
        } else if scalar == "_" || scalar.properties.isXIDStart {
            try scanName()
        } else if scalar == "\"" || scalar == "'" {
            try scanString(prefix: "")
        } else {
            try scanMark()
        }
    }

    private mutating func scanName() throws(PythonSyntaxError) {
        let start = position
        while let scalar = next, scalar.properties.isXIDContinue { position += 1 }
        let text = String(String.UnicodeScalarView(scalars[start..<position]))
        let prefixes: Set<String> = ["r", "u", "b", "f", "br", "rb", "fr", "rf"]
        if next == "\"" || next == "'", prefixes.contains(text.lowercased()) {
            try scanString(prefix: text.lowercased())
        } else {
            tokens.append(.name(text))
        }
    }

    private mutating func scanString(prefix: String) throws(PythonSyntaxError) {
        guard let quote = next else { throw PythonSyntaxError() }
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        let start = position
        while true {
            guard let scalar = next, isTriple || scalar != "\n" else { throw PythonSyntaxError() }
            if scalar == "\\" {
                guard peek(1) != nil else { throw PythonSyntaxError() }
                position += 2
            } else if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                break
            } else {
                position += 1
            }
        }
        let content = scalars[start..<position]
        position += isTriple ? 3 : 1
        try PythonStringContent(content).check(prefix: prefix)
        tokens.append(.string(isBytes: prefix.contains("b")))
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    /// Digits with single underscores between them; the number of digits.
    private mutating func skipDigits(_ matches: (Unicode.Scalar) -> Bool) -> Int {
        var count = 0
        while let scalar = next {
            if matches(scalar) {
                count += 1
            } else if scalar != "_" || count == 0 || !(peek(1).map(matches) ?? false) {
                break
            }
            position += 1
        }
        return count
    }

    private mutating func scanNumber() throws(PythonSyntaxError) {
        let start = position
        let radixes: [Unicode.Scalar: String] = ["x": "0123456789abcdefABCDEF", "o": "01234567", "b": "01"]
        if next == "0", let mark = peek(1), let digits = radixes[Unicode.Scalar(mark.value | 0x20) ?? mark] {
            position += 2
            if next == "_" { position += 1 }
            guard skipDigits({ digits.unicodeScalars.contains($0) }) > 0 else { throw PythonSyntaxError() }
        } else {
            try scanDecimal(from: start)
        }
        // A word may follow at once only if it is an operator: `1if x else y`.
        if let scalar = next, scalar.properties.isXIDContinue {
            let word = scalars[position...].prefix { $0.properties.isXIDContinue }
            let operators = ["and", "else", "for", "if", "in", "is", "not", "or"]
            guard operators.contains(String(String.UnicodeScalarView(word))) else { throw PythonSyntaxError() }
        }
        tokens.append(.number)
    }

    private mutating func scanDecimal(from start: Int) throws(PythonSyntaxError) {
        var isWhole = true
        _ = skipDigits(isDigit)
        let wholeEnd = position
        if next == "." {
            isWhole = false
            position += 1
            _ = skipDigits(isDigit)
        }
        if next == "e" || next == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            if peek(1 + sign).map(isDigit) ?? false {
                isWhole = false
                position += 1 + sign
                _ = skipDigits(isDigit)
            }
        }
        if next == "j" || next == "J" {
            isWhole = false
            position += 1
        }
        // Only zeros may begin with a zero.
        let isZero = scalars[start..<wholeEnd].allSatisfy { $0 == "0" || $0 == "_" }
        if isWhole, scalars[start] == "0", !isZero { throw PythonSyntaxError() }
    }

    private static let marks: [[Unicode.Scalar]] = [
        "**=", "//=", ">>=", "<<=", "...", "!=", "==", "<=", ">=", "->", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        "@=", ":=", "**", "//", "<<", ">>", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[",
        "]",
        "{", "}", ",", ":", ".", ";", "=",
    ].map { (mark: String) in Array(mark.unicodeScalars) }

    private mutating func scanMark() throws(PythonSyntaxError) {
        let rest = scalars[position...]
        guard let mark = PythonTokenizer.marks.first(where: { rest.starts(with: $0) }) else {
            throw PythonSyntaxError()
        }
        switch mark[0] {
        case "(", "[", "{":
            guard brackets.count < 200 else { throw PythonSyntaxError() }
            brackets.append(mark[0])
        case ")" where brackets.popLast() != "(", "]" where brackets.popLast() != "[",
            "}" where brackets.popLast() != "{":
            throw PythonSyntaxError()
        default: break
        }
        position += mark.count
        tokens.append(.mark(String(String.UnicodeScalarView(mark))))
    }
}
