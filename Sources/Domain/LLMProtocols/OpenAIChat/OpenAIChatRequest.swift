public import Documents

/// A view on the body of a chat completions request; fields that nothing here depends on are not looked at.
public struct OpenAIChatRequest: Sendable {
    public struct Message: Sendable, Equatable {
        public enum Role: String, Sendable, CaseIterable {
            case system, developer, user, assistant, tool, function
        }

        public var role: Role
        public var name: String?
        /// Text parts are joined; nil when there is no text, as beside tool calls.
        public var text: String?

        public init(role: Role, name: String? = nil, text: String?) {
            self.role = role
            self.name = name
            self.text = text
        }
    }

    public let json: JSONValue
    public let model: String
    public let messages: [Message]
    public let isStream: Bool
    /// `stream_options.include_usage`: one more chunk, with the usage.
    public let includesUsage: Bool
    /// Answers asked for, from 1 to 128.
    public let choiceCount: Int

    /// - Parameter pathModel: The model that the path names; used when the body names none.
    /// - Throws: `OpenAIError`, as the service would refuse the body.
    public init(body: [UInt8], pathModel: String? = nil) throws(OpenAIError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body)
        } catch {
            throw OpenAIError(
                status: 400, message: "We could not parse the JSON body of your request: \(error).")
        }
        guard let object = json.objectValue else {
            throw OpenAIError(status: 400, message: "The body of your request must be a JSON object.")
        }
        self.json = json
        let bodyModel = try Self.value(object, "model", "a string", \.stringValue)
        guard let model = bodyModel ?? pathModel else { throw .missing("model") }
        self.model = model
        isStream = try Self.value(object, "stream", "a boolean", \.boolValue) ?? false
        let options = try Self.value(object, "stream_options", "an object", \.objectValue) ?? JSONObject()
        includesUsage =
            try Self.value(options, "include_usage", "a boolean", prefix: "stream_options.", \.boolValue) ?? false
        choiceCount = try Self.value(object, "n", "an integer", \.intValue) ?? 1
        guard (1...128).contains(choiceCount) else {
            throw OpenAIError(
                status: 400, message: "Invalid 'n': expected an integer from 1 to 128, but got \(choiceCount) instead.",
                param: "n", code: "invalid_value")
        }
        guard let list = try Self.value(object, "messages", "an array of objects", \.arrayValue) else {
            throw .missing("messages")
        }
        guard !list.isEmpty else {
            throw OpenAIError(
                status: 400, message: "Invalid 'messages': empty array. Expected an array with minimum length 1.",
                param: "messages", code: "empty_array")
        }
        var messages: [Message] = []
        for (index, item) in list.enumerated() { messages.append(try Self.message(item, param: "messages[\(index)]")) }
        self.messages = messages
    }

    /// Of the last message; empty when it has no text.
    public var lastText: String { messages.last?.text ?? "" }

    /// Of the system and developer messages, joined by line feeds; nil when there are none.
    public var systemText: String? {
        let texts = messages.filter { $0.role == .system || $0.role == .developer }.map { $0.text ?? "" }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    /// JSON's `null` for a field means that it is absent, as the service has it.
    private static func value<Value>(
        _ object: JSONObject, _ name: String, _ expected: String, prefix: String = "", _ read: (JSONValue) -> Value?
    ) throws(OpenAIError) -> Value? {
        guard let json = object[name], !json.isNull else { return nil }
        guard let value = read(json) else { throw .wrongType(json, of: prefix + name, expected: expected) }
        return value
    }

    private static func message(_ json: JSONValue, param: String) throws(OpenAIError) -> Message {
        guard let object = json.objectValue else { throw .wrongType(json, of: param, expected: "an object") }
        guard let word = try value(object, "role", "a string", prefix: param + ".", \.stringValue) else {
            throw .missing(param + ".role")
        }
        guard let role = Message.Role(rawValue: word) else {
            let accepted = Message.Role.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw OpenAIError(
                status: 400, message: "Invalid value: '\(word)'. Supported values are: \(accepted).",
                param: param + ".role",
                code: "invalid_value")
        }
        let name = try value(object, "name", "a string", prefix: param + ".", \.stringValue)
        return Message(role: role, name: name, text: try text(of: object["content"], param: param + ".content"))
    }

    private static func text(of content: JSONValue?, param: String) throws(OpenAIError) -> String? {
        switch content {
        case nil, .null: return nil
        case .string(let text): return text
        case .array(let parts):
            var texts: [String] = []
            for (index, part) in parts.enumerated() {
                let place = "\(param)[\(index)]"
                guard let object = part.objectValue else { throw .wrongType(part, of: place, expected: "an object") }
                // Parts are text, refusal, image_url, input_audio, file: the first two have text.
                for name in ["text", "refusal"] {
                    if let text = try value(object, name, "a string", prefix: place + ".", \.stringValue) {
                        texts.append(text)
                    }
                }
            }
            return texts.isEmpty ? nil : texts.joined()
        case let other?: throw .wrongType(other, of: param, expected: "a string or an array of objects")
        }
    }
}
