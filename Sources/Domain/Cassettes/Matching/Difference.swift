public import Documents

/// One place at which two JSON values differ.
public struct Difference: Sendable, Equatable {
    public let place: JSONPointer
    /// Nil when the place is absent there.
    public let recorded: JSONValue?
    public let now: JSONValue?

    /// The places at which two values differ, outermost first, in document order.
    public static func between(recorded: JSONValue, now: JSONValue, at place: JSONPointer = JSONPointer())
        -> [Difference]
    {
        switch (recorded, now) {
        case (.object(let a), .object(let b)):
            let shared = a.members.flatMap { member -> [Difference] in
                let place = place.appending(member.name)
                guard let other = b[member.name] else {
                    return [Difference(place: place, recorded: member.value, now: nil)]
                }
                return between(recorded: member.value, now: other, at: place)
            }
            let added = b.members.filter { a[$0.name] == nil }
                .map { Difference(place: place.appending($0.name), recorded: nil, now: $0.value) }
            return shared + added
        case (.array(let a), .array(let b)):
            let shared = zip(a, b).enumerated()
                .flatMap { between(recorded: $1.0, now: $1.1, at: place.appending("\($0)")) }
            let removed = a.indices.dropFirst(b.count)
                .map { Difference(place: place.appending("\($0)"), recorded: a[$0], now: nil) }
            let added = b.indices.dropFirst(a.count)
                .map { Difference(place: place.appending("\($0)"), recorded: nil, now: b[$0]) }
            return shared + removed + added
        default:
            return recorded == now ? [] : [Difference(place: place, recorded: recorded, now: now)]
        }
    }
}
