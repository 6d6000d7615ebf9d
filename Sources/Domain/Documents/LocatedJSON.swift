/// A JSON value as a located node, and the way back from its places to JSON paths.
///
/// So what reads files with lines and columns also reads JSON that came over a wire, where a path says more.
public struct LocatedJSON: Sendable {
    public let node: LocatedNode
    /// By the line of a place; a name and its value have one line for each.
    private var pointers: [JSONPointer] = []

    public init(_ value: JSONValue) {
        var pointers: [JSONPointer] = []
        node = LocatedJSON.node(value, at: JSONPointer(), &pointers)
        self.pointers = pointers
    }

    /// What a place of `node` points at; the whole value for a place that is none of its own.
    public func pointer(at place: Place?) -> JSONPointer {
        guard let place, pointers.indices.contains(place.line - 1) else { return JSONPointer() }
        return pointers[place.line - 1]
    }

    private static func node(_ value: JSONValue, at pointer: JSONPointer, _ pointers: inout [JSONPointer])
        -> LocatedNode
    {
        let place = next(pointer, &pointers)
        switch value {
        case .null: return LocatedNode(.scalar("null", isPlain: true), at: place)
        case .bool(let flag): return LocatedNode(.scalar(flag ? "true" : "false", isPlain: true), at: place)
        case .number(let number): return LocatedNode(.scalar(number.spelling, isPlain: true), at: place)
        case .string(let text): return LocatedNode(.scalar(text, isPlain: false), at: place)
        case .array(let items):
            let nodes = items.enumerated().map { node($1, at: pointer.appending("\($0)"), &pointers) }
            return LocatedNode(.sequence(nodes), at: place)
        case .object(let object):
            let members = object.members.map { member in
                let inside = pointer.appending(member.name)
                let place = next(inside, &pointers)
                return LocatedNode.Member(
                    name: member.name, place: place, value: node(member.value, at: inside, &pointers))
            }
            return LocatedNode(.mapping(members), at: place)
        }
    }

    private static func next(_ pointer: JSONPointer, _ pointers: inout [JSONPointer]) -> Place {
        pointers.append(pointer)
        return Place(line: pointers.count, column: 1)
    }
}
