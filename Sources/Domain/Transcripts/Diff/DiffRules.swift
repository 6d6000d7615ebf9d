public import Cassettes
import Documents

/// What does not count when two transcripts are compared.
public struct DiffRules: Sendable, Equatable {
    /// As a cassette's: a mask's path is a place in an entry as transcript files have it, `$.stdout` or
    /// `$.tool_calls[0].arguments.city`.
    public var masks: [MatchRules.Mask]
    /// Numbers in a tool call's arguments are the same when they are this close, as a part of the larger one.
    ///
    /// Nil is 1e-9, and two whole numbers have to be equal: they count things or name them.
    public var tolerance: Double?

    public init(masks: [MatchRules.Mask] = [], tolerance: Double? = nil) {
        self.masks = masks
        self.tolerance = tolerance
    }
}

extension DiffRules {
    /// Whether two numbers of a tool call's arguments count as the same.
    func areSame(_ a: JSONNumber, _ b: JSONNumber) -> Bool {
        if a == b { return true }
        if tolerance == nil, a.isSpelledWhole, b.isSpelledWhole { return false }
        let tolerance = tolerance ?? 1e-9
        // Where `Double` has no such value, or no such step, nothing is known of how far the two are apart.
        guard let a = a.doubleValue, let b = b.doubleValue, a.isNormal, b.isNormal, tolerance >= Double.ulpOfOne else {
            return false
        }
        return abs(a - b) <= tolerance * max(abs(a), abs(b))
    }
}

extension JSONNumber {
    /// Without fraction and exponent, or as canonical form has such a number: a baseline keeps `1700000000` as `17e8`.
    fileprivate var isSpelledWhole: Bool {
        if !spelling.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) { return true }
        return spelling == canonical && !spelling.utf8.contains { $0 == UInt8(ascii: ".") } && !spelling.contains("e-")
    }
}

/// Texts without what varies by chance; they are looked at, never shown.
struct Normaliser {
    let rules: DiffRules

    /// What was said or printed: line ends as line feeds, no escape sequences or spaces at line ends, no chance values.
    func said(_ text: String, at place: @autoclosure () -> JSONPointer) -> [UInt8] {
        ChanceValues.replaced(in: Words.normalised(masked(text, at: place)), .all)
    }

    /// Code: as what was said, but all its values are meant.
    func code(_ text: String, at place: @autoclosure () -> JSONPointer) -> [UInt8] {
        Words.normalised(masked(text, at: place))
    }

    /// A tool call's arguments: in canonical form if they have one.
    func arguments(_ text: String, of call: Int) -> [UInt8] {
        let raw = Array(text.utf8)
        guard !rules.masks.isEmpty, let tree = try? JSONValue(parsing: text) else {
            return ChanceValues.replaced(in: CanonicalJSON.bytes(of: raw) ?? raw, .uuids)
        }
        let masked = Array(masked(tree, at: JSONPointer.arguments(of: call)).text().utf8)
        return ChanceValues.replaced(in: CanonicalJSON.bytes(of: masked) ?? masked, .uuids)
    }

    /// One text of a tool call's arguments.
    func argument(_ text: String, at place: JSONPointer, of call: Int) -> [UInt8] {
        let whole = JSONPointer(JSONPointer.arguments(of: call).tokens + place.tokens)
        return ChanceValues.replaced(in: Array(masked(text, at: { whole }).utf8), .uuids)
    }

    /// Something that code showed, without its value: a text as what was printed, a figure byte by byte.
    ///
    /// - Parameter index: Which of its run's, counted from 0.
    func shown(_ shown: ShownOutput, at index: Int) -> ShownOutput {
        guard let value = shown.value else { return shown }
        let place = JSONPointer(["shown", String(index), "value"])
        if let text = value.stringValue {
            let safe = masked(text, at: { place })
            guard shown.kind != "png" else {
                return safe == text ? shown.withoutValue : shown.withoutValue(digesting: Array(safe.utf8))
            }
            return shown.withoutValue(digesting: ChanceValues.replaced(in: Words.normalised(safe), .all))
        }
        let bytes = Array(masked(value, at: place).text().utf8)
        return shown.withoutValue(digesting: ChanceValues.replaced(in: CanonicalJSON.bytes(of: bytes) ?? bytes, .all))
    }

    private func masked(_ text: String, at place: () -> JSONPointer) -> String {
        guard !rules.masks.isEmpty else { return text }
        let place = place()
        return rules.masks.reduce(text) { $1.applied(to: $0, at: place) }
    }

    private func masked(_ value: JSONValue, at place: JSONPointer) -> JSONValue {
        switch value {
        case .string(let text): .string(masked(text, at: { place }))
        case .object(let object):
            .object(
                JSONObject(object.members.map { ($0.name, masked($0.value, at: place.appending($0.name))) }))
        case .array(let items):
            .array(items.enumerated().map { masked($1, at: place.appending(String($0))) })
        case .null, .bool, .number: value
        }
    }
}

extension JSONPointer {
    static func arguments(of call: Int) -> JSONPointer { JSONPointer(["tool_calls", String(call), "arguments"]) }
}
