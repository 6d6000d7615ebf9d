import Cassettes
public import Documents
import HTTPMessages

extension Journal.Entry {
    /// The entry with all its members, those that are not known as null.
    public var json: JSONValue {
        let text = { (value: String?) in value.map(JSONValue.string) ?? .null }
        return [
            "method": .string(method), "path": .string(path), "query": text(query),
            "service": .string(service.rawValue),
            "status": status.map { .number($0) } ?? .null, "outcome": text(outcome?.rawValue), "key": text(key),
            "turn": .number(turn),
        ]
    }
}
