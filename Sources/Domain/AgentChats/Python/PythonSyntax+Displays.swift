// Brackets of Python: displays, comprehensions, arguments and parameters.
extension PythonSyntax {
    mutating func parseParentheses() throws(PythonSyntaxError) -> Expression {
        try expect("(")
        if take(")") { return .group(.tuple([])) }
        if isWord("yield") {
            try parseYield()
            try expect(")")
            return .other
        }
        let isStarred = isMark("*")
        let value = try parseElements(until: ")")
        if !isStarred, try parseComprehension(after: value) {
            try expect(")")
            return .other
        }
        try expect(")")
        return .group(value)
    }

    mutating func parseListDisplay() throws(PythonSyntaxError) -> Expression {
        try expect("[")
        var items: [Expression] = []
        while !isMark("]") {
            let item: Expression = take("*") ? .starred(try parseOperators()) : try parseNamedExpression()
            if items.isEmpty, try parseComprehension(after: item) {
                try expect("]")
                return .other
            }
            items.append(item)
            guard take(",") else { break }
        }
        try expect("]")
        return .list(items)
    }

    mutating func parseBraces() throws(PythonSyntaxError) -> Expression {
        try expect("{")
        var isDictionary: Bool?
        while !isMark("}") {
            let isPair: Bool
            if take("**") {
                isPair = true
                _ = try parseOperators()
            } else {
                let key: Expression = take("*") ? .starred(try parseOperators()) : try parseNamedExpression()
                isPair = take(":")
                if isPair {
                    guard !key.isStarred else { throw PythonSyntaxError() }
                    _ = try parseExpression()
                }
                if isDictionary == nil, try parseComprehension(after: key) { break }
            }
            guard isDictionary ?? isPair == isPair else { throw PythonSyntaxError() }
            isDictionary = isPair
            guard take(",") else { break }
        }
        try expect("}")
        return .other
    }

    /// `for … in …` and its conditions; false when none follows the element.
    private mutating func parseComprehension(after element: Expression) throws(PythonSyntaxError) -> Bool {
        guard isWord("for") || (isWord("async") && token(1) == .name("for")) else { return false }
        switch element {
        case .starred, .tuple: throw PythonSyntaxError()
        default: break
        }
        while true {
            if takeWord("async"), !scope.isAsync { throw PythonSyntaxError() }
            guard takeWord("for") else { return true }
            try parseTargets()
            try expectWord("in")
            _ = try parseDisjunction()
            while takeWord("if") { _ = try parseDisjunction() }
            guard isWord("for") || isWord("async") else { return true }
        }
    }

    /// Arguments of a call or a class, the closing parenthesis included.
    mutating func parseArguments() throws(PythonSyntaxError) {
        try nested { (parser) throws(PythonSyntaxError) in try parser.parseArgumentList() }
    }

    private mutating func parseArgumentList() throws(PythonSyntaxError) {
        var names: Set<String> = []
        var hasNamed = false, hasMapping = false
        var count = 0
        while !isMark(")") {
            count += 1
            if take("**") {
                _ = try parseExpression()
                hasMapping = true
            } else if take("*") {
                guard !hasMapping else { throw PythonSyntaxError() }
                _ = try parseExpression()
            } else if case .name = token, token(1) == .mark("=") {
                let name = try expectName()
                try expect("=")
                guard names.insert(name).inserted, name != "__debug__" else { throw PythonSyntaxError() }
                hasNamed = true
                _ = try parseExpression()
            } else {
                guard !hasNamed, !hasMapping else { throw PythonSyntaxError() }
                let value = try parseNamedExpression()
                if try parseComprehension(after: value) {
                    // Without parentheses of its own it must be the only argument.
                    guard count == 1, isMark(")") else { throw PythonSyntaxError() }
                }
            }
            guard take(",") else { break }
        }
        try expect(")")
    }

    mutating func parseParameters(until end: String, areAnnotated: Bool) throws(PythonSyntaxError) {
        var names: Set<String> = []
        var hasDefault = false, hasSlash = false, hasStar = false, needsName = false
        while !isMark(end) {
            if take("/") {
                guard !hasSlash, !hasStar, !names.isEmpty else { throw PythonSyntaxError() }
                hasSlash = true
            } else if take("**") {
                guard !needsName else { throw PythonSyntaxError() }
                try parseParameter(&names, areAnnotated: areAnnotated)
                _ = take(",")
                guard isMark(end) else { throw PythonSyntaxError() }
                return
            } else if take("*") {
                guard !hasStar else { throw PythonSyntaxError() }
                hasStar = true
                needsName = isMark(",")
                if isMark(end) { throw PythonSyntaxError() }
                if !needsName { try parseParameter(&names, areAnnotated: areAnnotated, mayBeStarred: true) }
            } else {
                try parseParameter(&names, areAnnotated: areAnnotated)
                needsName = false
                if take("=") {
                    _ = try parseExpression()
                    hasDefault = true
                } else if hasDefault, !hasStar {
                    throw PythonSyntaxError()
                }
            }
            guard take(",") else { break }
        }
        if needsName { throw PythonSyntaxError() }
    }

    private mutating func parseParameter(
        _ names: inout Set<String>, areAnnotated: Bool, mayBeStarred: Bool = false
    ) throws(PythonSyntaxError) {
        guard names.insert(try expectName()).inserted else { throw PythonSyntaxError() }
        guard areAnnotated, take(":") else { return }
        if mayBeStarred, take("*") { _ = try parseOperators() } else { _ = try parseExpression() }
    }
}
