import Documents

extension Usage {
    /// An estimate, since no tokenizer ran: a token for each 4 bytes of UTF-8 begun, 4 more for each message and tool.
    ///
    /// A call costs its name and its arguments, a tool its name, description and schema.
    public init(estimating answer: Answer, to conversation: Conversation) {
        let messages = conversation.messages.reduce(0) { sum, message in
            let results = message.toolResults.reduce(0) { $0 + Usage.tokens($1.text) }
            // A message whose text is its only result says it once.
            let text = message.toolResults.isEmpty || message.text != message.toolResults.first?.text
            return sum + 4 + (text ? Usage.tokens(message.text ?? "") : 0) + results
                + message.toolCalls.reduce(0) { $0 + Usage.tokens($1) }
        }
        let tools = conversation.tools.reduce(0) { sum, tool in
            sum + 4 + Usage.tokens(tool.name) + Usage.tokens(tool.description ?? "")
                + Usage.tokens(tool.parameters?.text() ?? "")
        }
        let answered = answer.parts.reduce(0) { sum, part in
            switch part {
            case .text(let text), .refusal(let text), .thinking(let text): sum + Usage.tokens(text)
            case .toolCall(let call): sum + Usage.tokens(call)
            }
        }
        self.init(promptTokens: messages + tools, completionTokens: answered * conversation.answerCount)
    }

    /// How many tokens the estimate takes a text for.
    public static func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }

    private static func tokens(_ call: ToolCall) -> Int { tokens(call.name) + tokens(call.arguments) }
}
