import Documents

/// A view on an object of a request that reads its members, or refuses them in the service's words.
///
/// JSON's `null` for a member means that it is absent.
struct AnthropicFields {
    let object: JSONObject
    /// Where the object stands: `messages.0.content.1`; empty for the body.
    let place: String

    /// What a member must be, and the words for it.
    struct Kind<Value> {
        let words: String
        let read: (JSONValue) -> Value?
    }

    init(_ object: JSONObject, at place: String = "") {
        self.object = object
        self.place = place
    }

    init(_ json: JSONValue, at place: String) throws(AnthropicError) {
        guard let object = json.objectValue else { throw .invalid(place, "Input should be a valid dictionary") }
        self.init(object, at: place)
    }

    func optional<Value>(_ name: String, _ kind: Kind<Value>) throws(AnthropicError) -> Value? {
        guard let json = object[name], !json.isNull else { return nil }
        guard let value = kind.read(json) else { throw .invalid(path(name), "Input should be \(kind.words)") }
        return value
    }

    func required<Value>(_ name: String, _ kind: Kind<Value>) throws(AnthropicError) -> Value {
        guard let value = try optional(name, kind) else { throw .invalid(path(name), "Field required") }
        return value
    }

    /// The object of a member; nil when it is absent.
    func fields(_ name: String) throws(AnthropicError) -> AnthropicFields? {
        try optional(name, .object).map { AnthropicFields($0, at: path(name)) }
    }

    /// The objects of a list, empty when it is absent.
    func list(_ name: String) throws(AnthropicError) -> [AnthropicFields] {
        var items: [AnthropicFields] = []
        for (index, json) in (try optional(name, .list) ?? []).enumerated() {
            items.append(try AnthropicFields(json, at: "\(path(name)).\(index)"))
        }
        return items
    }

    func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
}

extension AnthropicFields.Kind where Value == String {
    static var string: Self { Self(words: "a valid string", read: \.stringValue) }
}

extension AnthropicFields.Kind where Value == Int {
    static var integer: Self { Self(words: "a valid integer", read: \.intValue) }
}

extension AnthropicFields.Kind where Value == Bool {
    static var boolean: Self { Self(words: "a valid boolean", read: \.boolValue) }
}

extension AnthropicFields.Kind where Value == [JSONValue] {
    static var list: Self { Self(words: "a valid list", read: \.arrayValue) }
}

extension AnthropicFields.Kind where Value == JSONObject {
    static var object: Self { Self(words: "a valid dictionary", read: \.objectValue) }
}

extension AnthropicFields.Kind where Value == JSONValue {
    static var any: Self { Self(words: "there", read: { $0 }) }
}

extension AnthropicError {
    static func invalid(_ place: String, _ message: String) -> AnthropicError {
        AnthropicError(status: 400, message: place.isEmpty ? message : "\(place): \(message)")
    }

    /// The members of a body.
    static func fields(of body: [UInt8]) throws(AnthropicError) -> (json: JSONValue, fields: AnthropicFields) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body)
        } catch {
            throw .invalid("", "The request body is not valid JSON: \(error)")
        }
        return (json, try AnthropicFields(json, at: ""))
    }
}
