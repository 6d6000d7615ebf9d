public import TextConditions

/// Which of the scenarios that a command line names are performed.
public struct ScenarioFilter: Sendable {
    /// A name must match all of these somewhere.
    public var patterns: [Pattern]
    /// And none of these.
    public var excludedPatterns: [Pattern]
    /// A scenario must have one of these tags; empty for any.
    public var tags: Set<String>
    /// And none of these.
    public var excludedTags: Set<String>
    /// Only scenarios of these names; nil for all.
    public var names: Set<String>?

    /// - Parameter tags: As on a command line: `!slow` excludes.
    public init(
        patterns: [Pattern] = [], excludedPatterns: [Pattern] = [], tags: [String] = [], names: Set<String>? = nil
    ) {
        self.patterns = patterns
        self.excludedPatterns = excludedPatterns
        self.tags = Set(tags.filter { !$0.hasPrefix("!") })
        excludedTags = Set(tags.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) })
        self.names = names
    }

    public func admits(name: String, tags own: [String]) -> Bool {
        patterns.allSatisfy { $0.firstRange(in: name) != nil }
            && !excludedPatterns.contains { $0.firstRange(in: name) != nil }
            && (tags.isEmpty || own.contains(where: tags.contains)) && !own.contains(where: excludedTags.contains)
            && names?.contains(name) ?? true
    }
}
