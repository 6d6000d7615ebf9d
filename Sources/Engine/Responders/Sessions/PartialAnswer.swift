import Documents
import HTTPMessages

/// The text of the events of an answer that came only in part, for any provider.
struct PartialAnswer {
    let text: String

    init(_ bytes: [UInt8]) {
        text = EventStream.split(bytes).events.compactMap { event in
            EventStream.parse(event).flatMap { try? JSONValue(parsing: $0.data) }.flatMap(PartialAnswer.piece)
        }.joined()
    }

    private static func piece(of event: JSONValue) -> String? {
        // Chat completions.
        if let choice = event["choices"]?.arrayValue?.first {
            return choice["delta"]?["content"]?.stringValue
        }
        // Gemini.
        if let parts = event[JSONPointer(["candidates", "0", "content", "parts"])]?.arrayValue {
            return parts.compactMap { $0["text"]?.stringValue }.joined()
        }
        // Responses' deltas are text, Messages' are objects.
        let delta = event["delta"]
        return event["type"] == "response.output_text.delta" ? delta?.stringValue : delta?["text"]?.stringValue
    }
}
