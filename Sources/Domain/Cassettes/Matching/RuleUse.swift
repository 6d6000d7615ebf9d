public import Documents

/// How often one match rule of a cassette's header found something in what is recorded.
public struct RuleUse: Sendable, Equatable {
    public enum Kind: String, Sendable { case ignore, mask, alias }

    public let kind: Kind
    /// The rule as it was written: `$.metadata.run_id`, `uuid in $.messages[*].content`.
    public let rule: String
    /// Where the rule stands in the cassette's file.
    public let place: Place
    /// Places left out, or texts replaced; 0 for a rule that does nothing here.
    public let count: Int
}

extension Cassette {
    /// What each match rule of the header is good for, in the order of the header.
    ///
    /// Reads every recording; those that are broken count for nothing, `check` tells of them.
    public func ruleUses() -> [RuleUse] {
        let rules = header.rules
        guard !rules.isEmpty else { return [] }
        var counts = Array(repeating: 0, count: rules.ignore.count + rules.mask.count + rules.alias.count)
        for position in index.indices {
            guard let interaction = try? interaction(at: position) else { continue }
            let uses = rules.uses(
                in: interaction.keyedBody, service: interaction.service, operation: interaction.operation)
            for (number, use) in uses.enumerated() { counts[number] += use }
        }
        func named(_ path: JSONPath?, _ pattern: MatchPattern) -> String {
            "\(pattern)" + (path.map { " in \($0)" } ?? "")
        }
        let names =
            rules.ignore.map { (RuleUse.Kind.ignore, $0.description) }
            + rules.mask.map { (.mask, named($0.path, $0.pattern)) }
            + rules.alias.map { (.alias, named($0.path, $0.pattern)) }
        let places = rulePlaces
        return names.enumerated().map { number, name in
            RuleUse(
                kind: name.0, rule: name.1, place: places.indices.contains(number) ? places[number] : .start,
                count: counts[number])
        }
    }

    /// Where the header's rules stand, in their order.
    private var rulePlaces: [Place] {
        let bytes = Array(wholeBytes)
        guard let document = DocumentScan(bytes).documents.first,
            let node = try? document.read(from: bytes, file: file, { node in node["match"] })
        else { return [] }
        return [RuleUse.Kind.ignore, .mask, .alias].flatMap { kind in (node[kind.rawValue]?.items ?? []).map(\.place) }
    }
}
