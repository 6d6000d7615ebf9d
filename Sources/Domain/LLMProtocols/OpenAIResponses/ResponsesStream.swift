public import Documents
public import HTTPMessages

/// A Responses object as the events that lead to it, each named and numbered; nothing follows the last one.
///
/// It depends on the object alone: an answer that was stored is streamed again alike.
public struct ResponsesStream: Sendable {
    public struct Event: Sendable, Equatable {
        public var type: String
        /// With `type` and `sequence_number`.
        public var json: JSONValue
        /// The piece of the answer that it carries.
        public var piece: String
    }

    public private(set) var events: [Event] = []

    /// - Parameter response: Whole, as a `GET` answers it.
    public init(of response: JSONValue) {
        let start = ResponsesStream.started(response)
        add("response.created", ["response": start])
        add("response.in_progress", ["response": start])
        for (index, item) in (response["output"]?.arrayValue ?? []).enumerated() { add(item, at: index) }
        // `completed`, `incomplete`, `failed`: the events are named alike.
        add("response." + (response["status"]?.stringValue ?? "completed"), ["response": response])
    }

    /// - Parameter number: Only events after this `sequence_number`; nil for all.
    public func replyStream(headers: Headers = [:], after number: Int? = nil) -> ReplyStream {
        var fields: Headers = ["content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"]
        for field in headers.fields { fields.add(field.name, field.value) }
        let first = number.map { min(max(0, $0 &+ 1), events.count) } ?? 0
        return ReplyStream(
            headers: fields,
            events: events[first...].map { ReplyStream.Event(name: $0.type, $0.json, carrying: $0.piece) })
    }

    private static func started(_ response: JSONValue) -> JSONValue {
        guard var object = response.objectValue else { return response }
        object["status"] = "in_progress"
        for name in ["completed_at", "error", "incomplete_details", "usage"] { object[name] = .null }
        object["output"] = []
        return .object(object)
    }

    private mutating func add(_ type: String, _ members: [(String, JSONValue)], piece: String = "") {
        let numbered = [("type", .string(type)), ("sequence_number", .number(events.count))] + members
        events.append(Event(type: type, json: .object(JSONObject(numbered)), piece: piece))
    }

    private mutating func add(_ type: String, _ members: KeyValuePairs<String, JSONValue>) {
        add(type, members.map { ($0.key, $0.value) })
    }

    /// An item: that it begins, its pieces, and what it is as a whole.
    private mutating func add(_ item: JSONValue, at index: Int) {
        let place: [(String, JSONValue)] = [("item_id", item["id"] ?? nil), ("output_index", .number(index))]
        var opened = item.objectValue ?? JSONObject()
        if opened["status"] != nil { opened["status"] = "in_progress" }
        let type = item["type"]?.stringValue
        switch type {
        case "message": opened["content"] = []
        case "reasoning": opened["summary"] = []
        case "function_call": opened["arguments"] = ""
        case "custom_tool_call": opened["input"] = ""
        default: break
        }
        add("response.output_item.added", ["output_index": .number(index), "item": .object(opened)])
        switch type {
        case "message":
            for (number, part) in (item["content"]?.arrayValue ?? []).enumerated() {
                add(part: part, place + [("content_index", .number(number))])
            }
        case "reasoning":
            for (number, part) in (item["summary"]?.arrayValue ?? []).enumerated() {
                add(summary: part, place + [("summary_index", .number(number))])
            }
        case "function_call":
            let arguments = item["arguments"]?.stringValue ?? ""
            for piece in arguments.streamPieces {
                add("response.function_call_arguments.delta", place + [("delta", .string(piece))], piece: piece)
            }
            add(
                "response.function_call_arguments.done",
                place + [("arguments", .string(arguments)), ("name", item["name"] ?? nil)])
        case "custom_tool_call":
            let input = item["input"]?.stringValue ?? ""
            for piece in input.streamPieces {
                add("response.custom_tool_call_input.delta", place + [("delta", .string(piece))], piece: piece)
            }
            add("response.custom_tool_call_input.done", place + [("input", .string(input))])
        default: break
        }
        add("response.output_item.done", ["output_index": .number(index), "item": item])
    }

    /// A part of a message: a text with its probabilities, or a refusal.
    private mutating func add(part: JSONValue, _ place: [(String, JSONValue)]) {
        let isRefusal = part["type"]?.stringValue == "refusal"
        let field = isRefusal ? "refusal" : "text"
        let text = part[field]?.stringValue ?? ""
        let logprobs = part["logprobs"]?.arrayValue ?? []
        var opened = part.objectValue ?? JSONObject()
        opened[field] = ""
        for name in ["annotations", "logprobs"] where opened[name] != nil { opened[name] = [] }
        add("response.content_part.added", place + [("part", .object(opened))])
        for (number, piece) in text.streamPieces.enumerated() {
            var members = place + [("delta", .string(piece))]
            if !isRefusal {
                members.append(("logprobs", logprobs.indices.contains(number) ? [logprobs[number]] : []))
            }
            add(isRefusal ? "response.refusal.delta" : "response.output_text.delta", members, piece: piece)
        }
        for (number, annotation) in (part["annotations"]?.arrayValue ?? []).enumerated() {
            add(
                "response.output_text.annotation.added",
                place + [("annotation_index", .number(number)), ("annotation", annotation)])
        }
        if isRefusal {
            add("response.refusal.done", place + [("refusal", .string(text))])
        } else {
            add(
                "response.output_text.done",
                place + [("text", .string(text)), ("logprobs", .array(logprobs))])
        }
        add("response.content_part.done", place + [("part", part)])
    }

    private mutating func add(summary part: JSONValue, _ place: [(String, JSONValue)]) {
        let text = part["text"]?.stringValue ?? ""
        add(
            "response.reasoning_summary_part.added", place + [("part", ["type": "summary_text", "text": ""])])
        for piece in text.streamPieces {
            add("response.reasoning_summary_text.delta", place + [("delta", .string(piece))], piece: piece)
        }
        add("response.reasoning_summary_text.done", place + [("text", .string(text))])
        add("response.reasoning_summary_part.done", place + [("part", part)])
    }
}
