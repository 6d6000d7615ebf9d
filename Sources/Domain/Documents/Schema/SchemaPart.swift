/// Builds JSON Schemas (draft 2020-12) of our own formats, for editors.
public enum SchemaPart {
    /// A mapping with these keys and no others.
    public static func mapping(
        _ properties: [(String, JSONValue)], required: [String] = [], about: String? = nil
    ) -> JSONValue {
        var object = JSONObject([("type", "object")])
        if let about { object["description"] = .string(about) }
        object["properties"] = .object(JSONObject(properties))
        if !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
        object["additionalProperties"] = false
        return .object(object)
    }

    /// A mapping from any name to values of one kind.
    public static func mapping(of values: JSONValue, about: String? = nil) -> JSONValue {
        described(["type": "object", "additionalProperties": values], about)
    }

    public static func list(of items: JSONValue, atLeast count: Int = 0, about: String? = nil) -> JSONValue {
        var object = JSONObject([("type", "array"), ("items", items)])
        if count > 0 { object["minItems"] = .number(count) }
        return described(.object(object), about)
    }

    /// Text; numbers and words without quotes are taken for text, too, where a file has them.
    public static func text(_ about: String? = nil) -> JSONValue {
        described(["type": ["string", "number", "boolean"]], about)
    }

    public static func words(_ words: [String], about: String? = nil) -> JSONValue {
        described(["enum": .array(words.map { .string($0) })], about).orParameter
    }

    public static func integer(from least: Int? = nil, to most: Int? = nil, about: String? = nil) -> JSONValue {
        var object = JSONObject([("type", "integer")])
        if let least { object["minimum"] = .number(least) }
        if let most { object["maximum"] = .number(most) }
        return described(.object(object), about).orParameter
    }

    public static func number(from least: Int? = nil, above limit: Int? = nil, about: String? = nil) -> JSONValue {
        var object = JSONObject([("type", "number")])
        if let least { object["minimum"] = .number(least) }
        if let limit { object["exclusiveMinimum"] = .number(limit) }
        return described(.object(object), about).orParameter
    }

    public static func flag(_ about: String? = nil) -> JSONValue { described(["type": "boolean"], about).orParameter }

    /// Any value.
    public static func anything(_ about: String? = nil) -> JSONValue { described([:], about) }

    public static func any(of parts: JSONValue..., about: String? = nil) -> JSONValue {
        described(["anyOf": .array(parts)], about)
    }

    /// A definition by its name.
    public static func definition(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }

    private static func described(_ schema: JSONValue, _ about: String?) -> JSONValue {
        guard let about, case .object(var object) = schema else { return schema }
        object["description"] = .string(about)
        return .object(object)
    }
}

extension JSONValue {
    /// The same, or a parameter of a matrix in its place.
    fileprivate var orParameter: JSONValue {
        ["anyOf": [self, ["type": "string", "pattern": "\\$\\{[A-Za-z0-9_-]+\\}"]]]
    }
}
