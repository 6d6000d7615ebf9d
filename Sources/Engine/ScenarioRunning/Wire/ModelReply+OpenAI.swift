import Conversations
import Documents

extension ModelReply {
    /// Chat completions: one object, or chunks whose deltas add up to it. The first choice counts.
    mutating func readChatCompletion(_ values: [JSONValue]) {
        var calls: [(index: Int, call: ToolCall)] = []
        for value in values {
            noteError(value["error"])
            if model == nil { model = value["model"]?.stringValue }
            noteUsage(value["usage"], "prompt_tokens", "completion_tokens")
            for choice in value["choices"]?.arrayValue ?? [] where choice["index"]?.intValue ?? 0 == 0 {
                let message = choice["message"] ?? choice["delta"]
                append(text: message?["content"]?.stringValue ?? choice["text"]?.stringValue)
                append(text: message?["refusal"]?.stringValue)
                finishReason = choice["finish_reason"]?.stringValue ?? finishReason
                for (place, part) in (message?["tool_calls"]?.arrayValue ?? []).enumerated() {
                    ModelReply.add(part, at: part["index"]?.intValue ?? place, to: &calls)
                }
            }
        }
        toolCalls = calls.map(\.call)
    }

    /// A piece of a call: the first one of an index names it, later ones go on with its arguments.
    private static func add(_ part: JSONValue, at index: Int, to calls: inout [(index: Int, call: ToolCall)]) {
        let function = part["function"]
        if let place = calls.firstIndex(where: { $0.index == index }) {
            calls[place].call.arguments += function?["arguments"]?.stringValue ?? ""
        } else {
            calls.append(
                (
                    index,
                    ToolCall(
                        id: part["id"]?.stringValue, name: function?["name"]?.stringValue ?? "",
                        arguments: function?["arguments"]?.stringValue ?? "")
                ))
        }
    }

    /// Responses: one object, or events of which the last holds it.
    mutating func readResponse(_ values: [JSONValue]) {
        let ends = ["response.completed", "response.incomplete", "response.failed"]
        if let whole = values.last(where: { $0["object"]?.stringValue == "response" })
            ?? values.last(where: { ends.contains($0["type"]?.stringValue ?? "") })?["response"]
        {
            readWhole(whole)
            return
        }
        // Cut off: what was said so far.
        for value in values {
            if model == nil { model = value["response"]?["model"]?.stringValue }
            switch value["type"]?.stringValue {
            case "response.output_text.delta": append(text: value["delta"]?.stringValue)
            case "error": noteError(value["error"] ?? value)
            default: break
            }
        }
    }

    private mutating func readWhole(_ response: JSONValue) {
        id = response["id"]?.stringValue
        model = response["model"]?.stringValue
        finishReason = response["incomplete_details"]?["reason"]?.stringValue ?? response["status"]?.stringValue
        noteUsage(response["usage"], "input_tokens", "output_tokens")
        noteError(response["error"])
        for item in response["output"]?.arrayValue ?? [] {
            switch item["type"]?.stringValue {
            case "message":
                for part in item["content"]?.arrayValue ?? [] {
                    append(text: part["text"]?.stringValue ?? part["refusal"]?.stringValue)
                }
            case "function_call":
                toolCalls.append(
                    ToolCall(
                        id: item["call_id"]?.stringValue, name: item["name"]?.stringValue ?? "",
                        arguments: item["arguments"]?.stringValue ?? ""))
            default: break
            }
        }
    }
}
