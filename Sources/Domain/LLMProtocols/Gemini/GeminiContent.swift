import Conversations
import Documents

/// One content of a request, read part by part.
///
/// Kept is what a conversation consists of: text, calls and their results. Data, files, thoughts and code that the
/// service ran are passed over.
struct GeminiContent {
    private(set) var text: String?
    private(set) var toolCalls: [ToolCall] = []
    private(set) var toolResults: [Conversation.ToolResult] = []

    init(_ fields: GeminiFields) throws(GeminiError) {
        let parts = try fields.list("parts")
        guard !parts.isEmpty else {
            throw .refused(fields.path("parts"), "contents.parts must not be empty.")
        }
        for part in parts { try read(part) }
    }

    private mutating func read(_ part: GeminiFields) throws(GeminiError) {
        let isThought = try part.optional("thought", .boolean) ?? false
        _ = try part.optional("thoughtSignature", .string)
        for name in ["inlineData", "fileData"] { _ = try part.fields(name) }
        if let text = try part.optional("text", .string) {
            if !isThought { add(text) }
        } else if let call = try part.fields("functionCall") {
            toolCalls.append(
                ToolCall(
                    id: try call.optional("id", .string), name: try call.name("name"),
                    arguments: JSONValue.object(try call.optional("args", .object) ?? JSONObject()).text()))
        } else if let result = try part.fields("functionResponse") {
            let response = try result.optional("response", .object) ?? JSONObject()
            // The member `error` is where the service has functions say what went wrong.
            toolResults.append(
                .init(
                    callID: try result.optional("id", .string), name: try result.name("name"),
                    text: JSONValue.object(response).text(), isError: !(response["error"]?.isNull ?? true)))
        } else if !part.object.members.contains(where: { GeminiContent.isData($0.name) && !$0.value.isNull }) {
            throw .refused(
                "\(part.place).data", "required oneof field 'data' must have one initialized field")
        }
    }

    private mutating func add(_ more: String) {
        if text == nil { text = more } else { text?.append(more) }
    }

    /// A signature may come back in a part of its own; the others only say something of a part.
    private static func isData(_ name: String) -> Bool {
        !["thought", "videoMetadata", "partMetadata", "mediaResolution"].contains(GeminiFields.camelCase(name))
    }
}
