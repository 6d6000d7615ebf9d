import Documents

/// Gemini's own form of a schema, a part of OpenAPI 3.0's, as a JSON Schema.
enum GeminiSchema {
    /// `type` in lower case, `nullable` as a further type, whole numbers that are written as text as numbers, and names
    /// in camel case; what JSON Schema does not know is kept.
    static func jsonSchema(_ schema: JSONValue) -> JSONValue {
        guard let object = schema.objectValue else { return schema }
        var out = JSONObject()
        for member in object.members {
            let name = GeminiFields.camelCase(member.name)
            switch name {
            case "nullable": break
            case "type": out[name] = type(member.value, isNullable: isNullable(object))
            case "properties", "defs", "$defs":
                // The names in here are the schema's author's.
                out[name] = members(member.value)
            case "items", "additionalProperties": out[name] = jsonSchema(member.value)
            case "anyOf", "oneOf", "allOf", "prefixItems":
                out[name] = member.value.arrayValue.map { .array($0.map(jsonSchema)) } ?? member.value
            case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
                out[name] = member.value.stringValue.flatMap { Int($0) }.map(JSONValue.number) ?? member.value
            default: out[name] = member.value
            }
        }
        return .object(out)
    }

    private static func members(_ json: JSONValue) -> JSONValue {
        guard let object = json.objectValue else { return json }
        return .object(JSONObject(object.members.map { ($0.name, jsonSchema($0.value)) }))
    }

    private static func isNullable(_ object: JSONObject) -> Bool { object["nullable"]?.boolValue == true }

    private static func type(_ json: JSONValue, isNullable: Bool) -> JSONValue {
        guard let name = json.stringValue else { return json }
        let type = JSONValue.string(name.lowercased())
        return isNullable ? [type, "null"] : type
    }
}
