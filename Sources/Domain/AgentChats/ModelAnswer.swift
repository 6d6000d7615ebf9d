public import Documents

/// What a language model said: the `message` of a chat completion's first choice.
public struct ModelAnswer: Sendable, Equatable {
    public var message: JSONObject

    public init(message: JSONObject) { self.message = message }

    public static func == (a: ModelAnswer, b: ModelAnswer) -> Bool { JSONValue.object(a.message) == .object(b.message) }

    public var text: String? { message["content"]?.stringValue }

    /// The message to send on; nil when the model said nothing at all.
    ///
    /// An answer with `tool_calls` (even an empty list) or `function_call` is kept whole, its names made acceptable;
    /// of any other only the text counts.
    ///
    /// - Throws: What Python says to a call that has no function or no name.
    public func reply() throws(ChatError) -> Message? {
        let call = message["function_call"].flatMap { $0.isNull ? Optional.none : $0 }
        let calls = message["tool_calls"].flatMap { $0.isNull ? Optional.none : $0 }
        guard call != nil || calls != nil else { return text.map(Message.init(text:)) }
        var whole = ModelAnswer.object(
            message,
            [
                "content", "refusal", "role", "annotations", "audio", "function_call", "tool_calls",
            ])
        if let call { whole["function_call"] = try ModelAnswer.normalizingName(of: call) }
        if let calls = calls?.arrayValue {
            var normalized: [JSONValue] = []
            for call in calls { normalized.append(try ModelAnswer.normalizing(call)) }
            whole["tool_calls"] = .array(normalized)
        }
        return Message(whole)
    }

    /// As the SDK's object has it: what the service left out is null, what it added comes last.
    private static func object(_ fields: JSONObject, _ names: [String]) -> JSONObject {
        var object = JSONObject(names.map { ($0, fields[$0] ?? .null) })
        for member in fields.members { object[member.name] = member.value }
        return object
    }

    private static func normalizing(_ call: JSONValue) throws(ChatError) -> JSONValue {
        guard let given = call.objectValue else { throw notSubscriptable(call) }
        // The SDK knows two kinds of calls, and takes every other for the first.
        let isCustom = given["type"]?.stringValue == "custom"
        var fields = object(given, isCustom ? ["id", "custom", "type"] : ["id", "function", "type"])
        guard let function = fields["function"] else { throw ChatError("KeyError", "'function'") }
        fields["function"] = try normalizingName(of: function, isKnown: !isCustom)
        for name in ["id", "type"] where fields[name]?.isNull ?? false { fields[name] = nil }
        return .object(fields)
    }

    /// - Parameter isKnown: Whether the SDK has a class for it.
    private static func normalizingName(of function: JSONValue, isKnown: Bool = true) throws(ChatError) -> JSONValue {
        guard let given = function.objectValue else { throw notSubscriptable(function) }
        var fields = isKnown ? object(given, ["arguments", "name"]) : given
        guard let name = fields["name"] else { throw ChatError("KeyError", "'name'") }
        guard let text = name.stringValue else {
            throw ChatError(
                "TypeError", "expected string or bytes-like object, got '\(PythonText.typeName(of: name))'")
        }
        fields["name"] = .string(normalized(name: text))
        return .object(fields)
    }

    /// What Python says to `value["name"]` when the value is no dictionary.
    private static func notSubscriptable(_ value: JSONValue) -> ChatError {
        switch value {
        case .string: ChatError("TypeError", "string indices must be integers, not 'str'")
        case .array: ChatError("TypeError", "list indices must be integers or slices, not str")
        default: ChatError("TypeError", "'\(PythonText.typeName(of: value))' object is not subscriptable")
        }
    }

    /// A function's name with `_` for every character that services refuse, at most 64 characters.
    static func normalized(name: String) -> String {
        let scalars = name.unicodeScalars.prefix(64).map { scalar -> Unicode.Scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
            default: "_"
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
