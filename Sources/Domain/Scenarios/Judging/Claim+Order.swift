import TextConditions

extension Expectation.Order {
    /// - Parameters:
    ///   - names: What came, in order.
    ///   - what: `speakers`, `tools`.
    func observe(_ names: [(turn: Int, name: String)], what: String) -> Observation {
        let seen = names.isEmpty ? "no \(what)" : "the \(what) were " + Self.line(names.map(\.name))
        switch self {
        case .exactly(let wanted):
            let same = zip(wanted, names).prefix { $0 == $1.name }.count
            let holds = same == wanted.count && same == names.count
            return Observation(holds: holds, turn: (names.dropFirst(same).first ?? names.last)?.turn, seen: seen)
        case .inOrder(let wanted):
            var left = wanted[...]
            var turn = names.last?.turn
            for name in names where name.name == left.first {
                left.removeFirst()
                turn = name.turn
            }
            let missing = left.first.map { "\(seen): no \(quoted($0)) in its place" }
            return Observation(holds: left.isEmpty, turn: turn, seen: missing ?? seen)
        case .only(let allowed):
            let other = names.first { !allowed.contains($0.name) }
            return Observation(
                holds: other == nil, turn: (other ?? names.last)?.turn,
                seen: other.map { "\(quoted($0.name)) is among the \(what)" } ?? seen)
        }
    }

    /// Names in their order, a long list cut.
    private static func line(_ names: [String], limit: Int = 12) -> String {
        names.prefix(limit).joined(separator: ", ")
            + (names.count > limit ? " and \(names.count - limit) more" : "")
    }
}
