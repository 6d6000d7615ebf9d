import Documents
import HTTPMessages

/// What an answer is made of, apart from what it says: its shape; and what it says, by place.
///
/// A stream counts as what its events add up to, so that cutting the same text into other pieces changes nothing.
struct AnswerFacts: Equatable {
    /// Place → what may stand there: kinds of values, and words that programs act upon (`stop`, a function's name).
    private(set) var shape: [String: Set<String>] = [:]
    /// Place → texts, joined where a stream says more than one.
    private(set) var texts: [String: String] = [:]

    /// Members whose text is a word of the protocol, not of the model.
    private static let words: Set<String> = [
        "type", "object", "role", "name", "status", "code", "reason", "finish_reason", "stop_reason", "finishReason",
        "blockReason",
    ]
    /// Members of which only the kind is looked at: what is in them follows the wording.
    private static let opaque: Set<String> = ["logprobs", "embedding", "values"]
    /// What a model hands to a function: its members are wording, as they are where they come as text.
    private static let handed: Set<String> = ["input", "args"]

    /// - Parameters:
    ///   - values: Without what differs every time.
    ///   - isStream: Values are pieces of one; events that say what they are count by that.
    init(_ values: [JSONValue], isStream: Bool) {
        for value in values {
            let kind = isStream ? value["type"]?.stringValue : nil
            if kind == "ping" { continue }
            let block = value["index"]?.intValue.map { "[\($0)]" } ?? ""
            add(value, at: kind.map { "\($0)\(block): $" } ?? "$", member: "", isStream)
        }
    }

    private mutating func add(_ value: JSONValue, at place: String, member: String, _ isStream: Bool) {
        switch value {
        case .null: note("null", at: place)
        case .bool(let value): note("\(value)", at: place)
        case .number: note("number", at: place)
        case .string(let text) where AnswerFacts.words.contains(member): note("'\(text)'", at: place)
        case .string(let text):
            note("text", at: place)
            texts[place, default: ""] += text
        case _ where AnswerFacts.opaque.contains(member): note(value.kindName, at: place)
        case .object where AnswerFacts.handed.contains(member):
            note(value.kindName, at: place)
            texts[place, default: ""] += String(decoding: CanonicalJSON.bytes(of: value) ?? [], as: UTF8.self)
        case .array(let items):
            if items.isEmpty, !isStream { note("empty list", at: place) }
            for (position, item) in items.enumerated() {
                add(item, at: "\(place)[\(item["index"]?.intValue ?? position)]", member: "", isStream)
            }
        case .object(let object):
            if object.isEmpty, !isStream { note("empty mapping", at: place) }
            for member in object.members {
                add(member.value, at: "\(place).\(member.name)", member: member.name, isStream)
            }
        }
    }

    private mutating func note(_ fact: String, at place: String) { shape[place, default: []].insert(fact) }
}
