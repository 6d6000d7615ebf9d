public import Conversations

extension Transcript {
    /// The tokens of all calls together; a call without a count adds nothing.
    public var usage: Usage {
        var sum = Usage(promptTokens: 0, completionTokens: 0)
        for entry in entries {
            guard case .llmCall(let call) = entry.kind, let usage = call.usage else { continue }
            sum.promptTokens += usage.promptTokens
            sum.completionTokens += usage.completionTokens
        }
        return sum
    }

    /// How the conversation ended; nil when it was cut short.
    public var end: End? {
        for entry in entries.reversed() {
            if case .end(let end) = entry.kind { return end }
        }
        return nil
    }
}
