public import Conversations
import Documents

extension OpenAIChatRequest {
    /// What is asked, in no provider's own words.
    public var conversation: Conversation {
        let bodies = json["messages"]?.arrayValue ?? []
        return Conversation(
            model: model, messages: zip(messages, bodies).map { OpenAIChatRequest.message($0, $1) },
            tools: (json["tools"]?.arrayValue ?? []).compactMap { tool in
                tool["function"]?["name"]?.stringValue.map { name in
                    Conversation.Tool(
                        name: name, description: tool["function"]?["description"]?.stringValue,
                        parameters: tool["function"]?["parameters"])
                }
            },
            answerFormat: answerFormat, answerCount: choiceCount)
    }

    private var answerFormat: Conversation.AnswerFormat {
        let format = json["response_format"]
        switch format?["type"]?.stringValue {
        case "json_object": return .json
        case "json_schema":
            let schema = format?["json_schema"]
            return .schema(name: schema?["name"]?.stringValue, schema?["schema"] ?? [:])
        default: return .text
        }
    }

    private static func message(_ message: Message, _ body: JSONValue) -> Conversation.Message {
        let role: Conversation.Message.Role =
            switch message.role {
            case .system, .developer: .system
            case .user: .user
            case .assistant: .assistant
            case .tool, .function: .tool
            }
        let calls = (body["tool_calls"]?.arrayValue ?? []).map { call in
            ToolCall(
                id: call["id"]?.stringValue, name: call["function"]?["name"]?.stringValue ?? "",
                arguments: call["function"]?["arguments"]?.stringValue ?? "")
        }
        let result = Conversation.ToolResult(
            callID: body["tool_call_id"]?.stringValue, name: message.role == .function ? message.name : nil,
            text: message.text ?? "")
        return Conversation.Message(
            role: role, name: message.name, text: message.text, toolCalls: calls,
            toolResults: role == .tool ? [result] : [])
    }
}
