import Documents

/// A view on an object of a request that reads its members, or refuses them in the service's words.
///
/// Members are asked for in camel case and found in snake case, too; where an object has both, camel case counts.
/// JSON's `null` means that a member is absent, and a list of one may stand without its brackets, as the service has it.
struct GeminiFields {
    let object: JSONObject
    /// Where the object stands: `contents[0].parts[1]`; empty for the body.
    let place: String

    /// What a member must be, and the service's word for its type.
    struct Kind<Value> {
        let word: String
        let read: (JSONValue) -> Value?
    }

    init(_ object: JSONObject, at place: String = "") {
        self.object = object
        self.place = place
    }

    init(_ json: JSONValue, at place: String = "") throws(GeminiError) {
        guard let object = json.objectValue else { throw .invalidValue(json, at: place, "TYPE_MESSAGE") }
        self.init(object, at: place)
    }

    func value(_ name: String) -> JSONValue? {
        guard let value = object[name] ?? object[GeminiFields.snakeCase(name)], !value.isNull else { return nil }
        return value
    }

    func optional<Value>(_ name: String, _ kind: Kind<Value>) throws(GeminiError) -> Value? {
        guard let json = value(name) else { return nil }
        guard let value = kind.read(json) else { throw .invalidValue(json, at: path(name), kind.word) }
        return value
    }

    /// A text that must be there and not be empty.
    func name(_ name: String) throws(GeminiError) -> String {
        guard let text = try optional(name, .string), !text.isEmpty else {
            throw .refused(path(name), "Name cannot be empty.")
        }
        return text
    }

    /// The object of a member; nil when it is absent.
    func fields(_ name: String) throws(GeminiError) -> GeminiFields? {
        guard let json = value(name) else { return nil }
        return try GeminiFields(json, at: path(name))
    }

    /// The objects of a list, empty when it is absent.
    func list(_ name: String) throws(GeminiError) -> [GeminiFields] {
        switch value(name) {
        case nil: return []
        case .object(let object): return [GeminiFields(object, at: "\(path(name))[0]")]
        case .array(let items):
            var list: [GeminiFields] = []
            for (index, json) in items.enumerated() {
                list.append(try GeminiFields(json, at: "\(path(name))[\(index)]"))
            }
            return list
        case let other?: throw .invalidValue(other, at: path(name), "TYPE_MESSAGE")
        }
    }

    /// The service names members in snake case in its errors.
    func path(_ name: String) -> String {
        place.isEmpty ? GeminiFields.snakeCase(name) : "\(place).\(GeminiFields.snakeCase(name))"
    }

    static func snakeCase(_ name: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            if ("A"..."Z").contains(scalar) { out.append("_") }
            out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return String(out)
    }

    static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        guard words.count > 1, !name.hasPrefix("_") else { return name }
        return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension GeminiFields.Kind where Value == String {
    static var string: Self { Self(word: "TYPE_STRING", read: \.stringValue) }
}

extension GeminiFields.Kind where Value == Int {
    /// Protocol buffers' JSON writes whole numbers as text, too.
    static var integer: Self {
        Self(word: "TYPE_INT32", read: { $0.intValue ?? $0.stringValue.flatMap { Int($0) } })
    }
}

extension GeminiFields.Kind where Value == Bool {
    static var boolean: Self { Self(word: "TYPE_BOOL", read: \.boolValue) }
}

extension GeminiFields.Kind where Value == JSONObject {
    static var object: Self { Self(word: "TYPE_MESSAGE", read: \.objectValue) }
}

extension GeminiFields.Kind where Value == [String] {
    static var strings: Self {
        Self(
            word: "TYPE_STRING",
            read: { json in
                guard let items = json.arrayValue else { return nil }
                let texts = items.compactMap(\.stringValue)
                return texts.count == items.count ? texts : nil
            })
    }
}

extension GeminiError {
    static func invalidValue(_ value: JSONValue, at place: String, _ word: String) -> GeminiError {
        GeminiError(
            code: 400,
            message: "Invalid value at '\(place.isEmpty ? "request" : place)' (\(word)), \(value.text().prefix(200))")
    }

    /// - Parameter place: Of the field, without the request's type.
    static func refused(_ place: String, _ message: String, in type: String = "GenerateContentRequest") -> GeminiError {
        GeminiError(code: 400, message: "* \(type).\(place): \(message)\n")
    }

    static func json(of body: [UInt8]) throws(GeminiError) -> JSONValue {
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw GeminiError(code: 400, message: "Invalid JSON payload received. \(error)")
        }
    }
}
