public import Documents

extension MappingReader {
    /// The words for conditions of a text, of which a mapping has one.
    public static let textConditions = ["equals", "contains", "matches"]

    /// The one condition among the mapping's keys; nil, and an error, when there is none or more.
    public mutating func textCondition(what: String) -> TextCondition? {
        exactlyOne(of: MappingReader.textConditions, what: what).flatMap { textCondition(named: $0) }
    }

    /// The condition of this name, which is there.
    public mutating func textCondition(named name: String) -> TextCondition? {
        switch name {
        case "equals": return words("equals", mayBeEmpty: true).map { .equals($0) }
        case "contains": return words("contains").map { .contains($0) }
        case "matches":
            guard let source = words("matches"), let node = optional("matches") else { return nil }
            do {
                return .matches(try Pattern(source))
            } catch {
                report(
                    at: node.place, "\(quoted(source)) is not a regular expression: \(error)",
                    expected: "a regular expression of Swift's dialect")
                return nil
            }
        default: return nil
        }
    }
}
