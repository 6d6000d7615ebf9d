// "The match statement" of Python's reference; names bound twice and patterns that can never match are let through.
extension PythonSyntax {
    mutating func parseMatch() throws(PythonSyntaxError) {
        try expectWord("match")
        _ = try parseElements(until: ":")
        try expect(":")
        guard token == .lineEnd, token(1) == .indent else { throw PythonSyntaxError() }
        position += 2
        repeat {
            try expectWord("case")
            try parsePatterns(until: ":")
            if takeWord("if") { _ = try parseNamedExpression() }
            try parseBlock()
        } while isWord("case")
        guard token == .dedent else { throw PythonSyntaxError() }
        position += 1
    }

    private mutating func parsePatterns(until end: String) throws(PythonSyntaxError) {
        repeat {
            if isMark(end) || isWord("if") { return }
            if take("*") { try expectName() } else { try parsePattern() }
        } while take(",")
    }

    private mutating func parsePattern() throws(PythonSyntaxError) {
        try nested { (parser) throws(PythonSyntaxError) in
            repeat { try parser.parseClosedPattern() } while parser.take("|")
            if parser.takeWord("as") { try parser.expectName() }
        }
    }

    private mutating func parseClosedPattern() throws(PythonSyntaxError) {
        switch token {
        case .number, .mark("-"):
            _ = take("-")
            guard token == .number else { throw PythonSyntaxError() }
            position += 1
            guard isMark("+") || isMark("-") else { return }
            position += 1
            guard token == .number else { throw PythonSyntaxError() }
            position += 1
        case .string: while case .string = token { position += 1 }
        case .name("None"), .name("True"), .name("False"): position += 1
        case .mark("("), .mark("["):
            let end = isMark("(") ? ")" : "]"
            position += 1
            try parsePatterns(until: end)
            try expect(end)
        case .mark("{"): try parseMappingPattern()
        default:
            repeat { try expectName() } while take(".")
            guard take("(") else { return }
            repeat {
                if isMark(")") { break }
                if case .name = token, token(1) == .mark("=") {
                    try expectName()
                    try expect("=")
                }
                try parsePattern()
            } while take(",")
            try expect(")")
        }
    }

    private mutating func parseMappingPattern() throws(PythonSyntaxError) {
        try expect("{")
        repeat {
            if isMark("}") { break }
            if take("**") {
                try expectName()
            } else {
                try parseClosedPattern()
                try expect(":")
                try parsePattern()
            }
        } while take(",")
        try expect("}")
    }
}
