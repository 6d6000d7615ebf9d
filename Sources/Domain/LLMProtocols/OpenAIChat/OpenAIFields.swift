import Documents

/// The members of an object in a request's body, read as OpenAI's services read them: JSON's `null` is absent.
struct OpenAIFields: Sendable {
    let object: JSONObject
    /// Where the object is in the body, with the dot that goes before a member's name: `messages[0].`.
    let prefix: String

    /// The whole body.
    ///
    /// - Throws: `OpenAIError` for what is no JSON object.
    init(body: [UInt8]) throws(OpenAIError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body)
        } catch {
            throw OpenAIError(status: 400, message: "We could not parse the JSON body of your request: \(error).")
        }
        guard let object = json.objectValue else {
            throw OpenAIError(status: 400, message: "The body of your request must be a JSON object.")
        }
        self.object = object
        prefix = ""
    }

    /// An object below the body.
    init(_ json: JSONValue, at param: String) throws(OpenAIError) {
        guard let object = json.objectValue else { throw .wrongType(json, of: param, expected: "an object") }
        self.object = object
        prefix = param + "."
    }

    /// The value of a member; nil when it is absent or `null`.
    subscript(name: String) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    func param(_ name: String) -> String { prefix + name }

    func string(_ name: String) throws(OpenAIError) -> String? { try value(name, "a string", \.stringValue) }
    func bool(_ name: String) throws(OpenAIError) -> Bool? { try value(name, "a boolean", \.boolValue) }
    func int(_ name: String) throws(OpenAIError) -> Int? { try value(name, "an integer", \.intValue) }
    func array(_ name: String, of items: String = "objects") throws(OpenAIError) -> [JSONValue]? {
        try value(name, "an array of \(items)", \.arrayValue)
    }

    func fields(_ name: String) throws(OpenAIError) -> OpenAIFields? {
        guard let json = self[name] else { return nil }
        return try OpenAIFields(json, at: param(name))
    }

    func requiredString(_ name: String) throws(OpenAIError) -> String {
        guard let text = try string(name) else { throw .missing(param(name)) }
        return text
    }

    func requiredFields(_ name: String) throws(OpenAIError) -> OpenAIFields {
        guard let fields = try fields(name) else { throw .missing(param(name)) }
        return fields
    }

    /// The members of a list of objects; none when it is absent.
    func list(_ name: String) throws(OpenAIError) -> [OpenAIFields] {
        var items: [OpenAIFields] = []
        for (index, item) in (try array(name) ?? []).enumerated() {
            items.append(try OpenAIFields(item, at: "\(param(name))[\(index)]"))
        }
        return items
    }

    /// A text, or the texts and refusals of its parts, joined; nil when there are none.
    ///
    /// - Parameter partTypes: What a part's `type` may be; nil for anything.
    func text(_ name: String, partTypes: [String]? = nil) throws(OpenAIError) -> String? {
        switch self[name] {
        case nil: return nil
        case .string(let text): return text
        case .array:
            var texts: [String] = []
            for part in try list(name) {
                if let type = try part.string("type"), let partTypes, !partTypes.contains(type) {
                    throw .unknownValue(type, of: part.param("type"), accepted: partTypes)
                }
                for name in ["text", "refusal"] {
                    if let text = try part.string(name) { texts.append(text) }
                }
            }
            return texts.isEmpty ? nil : texts.joined()
        case let other?: throw .wrongType(other, of: param(name), expected: "a string or an array of objects")
        }
    }

    /// A number of a range.
    func int(_ name: String, in range: ClosedRange<Int>) throws(OpenAIError) -> Int? {
        guard let value = try int(name) else { return nil }
        guard range.contains(value) else {
            throw OpenAIError(
                status: 400,
                message: "Invalid '\(param(name))': expected an integer from \(range.lowerBound) to "
                    + "\(range.upperBound), but got \(value) instead.",
                param: param(name), code: "invalid_value")
        }
        return value
    }

    private func value<Value>(
        _ name: String, _ expected: String, _ read: (JSONValue) -> Value?
    ) throws(OpenAIError) -> Value? {
        guard let json = self[name] else { return nil }
        guard let value = read(json) else { throw .wrongType(json, of: param(name), expected: expected) }
        return value
    }
}
