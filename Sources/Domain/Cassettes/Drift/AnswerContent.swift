import Documents
import HTTPMessages

/// An answer's JSON, whole or of a stream's events, without what differs every time.
struct AnswerContent {
    let values: [JSONValue]
    let isStream: Bool

    /// Nil for what is no JSON.
    init?(_ response: RecordedResponse) {
        let bytes = response.bytes
        if response.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false {
            isStream = true
            values = EventStream.split(bytes).events.compactMap(EventStream.parse)
                .compactMap { try? JSONValue(parsing: $0.data) }
                .map(AnswerContent.withoutVolatileMembers)
            return
        }
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        // Gemini streams a list unless asked for events.
        isStream = value.arrayValue != nil
        values = (value.arrayValue ?? [value]).map(AnswerContent.withoutVolatileMembers)
    }

    /// Tokens that the answer says it cost, the question's included; 0 if it does not say.
    var tokens: Int {
        values.map { value in
            let usage =
                value["usage"] ?? value["usageMetadata"] ?? value["response"]?["usage"] ?? value["message"]?["usage"]
            func count(_ names: String...) -> Int? { names.lazy.compactMap { usage?[$0]?.intValue }.first }
            return count("total_tokens", "totalTokenCount")
                ?? (count("prompt_tokens", "input_tokens") ?? 0) + (count("completion_tokens", "output_tokens") ?? 0)
        }.max() ?? 0
    }

    /// Ids, times and the like, which are others each time the same is said.
    private static let volatileMembers: Set<String> = [
        "id", "call_id", "item_id", "tool_call_id", "response_id", "responseId", "created", "created_at",
        "completed_at", "createTime", "system_fingerprint", "obfuscation",
    ]

    private static func withoutVolatileMembers(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): .array(items.map(withoutVolatileMembers))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.filter { !volatileMembers.contains($0.name) }
                        .map { ($0.name, withoutVolatileMembers($0.value)) }))
        default: value
        }
    }
}
