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
    public var reply: Message? {
        let call = message["function_call"].flatMap { $0.isNull ? nil : $0 }
        let calls = message["tool_calls"].flatMap { $0.isNull ? nil : $0 }
        guard call != nil || calls != nil else { return text.map(Message.init(text:)) }
        // As the SDK's object has it: what the service left out is null, what it added comes last.
        var whole = JSONObject(ModelAnswer.memberNames.map { ($0, message[$0] ?? .null) })
        for member in message.members { whole[member.name] = member.value }
        if let call { whole["function_call"] = ModelAnswer.normalizingName(of: call) }
        if let calls = calls?.arrayValue { whole["tool_calls"] = .array(calls.map(ModelAnswer.normalizing)) }
        return Message(whole)
    }

    private static let memberNames = [
        "content", "refusal", "role", "annotations", "audio", "function_call", "tool_calls",
    ]

    private static func normalizing(_ call: JSONValue) -> JSONValue {
        guard var fields = call.objectValue else { return call }
        if let function = fields["function"] { fields["function"] = normalizingName(of: function) }
        for name in ["id", "type"] where fields[name]?.isNull ?? false { fields[name] = nil }
        return .object(fields)
    }

    private static func normalizingName(of function: JSONValue) -> JSONValue {
        guard var fields = function.objectValue, let name = fields["name"]?.stringValue else { return function }
        fields["name"] = .string(normalized(name: name))
        return .object(fields)
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
