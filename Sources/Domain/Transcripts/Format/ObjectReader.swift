import Documents

/// Takes an object apart, member by member, and gathers what is wrong with it.
///
/// A member that is missing or of the wrong type is reported and read as empty, so that one pass finds everything.
struct ObjectReader {
    let place: JSONPointer
    var problems: [TranscriptFormatError.Problem] = []
    private let object: JSONObject
    private var known: Set<String> = []

    init(_ value: JSONValue, at place: JSONPointer) {
        self.place = place
        object = value.objectValue ?? JSONObject()
        if value.objectValue == nil {
            problems.append(.init(place: place, message: "\(value.kindName) where a mapping belongs", expected: nil))
            isBroken = true
        }
    }

    /// Not an object at all: its members are not reported as missing on top.
    private var isBroken = false

    mutating func report(_ name: String, _ message: String, expected: String? = nil) {
        guard !isBroken else { return }
        problems.append(.init(place: place.appending(name), message: message, expected: expected))
    }

    mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        return object[name]
    }

    mutating func text(_ name: String) -> String { required(name, "text", \.stringValue) ?? "" }
    mutating func int(_ name: String) -> Int? { required(name, "a whole number", \.intValue) }
    mutating func list(_ name: String) -> [JSONValue]? { required(name, "a list", \.arrayValue) }
    mutating func bool(_ name: String) -> Bool? { required(name, "true or false", \.boolValue) }
    mutating func optionalNumber(_ name: String) -> Double? { optional(name, "a number", \.doubleValue) }
    mutating func optionalText(_ name: String) -> String? { optional(name, "text", \.stringValue) }
    mutating func optionalInt(_ name: String) -> Int? { optional(name, "a whole number", \.intValue) }
    mutating func optionalList(_ name: String) -> [JSONValue]? { optional(name, "a list", \.arrayValue) }

    private mutating func required<T>(_ name: String, _ type: String, _ read: (JSONValue) -> T?) -> T? {
        if value(name) == nil { report(name, "'\(name)' is missing", expected: type) }
        return optional(name, type, read)
    }

    private mutating func optional<T>(_ name: String, _ type: String, _ read: (JSONValue) -> T?) -> T? {
        guard let value = value(name) else { return nil }
        if let result = read(value) { return result }
        report(name, "'\(name)' cannot be \(value.kindName)", expected: type)
        return nil
    }

    /// Gives up on finding unknown members.
    mutating func acceptAll() { known.formUnion(object.members.map(\.name)) }

    /// Reports the members that were not asked for, and hands over all problems.
    mutating func finish() -> [TranscriptFormatError.Problem] {
        for member in object.members where !known.contains(member.name) {
            report(
                member.name, "unknown member '\(member.name)'",
                expected: "one of " + known.sorted().joined(separator: ", "))
        }
        return problems
    }
}
