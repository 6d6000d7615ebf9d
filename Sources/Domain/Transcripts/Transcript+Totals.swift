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

    /// What can be counted and is neither turn nor token.
    public struct Metrics: Sendable, Equatable {
        public var llmCallCount = 0
        /// Of messages; what a model asked for is told by the message that it became.
        public var toolCallCount = 0
        public var codeRunCount = 0
        /// Seconds on the session's clock, from the first entry to the end of the last.
        public var latency = 0.0

        public init() {}
    }

    public var metrics: Metrics {
        var metrics = Metrics()
        var end = 0.0
        for entry in entries {
            end = max(end, entry.timing.start + entry.timing.duration)
            switch entry.kind {
            case .message(let message): metrics.toolCallCount += message.toolCalls.count
            case .llmCall: metrics.llmCallCount += 1
            case .codeRun: metrics.codeRunCount += 1
            case .end: break
            }
        }
        metrics.latency = max(0, end - (entries.map(\.timing.start).min() ?? 0))
        return metrics
    }
}
