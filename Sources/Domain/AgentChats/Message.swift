public import Documents

/// One message as AutoGen keeps and sends it: a JSON object whose members keep their order.
public struct Message: Sendable, Equatable {
    public var fields: JSONObject

    public init(_ fields: JSONObject) { self.fields = fields }

    /// A plain text message, `{"content": TEXT}`.
    public init(text: String) { self.init(JSONObject([("content", .string(text))])) }

    public static func == (a: Message, b: Message) -> Bool { a.json == b.json }

    public var json: JSONValue { .object(fields) }

    public var content: JSONValue? { fields["content"] }
    public var role: String? { fields["role"]?.stringValue }
    public var name: String? { fields["name"]?.stringValue }

    /// The elements of `tool_calls`; empty when there are none.
    public var toolCalls: [JSONValue] { fields["tool_calls"]?.arrayValue ?? [] }

    /// The content as text: null is empty, parts of a list are joined and images stand as `<image>`.
    public var text: String {
        switch content {
        case .string(let text): text
        case .array(let parts): parts.map(Message.text(ofPart:)).joined()
        default: ""
        }
    }

    private static func text(ofPart part: JSONValue) -> String {
        part["type"]?.stringValue == "text" ? part["text"]?.stringValue ?? "" : "<image>"
    }

    /// The members that an agent keeps; all others are dropped.
    private static let keptNames = [
        "content", "function_call", "tool_calls", "tool_responses", "tool_call_id", "name", "context",
    ]

    /// The copy that one side of a conversation keeps.
    ///
    /// - Parameters:
    ///   - role: `assistant` for the speaker's copy, `user` for the listener's.
    ///   - speaker: Becomes the name, on both sides.
    /// - Returns: Nil when the message has neither content nor a call, and cannot be sent.
    func kept(as role: JSONValue, speaker: String) -> Message? {
        var kept = JSONObject()
        for name in Message.keptNames {
            if let value = fields[name], !value.isNull { kept[name] = value }
        }
        let calls = [kept["function_call"], kept["tool_calls"]].compactMap { $0 }
        if kept["content"] == nil {
            guard !calls.isEmpty else { return nil }
            kept["content"] = .null
        }
        switch self.role {
        case "tool", "function": kept["role"] = fields["role"]
        default: kept["role"] = fields["override_role"] ?? role
        }
        if calls.contains(where: \.isTruthy) {
            kept["role"] = "assistant"
        } else if kept["name"] == nil {
            kept["name"] = .string(speaker)
        }
        return Message(kept)
    }

    /// The message as requests carry it: results of tools each on their own, in place of the message that joins them.
    var unrolledMessages: [Message] {
        guard let responses = fields["tool_responses"], responses.isTruthy else { return [self] }
        var rest = self
        rest.fields["tool_responses"] = nil
        let results = (responses.arrayValue ?? []).compactMap { $0.objectValue.map(Message.init) }
        return results + (role == "tool" ? [] : [rest])
    }
}

extension JSONValue {
    /// What Python takes for true: anything but null, false, zero and what is empty.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .number(let number): number != JSONNumber(0)
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let object): !object.isEmpty
        }
    }
}
