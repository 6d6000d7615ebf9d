import Conversations
import Documents
import HTTPMessages

/// An answer of Anthropic's messages as server-sent events, each with its name: clients drop events without one.
public struct AnthropicStream: Sendable {
    /// From `message_start` to `message_stop`; nothing stands for the end.
    public private(set) var stream: ReplyStream

    public init(_ reply: AnthropicReply) {
        stream = ReplyStream(
            headers: [
                "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache",
                "request-id": reply.requestID,
            ], events: [])
        add("message_start", ("message", reply.start))
        add("ping")
        for (index, block) in reply.content.enumerated() { add(block, at: .number(index)) }
        add(
            "message_delta",
            (
                "delta",
                [
                    "stop_reason": .string(reply.stopReason), "stop_sequence": nil, "stop_details": reply.stopDetails,
                ]
            ),
            (
                "usage",
                [
                    "input_tokens": .number(reply.usage.promptTokens), "cache_creation_input_tokens": 0,
                    "cache_read_input_tokens": 0, "output_tokens": .number(reply.usage.completionTokens),
                    "output_tokens_details": ["thinking_tokens": .number(reply.thinkingTokens)],
                ]
            ))
        add("message_stop")
    }

    private mutating func add(_ block: JSONValue, at index: JSONValue) {
        var start = block.objectValue ?? JSONObject()
        var deltas: [(type: String, name: String, pieces: [String])] = []
        switch block["type"]?.stringValue {
        case "thinking":
            deltas.append(("thinking_delta", "thinking", block["thinking"]?.stringValue?.streamPieces ?? []))
            deltas.append(("signature_delta", "signature", [block["signature"]?.stringValue ?? ""]))
            start["thinking"] = ""
            start["signature"] = ""
        case "tool_use":
            // The service opens with a piece of nothing.
            deltas.append(("input_json_delta", "partial_json", [""] + (block["input"]?.text().streamPieces ?? [])))
            start["input"] = [:]
        default:
            deltas.append(("text_delta", "text", block["text"]?.stringValue?.streamPieces ?? []))
            start["text"] = ""
        }
        add("content_block_start", ("index", index), ("content_block", .object(start)))
        for delta in deltas {
            for piece in delta.pieces {
                add(
                    "content_block_delta", ("index", index),
                    ("delta", .object(JSONObject([("type", .string(delta.type)), (delta.name, .string(piece))]))),
                    carrying: delta.type == "signature_delta" ? "" : piece)
            }
        }
        add("content_block_stop", ("index", index))
    }

    private mutating func add(_ type: String, _ members: (String, JSONValue)..., carrying text: String = "") {
        let json = JSONObject([("type", .string(type))] + members)
        stream.events.append(ReplyStream.Event(name: type, .object(json), carrying: text))
    }
}
