public import Documents

extension MappingReader {
    /// Text that says something: a key without value, `null` and a value of several parts are errors.
    public mutating func words(
        _ name: String, mayBeEmpty: Bool = false,
        checkedBy check: (String) -> (message: String, expected: String, fix: String?)? = { _ in nil }
    ) -> String? {
        guard let node = optional(name) else { return nil }
        guard let text = node.words else {
            report(
                at: node.place, "\(name) cannot be \(node.shown)", expected: "text",
                fix: node.isNothing && mayBeEmpty ? "write \(name): \"\" for the empty text" : nil)
            return nil
        }
        if text.isEmpty, !mayBeEmpty {
            report(at: node.place, "\(name) is empty", expected: "text")
            return nil
        }
        if let problem = check(text) {
            report(at: node.place, problem.message, expected: problem.expected, fix: problem.fix)
        }
        return text
    }

    public mutating func requiredWords(_ name: String, mayBeEmpty: Bool = false, expected: String = "TEXT") -> String? {
        required(name, expected: expected) == nil ? nil : words(name, mayBeEmpty: mayBeEmpty)
    }

    /// A word among some; nil and an error when the key is absent, too.
    public mutating func requiredWord(_ name: String, among accepted: [String]) -> String? {
        required(name, expected: accepted.joined(separator: " | ")) == nil ? nil : word(name, among: accepted)
    }

    /// Reports unless exactly one of these keys is there.
    ///
    /// - Returns: The key, if it is the only one.
    public mutating func exactlyOne(of names: [String], what: String) -> String? {
        let given = self.names.filter { names.contains($0.name) }
        for name in names { _ = optional(name) }
        if given.count == 1 { return given[0].name }
        if given.isEmpty {
            // An unknown key, reported by `finish`, is likely the misspelt one.
            let others = self.names.filter { nearestWord(to: $0.name, among: names) != nil }
            if others.isEmpty {
                report(at: place, "\(what) says nothing", expected: "one of " + names.joined(separator: ", "))
            }
        } else {
            for extra in given.dropFirst() {
                report(
                    at: extra.place, "\(extra.name) and \(given[0].name) exclude each other",
                    expected: "one of " + names.joined(separator: ", "), fix: "remove one of them")
            }
        }
        return nil
    }
}

extension MappingReader {
    /// Where a member's name stands; the mapping's own place when it has no such member.
    public func place(of name: String) -> Place { names.first { $0.name == name }?.place ?? place }
}

extension LocatedNode {
    /// A plain scalar that YAML takes for no value: nothing, `null` or `~`.
    public var isNothing: Bool {
        if case .scalar(let text, isPlain: true) = content {
            text.isEmpty || text == "null" || text == "~"
        } else {
            false
        }
    }

    /// The text of a scalar that is not nothing.
    public var words: String? { isNothing ? nil : text }

    /// The value as a message shows it.
    public var shown: String {
        if isNothing { return "without value" }
        return text.map(quoted) ?? (items != nil ? "a list" : "a mapping")
    }
}
