/// Reads the members of one mapping by name, and notes all that is wrong with them.
///
/// Every key must be asked for before `finish`, which reports the keys that nobody knows.
public struct MappingReader {
    public let file: String
    /// The mapping's own place.
    public let place: Place
    private let members: [LocatedNode.Member]
    private var known: [String] = []
    public private(set) var problems: [Diagnostic] = []

    /// - Parameter what: What the mapping is, for the message when it is none: `an agent`.
    public init(_ node: LocatedNode, file: String, what: String) {
        self.file = file
        place = node.place
        members = node.members ?? []
        if node.members == nil {
            report(
                at: node.place, "\(what) must be a mapping, not \(node.json.kindName)", expected: "NAME: VALUE pairs")
        }
    }

    public mutating func report(at place: Place, _ message: String, expected: String? = nil, fix: String? = nil) {
        problems.append(Diagnostic(file: file, at: place, message, expected: expected, fix: fix))
    }

    public mutating func report(_ others: [Diagnostic]) { problems += others }

    /// The names that are present, in written order, with their places.
    public var names: [(name: String, place: Place)] { members.map { ($0.name, $0.place) } }

    /// The member's node; nil when it is absent.
    public mutating func optional(_ name: String) -> LocatedNode? {
        if !known.contains(name) { known.append(name) }
        return members.first { $0.name == name }?.value
    }

    /// The member's node; nil, and an error, when it is absent.
    public mutating func required(_ name: String, expected: String) -> LocatedNode? {
        if let node = optional(name) { return node }
        report(at: place, "the key '\(name)' is missing", expected: "\(name): \(expected)")
        return nil
    }

    public mutating func text(_ name: String) -> String? { value(name, "text", \.text) }

    public mutating func requiredText(_ name: String, expected: String = "TEXT") -> String? {
        required(name, expected: expected) == nil ? nil : text(name)
    }

    public mutating func integer(_ name: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        let words =
            range == Int.min...Int.max
            ? "a whole number"
            : "a whole number from \(range.lowerBound)" + (range.upperBound == Int.max ? "" : " to \(range.upperBound)")
        return value(name, words) { node in node.json.intValue.flatMap { range.contains($0) ? $0 : nil } }
    }

    public mutating func number(_ name: String) -> Double? { value(name, "a number", \.json.doubleValue) }
    public mutating func flag(_ name: String) -> Bool? { value(name, "true or false", \.json.boolValue) }
    public mutating func items(_ name: String) -> [LocatedNode]? { value(name, "a list", \.items) }

    /// One of some words.
    public mutating func word(_ name: String, among words: [String]) -> String? {
        guard let node = optional(name) else { return nil }
        if let text = node.text, words.contains(text) { return text }
        let seen = node.text.map { "'\($0)'" } ?? node.json.kindName
        report(
            at: node.place, "\(name) cannot be \(seen)", expected: "one of " + words.joined(separator: ", "),
            fix: node.text.flatMap { nearestWord(to: $0, among: words) }.map { "did you mean '\($0)'?" })
        return nil
    }

    private mutating func value<Value>(_ name: String, _ expected: String, _ read: (LocatedNode) -> Value?) -> Value? {
        guard let node = optional(name) else { return nil }
        if let value = read(node) { return value }
        let seen = node.text.map { "'\($0)'" } ?? "a \(node.json.kindName)"
        report(at: node.place, "\(name) cannot be \(seen)", expected: expected)
        return nil
    }

    /// Reports the keys that were not asked for, and hands over all problems.
    ///
    /// - Parameter advice: The fix for an unknown key that is no misspelling.
    public mutating func finish(advice: String? = nil) -> [Diagnostic] {
        for member in members where !known.contains(where: member.name.hasSameScalars) {
            report(
                at: member.place, "unknown key '\(member.name)'",
                expected: "one of " + known.sorted().joined(separator: ", "),
                fix: nearestWord(to: member.name, among: known).map { "did you mean '\($0)'?" } ?? advice)
        }
        return problems
    }
}
