public import Documents

/// A function that a model may ask for, as a caller's requests offer it.
public struct Tool: Sendable, Equatable {
    public var name: String
    public var description: String
    /// In the order of the function's signature.
    public var parameters: [Parameter]

    public init(name: String, description: String, parameters: [Parameter] = []) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    /// An element of a request's `tools`, members in AutoGen's order.
    public var schema: JSONValue {
        let properties = JSONObject(parameters.map { ($0.name, $0.schema) })
        return [
            "type": "function",
            "function": [
                "description": .string(description), "name": .string(name),
                "parameters": [
                    "type": "object", "properties": .object(properties),
                    "required": .array(parameters.filter { $0.defaultValue == nil }.map { .string($0.name) }),
                ],
            ],
        ]
    }

    /// The function's arguments for what a model gave, defaults filled in.
    ///
    /// - Throws: What Python says to a call that does not fit; nothing is said about types, as Python checks none.
    func arguments(for given: JSONObject) throws(ChatError) -> JSONObject {
        if let extra = given.members.first(where: { member in !parameters.contains { $0.name == member.name } }) {
            throw ChatError("TypeError", "\(name)() got an unexpected keyword argument '\(extra.name)'")
        }
        var arguments = JSONObject()
        var missing: [String] = []
        for parameter in parameters {
            if let value = given[parameter.name] ?? parameter.defaultValue {
                arguments[parameter.name] = value
            } else {
                missing.append("'\(parameter.name)'")
            }
        }
        guard let last = missing.last else { return arguments }
        let list =
            switch missing.count {
            case 1: last
            case 2: "\(missing[0]) and \(last)"
            default: missing.dropLast().joined(separator: ", ") + ", and \(last)"
            }
        throw ChatError(
            "TypeError",
            "\(name)() missing \(missing.count) required positional argument\(missing.count == 1 ? "" : "s"): \(list)")
    }
}

extension Tool {
    /// One parameter of a function.
    public struct Parameter: Sendable, Equatable {
        public var name: String
        public var type: ParameterType
        /// Nil for a parameter that is not annotated: its name stands for it.
        public var description: String?
        /// Nil for a parameter that must be given.
        public var defaultValue: JSONValue?

        public init(_ name: String, _ type: ParameterType, description: String? = nil, defaultValue: JSONValue? = nil) {
            self.name = name
            self.type = type
            self.description = description
            self.defaultValue = defaultValue
        }

        var schema: JSONValue {
            var schema = type.schema
            schema["default"] = defaultValue
            schema["description"] = .string(description ?? name)
            return .object(schema)
        }
    }
}
