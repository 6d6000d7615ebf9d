import Conversations
import Documents

/// A message of a request as a person reads it, whatever the provider's spelling.
struct SpokenMessage {
    var role: String
    var name: String?
    var text: String
    var toolCalls: [ToolCall] = []
    /// Set for the result of a tool: which call it answers.
    var answers: String?

    init(_ message: JSONValue) {
        role = message["role"]?.stringValue ?? message["type"]?.stringValue ?? "user"
        name = message["name"]?.stringValue
        text = ""
        answers = message["tool_call_id"]?.stringValue ?? message["call_id"]?.stringValue
        for call in message["tool_calls"]?.arrayValue ?? [] {
            let function = call["function"]
            toolCalls.append(
                ToolCall(
                    id: call["id"]?.stringValue, name: function?["name"]?.stringValue ?? "",
                    arguments: function?["arguments"]?.stringValue ?? ""))
        }
        if message["type"]?.stringValue == "function_call" {
            role = "assistant"
            toolCalls = [
                ToolCall(
                    id: answers, name: message["name"]?.stringValue ?? "",
                    arguments: message["arguments"]?.stringValue ?? "")
            ]
            (answers, name) = (nil, nil)
        }
        if message["type"]?.stringValue == "function_call_output" { role = "tool" }
        read(message["content"] ?? message["parts"] ?? message["output"])
    }

    private mutating func read(_ content: JSONValue?) {
        guard let content else { return }
        switch content {
        case .string(let text): append(text)
        case .array(let parts): for part in parts { read(part: part) }
        case .null: break
        default: append(content.text(in: JSONLayout(.spaced)))
        }
    }

    private mutating func read(part: JSONValue) {
        if let text = part["text"]?.stringValue ?? part.stringValue {
            append(text)
        } else if part["type"]?.stringValue == "tool_use" || part["functionCall"] != nil {
            let call = part["functionCall"] ?? part
            toolCalls.append(
                ToolCall(
                    id: call["id"]?.stringValue, name: call["name"]?.stringValue ?? "",
                    arguments: (call["input"] ?? call["args"])?.text() ?? "{}"))
        } else if part["type"]?.stringValue == "tool_result" {
            role = "tool"
            answers = part["tool_use_id"]?.stringValue
            read(part["content"])
        } else if let response = part["functionResponse"] {
            role = "tool"
            answers = response["name"]?.stringValue
            append(response["response"]?.text(in: JSONLayout(.spaced)) ?? "")
        } else {
            append("[\(part["type"]?.stringValue ?? part.objectValue?.members.first?.name ?? "something")]")
        }
    }

    private mutating func append(_ piece: String) { text += text.isEmpty ? piece : "\n" + piece }
}
