// "Simple statements" and "Compound statements" of Python's reference.
extension PythonSyntax {
    mutating func parseStatement() throws(PythonSyntaxError) {
        try nested { (parser) throws(PythonSyntaxError) in try parser.parseOneStatement() }
    }

    private mutating func parseOneStatement() throws(PythonSyntaxError) {
        guard case .name(let word) = token else {
            if isMark("@") { return try parseDecorated() }
            return try parseSimpleStatements()
        }
        switch word {
        case "if":
            position += 1
            try parseCondition()
            while takeWord("elif") { try parseCondition() }
            if takeWord("else") { try parseBlock() }
        case "while":
            position += 1
            _ = try parseNamedExpression()
            try parseLoopBody()
        case "for": try parseFor()
        case "try": try parseTry()
        case "with": try parseWith()
        case "def": try parseFunction(isAsync: false)
        case "class": try parseClass()
        case "async": try parseAsync()
        case "match":
            let isMatch = attempt { (parser) throws(PythonSyntaxError) in try parser.parseMatch() }
            if !isMatch { try parseSimpleStatements() }
        default: try parseSimpleStatements()
        }
    }

    private mutating func parseCondition() throws(PythonSyntaxError) {
        _ = try parseNamedExpression()
        try parseBlock()
    }

    mutating func parseBlock() throws(PythonSyntaxError) {
        try expect(":")
        guard token == .lineEnd else { return try parseSimpleStatements() }
        position += 1
        guard token == .indent else { throw PythonSyntaxError() }
        position += 1
        repeat { try parseStatement() } while token != .dedent && token != .end
        guard token == .dedent else { throw PythonSyntaxError() }
        position += 1
    }

    private mutating func parseBlock(in inner: Scope) throws(PythonSyntaxError) {
        let outer = scope
        scope = inner
        defer { scope = outer }
        try parseBlock()
    }

    private mutating func parseLoopBody() throws(PythonSyntaxError) {
        var inner = scope
        inner.isLoop = true
        try parseBlock(in: inner)
        if takeWord("else") { try parseBlock() }
    }

    private mutating func parseFor() throws(PythonSyntaxError) {
        try expectWord("for")
        try parseTargets()
        try expectWord("in")
        _ = try parseStarExpressions()
        try parseLoopBody()
    }

    private mutating func parseTry() throws(PythonSyntaxError) {
        try expectWord("try")
        try parseBlock()
        var handlers = 0, groups = 0, catchesAll = false
        while takeWord("except") {
            guard !catchesAll else { throw PythonSyntaxError() }
            handlers += 1
            if take("*") { groups += 1 }
            if isMark(":") {
                guard groups == 0 else { throw PythonSyntaxError() }
                catchesAll = true
            } else {
                _ = try parseExpression()
                if takeWord("as") { try expectName() }
            }
            try parseBlock()
        }
        guard groups == 0 || groups == handlers else { throw PythonSyntaxError() }
        if handlers > 0, takeWord("else") { try parseBlock() }
        if takeWord("finally") {
            try parseBlock()
        } else if handlers == 0 {
            throw PythonSyntaxError()
        }
    }

    private mutating func parseWith() throws(PythonSyntaxError) {
        try expectWord("with")
        let isGrouped = attempt { (parser) throws(PythonSyntaxError) in
            try parser.expect("(")
            repeat {
                if parser.isMark(")") { break }
                try parser.parseWithItem()
            } while parser.take(",")
            try parser.expect(")")
            guard parser.isMark(":") else { throw PythonSyntaxError() }
        }
        if !isGrouped { repeat { try parseWithItem() } while take(",") }
        try parseBlock()
    }

    private mutating func parseWithItem() throws(PythonSyntaxError) {
        _ = try parseExpression()
        guard takeWord("as") else { return }
        let target = try parseOperators()
        guard target.isTarget else { throw PythonSyntaxError() }
    }

    private mutating func parseAsync() throws(PythonSyntaxError) {
        try expectWord("async")
        if isWord("def") { return try parseFunction(isAsync: true) }
        guard scope.isAsync else { throw PythonSyntaxError() }
        if isWord("for") { try parseFor() } else { try parseWith() }
    }

    private mutating func parseFunction(isAsync: Bool) throws(PythonSyntaxError) {
        try expectWord("def")
        try expectName()
        try expect("(")
        try parseParameters(until: ")", areAnnotated: true)
        try expect(")")
        if take("->") { _ = try parseExpression() }
        try parseBlock(in: Scope(isFunction: true, isAsync: isAsync, isLoop: false, isModule: false))
    }

    private mutating func parseClass() throws(PythonSyntaxError) {
        try expectWord("class")
        try expectName()
        if take("(") { try parseArguments() }
        try parseBlock(in: Scope(isFunction: false, isAsync: false, isLoop: false, isModule: false))
    }

    private mutating func parseDecorated() throws(PythonSyntaxError) {
        while take("@") {
            _ = try parseNamedExpression()
            guard token == .lineEnd else { throw PythonSyntaxError() }
            position += 1
        }
        if isWord("class") { return try parseClass() }
        let isAsync = takeWord("async")
        try parseFunction(isAsync: isAsync)
    }

    private mutating func parseSimpleStatements() throws(PythonSyntaxError) {
        repeat {
            if token == .lineEnd { break }
            try parseSimpleStatement()
        } while take(";")
        guard token == .lineEnd else { throw PythonSyntaxError() }
        position += 1
    }

    private mutating func parseSimpleStatement() throws(PythonSyntaxError) {
        guard case .name(let word) = token, PythonSyntax.keywords.contains(word) else { return try parseAssignment() }
        switch word {
        case "pass": position += 1
        case "break", "continue":
            guard scope.isLoop else { throw PythonSyntaxError() }
            position += 1
        case "return":
            guard scope.isFunction else { throw PythonSyntaxError() }
            position += 1
            if !endsSimpleStatement { try parseValue() }
        case "raise":
            position += 1
            guard !endsSimpleStatement else { return }
            _ = try parseExpression()
            if takeWord("from") { _ = try parseExpression() }
        case "global", "nonlocal":
            guard word == "global" || !scope.isModule else { throw PythonSyntaxError() }
            position += 1
            repeat { try expectName() } while take(",")
        case "del":
            position += 1
            let target = try parseStarExpressions()
            guard target.isDeletable else { throw PythonSyntaxError() }
        case "assert":
            position += 1
            _ = try parseExpression()
            if take(",") { _ = try parseExpression() }
        case "import":
            position += 1
            repeat {
                try parseDottedName()
                if takeWord("as") { try expectName() }
            } while take(",")
        case "from": try parseFromImport()
        default: try parseAssignment()
        }
    }

    private var endsSimpleStatement: Bool { token == .lineEnd || isMark(";") }

    private mutating func parseDottedName() throws(PythonSyntaxError) {
        repeat { try expectName() } while take(".")
    }

    private mutating func parseFromImport() throws(PythonSyntaxError) {
        try expectWord("from")
        var dots = 0
        while take(".") || take("...") { dots += 1 }
        if dots == 0 || !isWord("import") { try parseDottedName() }
        try expectWord("import")
        if take("*") {
            guard scope.isModule else { throw PythonSyntaxError() }
            return
        }
        let isGrouped = take("(")
        repeat {
            if isGrouped, isMark(")") { break }
            try expectName()
            if takeWord("as") { try expectName() }
        } while take(",")
        if isGrouped {
            guard token(-1) != .mark("(") else { throw PythonSyntaxError() }
            try expect(")")
        }
    }

    /// What stands at the right of an assignment, or after `return`.
    private mutating func parseValue() throws(PythonSyntaxError) {
        if isWord("yield") { return try parseYield() }
        guard !(try parseStarExpressions()).isStarred else { throw PythonSyntaxError() }
    }

    private mutating func parseAssignment() throws(PythonSyntaxError) {
        if isWord("yield") { return try parseYield() }
        var target = try parseStarExpressions()
        if take(":") {
            guard target.isSingleTarget else { throw PythonSyntaxError() }
            _ = try parseExpression()
            if take("=") { try parseValue() }
            return
        }
        if case .mark(let mark) = token, PythonSyntax.updates.contains(mark) {
            guard target.isSingleTarget else { throw PythonSyntaxError() }
            position += 1
            return try parseValue()
        }
        while take("=") {
            guard target.isTarget, !target.isStarred else { throw PythonSyntaxError() }
            if isWord("yield") { return try parseYield() }
            target = try parseStarExpressions()
        }
        guard !target.isStarred else { throw PythonSyntaxError() }
    }

    private static let updates: Set<String> = [
        "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**=",
    ]
}
