// "Expressions" of Python's reference, the loosest binding first.
extension PythonSyntax {
    /// What an expression is, as far as it decides where it may stand.
    indirect enum Expression {
        case name(String)
        /// An attribute, an item or a slice.
        case part
        case starred(Expression)
        case group(Expression)
        case list([Expression])
        case tuple([Expression])
        case other

        var isStarred: Bool { if case .starred = self { true } else { false } }

        /// Whether it can be annotated or updated.
        var isSingleTarget: Bool {
            switch self {
            case .name(let name): name != "__debug__"
            case .part: true
            case .group(let inner): inner.isSingleTarget
            default: false
            }
        }

        /// Whether it can be assigned to; a starred one only inside a list or tuple.
        var isTarget: Bool {
            switch self {
            case .list(let items), .tuple(let items):
                items.allSatisfy(\.isTarget) && items.filter(\.isStarred).count <= 1
            case .starred(let inner): !inner.isStarred && inner.isTarget
            case .group(let inner): !inner.isStarred && inner.isTarget
            default: isSingleTarget
            }
        }

        var isDeletable: Bool {
            switch self {
            case .list(let items), .tuple(let items): items.allSatisfy(\.isDeletable)
            case .group(let inner): inner.isDeletable
            default: isSingleTarget
            }
        }
    }

    /// `star_expressions`: one expression, or a tuple without parentheses.
    mutating func parseStarExpressions() throws(PythonSyntaxError) -> Expression {
        var items = [try parseStarExpression()]
        var isTuple = false
        while take(",") {
            isTuple = true
            guard startsExpression else { break }
            items.append(try parseStarExpression())
        }
        return isTuple ? .tuple(items) : items[0]
    }

    private mutating func parseStarExpression() throws(PythonSyntaxError) -> Expression {
        take("*") ? .starred(try parseOperators()) : try parseExpression()
    }

    /// Whether another element follows a comma.
    private var startsExpression: Bool {
        switch token {
        case .name(let word):
            !PythonSyntax.keywords.contains(word)
                || ["None", "True", "False", "not", "lambda", "await"].contains(word)
        case .number, .string: true
        case .mark(let mark): ["(", "[", "{", "-", "+", "~", "*", "..."].contains(mark)
        default: false
        }
    }

    /// Elements of a display or a subject, with `:=` and `*`, a comma at the end allowed.
    mutating func parseElements(until end: String) throws(PythonSyntaxError) -> Expression {
        var items: [Expression] = []
        var isTuple = false
        while !isMark(end) {
            items.append(take("*") ? .starred(try parseOperators()) : try parseNamedExpression())
            guard take(",") else { break }
            isTuple = true
        }
        guard let first = items.first else { throw PythonSyntaxError() }
        if isTuple { return .tuple(items) }
        guard !first.isStarred else { throw PythonSyntaxError() }
        return first
    }

    mutating func parseTargets() throws(PythonSyntaxError) {
        var items: [Expression] = []
        var isTuple = false
        while !isWord("in") {
            items.append(take("*") ? .starred(try parseOperators()) : try parseOperators())
            guard take(",") else { break }
            isTuple = true
        }
        guard let first = items.first else { throw PythonSyntaxError() }
        let target = isTuple ? Expression.tuple(items) : first
        guard target.isTarget, !target.isStarred else { throw PythonSyntaxError() }
    }

    mutating func parseYield() throws(PythonSyntaxError) {
        guard scope.isFunction else { throw PythonSyntaxError() }
        try expectWord("yield")
        if takeWord("from") {
            guard !scope.isAsync else { throw PythonSyntaxError() }
            _ = try parseExpression()
        } else if startsExpression {
            guard !(try parseStarExpressions()).isStarred else { throw PythonSyntaxError() }
        }
    }

    mutating func parseNamedExpression() throws(PythonSyntaxError) -> Expression {
        let value = try parseExpression()
        guard isMark(":=") else { return value }
        guard case .name(let name) = value, name != "__debug__" else { throw PythonSyntaxError() }
        position += 1
        _ = try parseExpression()
        return .other
    }

    mutating func parseExpression() throws(PythonSyntaxError) -> Expression {
        try nested { (parser) throws(PythonSyntaxError) in
            if parser.isWord("lambda") { return try parser.parseLambda() }
            let value = try parser.parseDisjunction()
            guard parser.takeWord("if") else { return value }
            _ = try parser.parseDisjunction()
            try parser.expectWord("else")
            _ = try parser.parseExpression()
            return .other
        }
    }

    private mutating func parseLambda() throws(PythonSyntaxError) -> Expression {
        try expectWord("lambda")
        try parseParameters(until: ":", areAnnotated: false)
        try expect(":")
        let outer = scope
        scope = Scope(isFunction: true, isAsync: false, isLoop: false, isModule: false)
        defer { scope = outer }
        _ = try parseExpression()
        return .other
    }

    /// `or`, `and`, `not` and comparisons; which of them binds tighter makes no difference here.
    mutating func parseDisjunction() throws(PythonSyntaxError) -> Expression {
        var value = try parseInversion()
        while takeWord("or") || takeWord("and") {
            _ = try parseInversion()
            value = .other
        }
        return value
    }

    private mutating func parseInversion() throws(PythonSyntaxError) -> Expression {
        var isInverted = false
        while takeWord("not") { isInverted = true }
        var value = try parseOperators()
        while takeComparison() {
            _ = try parseOperators()
            value = .other
        }
        return isInverted ? .other : value
    }

    private mutating func takeComparison() -> Bool {
        switch token {
        case .mark("=="), .mark("!="), .mark("<"), .mark("<="), .mark(">"), .mark(">="), .name("in"): position += 1
        case .name("not") where token(1) == .name("in"): position += 2
        case .name("is"): position += token(1) == .name("not") ? 2 : 1
        default: return false
        }
        return true
    }

    private static let operators: Set<String> = ["|", "^", "&", "<<", ">>", "+", "-", "*", "/", "//", "%", "@", "**"]

    /// Operators of arithmetic and bits; the expression itself when there are none.
    mutating func parseOperators() throws(PythonSyntaxError) -> Expression {
        var value = try parseFactor()
        while case .mark(let mark) = token, PythonSyntax.operators.contains(mark) {
            position += 1
            _ = try parseFactor()
            value = .other
        }
        return value
    }

    private mutating func parseFactor() throws(PythonSyntaxError) -> Expression {
        var isSigned = false
        while take("-") || take("+") || take("~") { isSigned = true }
        if takeWord("await") {
            guard scope.isAsync else { throw PythonSyntaxError() }
            isSigned = true
        }
        let value = try parsePrimary()
        return isSigned ? .other : value
    }

    private mutating func parsePrimary() throws(PythonSyntaxError) -> Expression {
        var value = try parseAtom()
        while true {
            if take(".") {
                try expectName()
                value = .part
            } else if take("(") {
                try parseArguments()
                value = .other
            } else if take("[") {
                try parseSlices()
                value = .part
            } else {
                return value
            }
        }
    }

    private mutating func parseSlices() throws(PythonSyntaxError) {
        var count = 0
        while !isMark("]") {
            count += 1
            if take("*") {
                _ = try parseOperators()
            } else {
                if !isMark(":") { _ = try parseNamedExpression() }
                for _ in 0..<2 where take(":") {
                    if !isMark(":"), !isMark(","), !isMark("]") { _ = try parseExpression() }
                }
            }
            guard take(",") else { break }
        }
        guard count > 0 else { throw PythonSyntaxError() }
        try expect("]")
    }

    private mutating func parseAtom() throws(PythonSyntaxError) -> Expression {
        switch token {
        case .number, .mark("..."), .name("None"), .name("True"), .name("False"):
            position += 1
            return .other
        case .string(let isBytes):
            while case .string(let other) = token {
                guard other == isBytes else { throw PythonSyntaxError() }
                position += 1
            }
            return .other
        case .mark("("): return try nested { (parser) throws(PythonSyntaxError) in try parser.parseParentheses() }
        case .mark("["): return try nested { (parser) throws(PythonSyntaxError) in try parser.parseListDisplay() }
        case .mark("{"): return try nested { (parser) throws(PythonSyntaxError) in try parser.parseBraces() }
        default: return .name(try expectName())
        }
    }
}
