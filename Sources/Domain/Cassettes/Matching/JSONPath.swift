public import Documents

/// The places of a JSON value that a rule is about: `$.messages[*].content`, `$..run_id`, or a JSON pointer.
///
/// A small part of RFC 9535: `.name` and `['name']`, `[0]`, `[*]` (all items, or all members), and `..name` (members of
/// that name at any depth). A text that begins with `/` is a JSON pointer (RFC 6901) instead.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
    enum Step: Sendable, Hashable {
        case member(String)
        case item(Int)
        case all
        /// Members of this name, here and at any depth.
        case anywhere(String)
        /// Of a JSON pointer: a member of this name, or the item of this index.
        case token(String)
    }

    let steps: [Step]
    /// As it was written.
    public let description: String

    /// One place, written as a JSON pointer.
    public init(_ pointer: JSONPointer) {
        steps = pointer.tokens.map(Step.token)
        description = pointer.description
    }

    /// Nil when the text is neither such a path nor a JSON pointer.
    public init?(parsing text: String) {
        if text.utf8.first == UInt8(ascii: "/") {
            guard let pointer = JSONPointer(parsing: text) else { return nil }
            steps = pointer.tokens.map(Step.token)
        } else {
            var parser = PathParser(rest: text.unicodeScalars[...])
            guard let parsed = parser.parse() else { return nil }
            steps = parsed
        }
        description = text
    }

    /// What a text must look like to be one, for messages.
    public static let expected =
        "a JSON path of .name, ['name'], [0], [*] and ..name ($.messages[*].content), or a JSON pointer (/messages/0)"

    /// True when the place is one that the path names, or is inside it; a number in it may be an index or a name.
    public func covers(_ place: JSONPointer) -> Bool {
        var progress = Progress(self)
        for token in place.tokens {
            if progress.isThere { return true }
            progress = progress.into(member: token).and(Int(token).map { progress.into(item: $0) })
        }
        return progress.isThere
    }

    /// The whole value, and no place inside it.
    var isWhole: Bool { steps.isEmpty }
}

private struct PathParser {
    var rest: Substring.UnicodeScalarView

    mutating func parse() -> [JSONPath.Step]? {
        guard take("$") else { return nil }
        var steps: [JSONPath.Step] = []
        while !rest.isEmpty {
            guard let step = step() else { return nil }
            steps.append(step)
        }
        return steps
    }

    private mutating func step() -> JSONPath.Step? {
        if take("..") {
            if take("[") { return quotedName().map(JSONPath.Step.anywhere) }
            return name().map(JSONPath.Step.anywhere)
        }
        if take(".") { return name().map(JSONPath.Step.member) }
        guard take("[") else { return nil }
        if take("*]") { return .all }
        if rest.first == "'" || rest.first == "\"" { return quotedName().map(JSONPath.Step.member) }
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        rest = rest.dropFirst(digits.unicodeScalars.count)
        guard take("]"), digits == "0" || digits.first != "0", let index = Int(digits) else { return nil }
        return .item(index)
    }

    /// RFC 9535, section 2.5.1.1, "member-name-shorthand".
    private mutating func name() -> String? {
        func isFirst(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar.value >= 0x80
        }
        guard let first = rest.first, isFirst(first) else { return nil }
        let name = rest.prefix { isFirst($0) || ("0"..."9").contains($0) }
        rest = rest[name.endIndex...]
        return String(name)
    }

    /// From the quote to the bracket after it; a backslash stands before a quote or another backslash.
    private mutating func quotedName() -> String? {
        guard let quote = rest.popFirst(), quote == "'" || quote == "\"" else { return nil }
        var name = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote { return take("]") ? String(name) : nil }
            guard scalar == "\\" else {
                name.append(scalar)
                continue
            }
            guard let escaped = rest.popFirst(), escaped == quote || escaped == "\\" else { return nil }
            name.append(escaped)
        }
        return nil
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest = rest.dropFirst(text.unicodeScalars.count)
        return true
    }
}

extension JSONPath {
    /// How far a walk from the outermost value has followed a path: the numbers of the steps that may come next.
    struct Progress {
        private let steps: [Step]
        private var reached: [Int]

        init(_ path: JSONPath) {
            steps = path.steps
            reached = [0]
        }

        /// True at a place that the path names.
        var isThere: Bool { reached.contains(steps.count) }
        /// True when no place from here on can be named.
        var isLost: Bool { reached.isEmpty }

        func into(member name: String) -> Progress {
            advanced { step in
                switch step {
                case .member(let wanted), .token(let wanted), .anywhere(let wanted): wanted.hasSameScalars(as: name)
                case .all: true
                case .item: false
                }
            }
        }

        func into(item index: Int) -> Progress {
            advanced { step in
                switch step {
                case .item(let wanted): wanted == index
                case .token(let wanted): wanted == String(index)
                case .all: true
                case .member, .anywhere: false
                }
            }
        }

        /// Both ways to go on at once.
        func and(_ other: Progress?) -> Progress {
            var both = self
            for number in other?.reached ?? [] { both.add(number) }
            return both
        }

        private func advanced(_ matches: (Step) -> Bool) -> Progress {
            var next = self
            next.reached = []
            for number in reached where number < steps.count {
                if case .anywhere = steps[number] { next.add(number) }
                if matches(steps[number]) { next.add(number + 1) }
            }
            return next
        }

        private mutating func add(_ number: Int) {
            if !reached.contains(number) { reached.append(number) }
        }
    }
}

extension JSONPath {
    /// The values at the places that the path names, in the order in which they are written.
    public func values(in value: JSONValue) -> [JSONValue] {
        var found: [JSONValue] = []
        collect(value, Progress(self), &found)
        return found
    }

    private func collect(_ value: JSONValue, _ progress: Progress, _ found: inout [JSONValue]) {
        if progress.isThere { found.append(value) }
        if progress.isLost { return }
        switch value {
        case .object(let object):
            for member in object.members { collect(member.value, progress.into(member: member.name), &found) }
        case .array(let items):
            for (index, item) in items.enumerated() { collect(item, progress.into(item: index), &found) }
        default: break
        }
    }
}
