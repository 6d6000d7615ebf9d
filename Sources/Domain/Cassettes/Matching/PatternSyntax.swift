/// Reads a regular expression into a tree.
struct PatternSyntax {
    /// Scalars, or all but these.
    struct ScalarSet: Sendable {
        var ranges: [ClosedRange<UInt32>]
        var isInverted = false

        func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isInverted }

        static let digits = ScalarSet(ranges: [0x30...0x39])
        static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
        static let space = ScalarSet(ranges: [0x09...0x0D, 0x20...0x20])
        static let notLineFeed = ScalarSet(ranges: [0x0A...0x0A], isInverted: true)
    }

    enum Assertion: Sendable { case start, end, wordBoundary, noWordBoundary }

    indirect enum Node {
        case set(ScalarSet)
        case assertion(Assertion)
        case sequence([Node])
        case choice([Node])
        /// `most` nil: without end.
        case repetition(Node, least: Int, most: Int?, isGreedy: Bool)
    }

    private static let expected = "a regular expression of the kind that the format document lists"
    /// More than this in braces is refused.
    private static let repetitionLimit = 1000
    private static let depthLimit = 50

    private var rest: Substring.UnicodeScalarView
    private var depth = 0

    static func parse(_ text: String) throws(MatchPattern.Problem) -> Node {
        var parser = PatternSyntax(rest: text.unicodeScalars[...])
        let node = try parser.choice()
        guard parser.rest.isEmpty else { throw problem("a ')' without its '('") }
        guard !node.canBeEmpty else { throw problem("the pattern fits an empty text, which is everywhere") }
        return node
    }

    private static func problem(_ message: String) -> MatchPattern.Problem {
        MatchPattern.Problem(message: message, expected: expected)
    }

    private mutating func choice() throws(MatchPattern.Problem) -> Node {
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() throws(MatchPattern.Problem) -> Node {
        var nodes: [Node] = []
        while let next = rest.first, next != "|", next != ")" { nodes.append(try repeated()) }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func repeated() throws(MatchPattern.Problem) -> Node {
        let node = try atom()
        guard let (least, most) = try quantifier() else { return node }
        guard !node.canBeEmpty else { throw PatternSyntax.problem("a repetition of what can be empty") }
        let isGreedy = !take("?")
        if let next = rest.first, "*+?{".unicodeScalars.contains(next) {
            throw PatternSyntax.problem("two repetitions in a row")
        }
        return .repetition(node, least: least, most: most, isGreedy: isGreedy)
    }

    private mutating func quantifier() throws(MatchPattern.Problem) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard take("{") else { return nil }
        guard let least = number() else { throw PatternSyntax.problem("'{' begins no {n}, {n,} or {n,m}") }
        if take("}") { return (least, least) }
        guard take(",") else { throw PatternSyntax.problem("'{' begins no {n}, {n,} or {n,m}") }
        if take("}") { return (least, nil) }
        guard let most = number(), most >= least, take("}") else {
            throw PatternSyntax.problem("'{' begins no {n}, {n,} or {n,m}")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        guard let number = Int(digits), number <= PatternSyntax.repetitionLimit else { return nil }
        rest = rest.dropFirst(digits.unicodeScalars.count)
        return number
    }

    private mutating func atom() throws(MatchPattern.Problem) -> Node {
        guard let scalar = rest.popFirst() else { throw PatternSyntax.problem("the pattern is cut off") }
        switch scalar {
        case "(":
            if take("?"), !take(":") { throw PatternSyntax.problem("a group that begins with (? and is not (?:") }
            depth += 1
            defer { depth -= 1 }
            guard depth <= PatternSyntax.depthLimit else { throw PatternSyntax.problem("groups are nested too deep") }
            let node = try choice()
            guard take(")") else { throw PatternSyntax.problem("a '(' without its ')'") }
            return node
        case "[": return .set(try bracket())
        case ".": return .set(.notLineFeed)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "\\": return try escape()
        case "*", "+", "?", "{": throw PatternSyntax.problem("nothing to repeat before '\(scalar)'")
        case "}", "]": throw PatternSyntax.problem("'\(scalar)' without a backslash")
        default: return .set(ScalarSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func escape() throws(MatchPattern.Problem) -> Node {
        if take("b") { return .assertion(.wordBoundary) }
        if take("B") { return .assertion(.noWordBoundary) }
        return .set(try escapedSet())
    }

    /// After a backslash: a class, a control character, or a sign that stands for itself.
    private mutating func escapedSet() throws(MatchPattern.Problem) -> ScalarSet {
        guard let scalar = rest.popFirst() else { throw PatternSyntax.problem("the pattern ends with a backslash") }
        switch scalar {
        case "d": return .digits
        case "w": return .word
        case "s": return .space
        case "D": return ScalarSet(ranges: ScalarSet.digits.ranges, isInverted: true)
        case "W": return ScalarSet(ranges: ScalarSet.word.ranges, isInverted: true)
        case "S": return ScalarSet(ranges: ScalarSet.space.ranges, isInverted: true)
        case "n": return ScalarSet(ranges: [0x0A...0x0A])
        case "r": return ScalarSet(ranges: [0x0D...0x0D])
        case "t": return ScalarSet(ranges: [0x09...0x09])
        case _ where scalar.isASCII && !ScalarSet.word.contains(scalar.value):
            return ScalarSet(ranges: [scalar.value...scalar.value])
        default: throw PatternSyntax.problem("'\\\(scalar)' is not among the escapes")
        }
    }

    private mutating func bracket() throws(MatchPattern.Problem) -> ScalarSet {
        var set = ScalarSet(ranges: [], isInverted: take("^"))
        repeat {
            let first = try bracketItem()
            guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
                set.ranges += first.ranges
                continue
            }
            rest = rest.dropFirst()
            let last = try bracketItem()
            guard let low = first.single, let high = last.single, low <= high else {
                throw PatternSyntax.problem("a range in [ ] that does not go upwards")
            }
            set.ranges.append(low...high)
        } while !take("]")
        return set
    }

    private mutating func bracketItem() throws(MatchPattern.Problem) -> ScalarSet {
        guard let scalar = rest.popFirst() else { throw PatternSyntax.problem("a '[' without its ']'") }
        switch scalar {
        case "[", "]": throw PatternSyntax.problem("'\(scalar)' inside [ ] without a backslash")
        case "\\":
            let set = try escapedSet()
            guard !set.isInverted else { throw PatternSyntax.problem("\\D, \\W or \\S inside [ ]") }
            return set
        default: return ScalarSet(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest = rest.dropFirst()
        return true
    }
}

extension PatternSyntax.ScalarSet {
    fileprivate var single: UInt32? { ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil }
}

extension PatternSyntax.Node {
    fileprivate var canBeEmpty: Bool {
        switch self {
        case .set: false
        case .assertion: true
        case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
        case .choice(let nodes): nodes.contains(where: \.canBeEmpty)
        case .repetition(let node, let least, _, _): least == 0 || node.canBeEmpty
        }
    }
}
