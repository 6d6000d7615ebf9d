public import AgentChats
import Conversations
public import Transcripts

/// Counts what an attempt uses up, and says when that is too much.
public struct LimitWatch: Sendable {
    private let limits: Scenario.Limits
    private let prices: [String: Price]
    private var requests = 0
    private var tokens = 0
    private var cost = 0.0

    /// - Parameter prices: Dollars for a thousand tokens, by model; others have AutoGen's prices.
    public init(_ limits: Scenario.Limits, prices: [String: Price] = [:]) {
        self.limits = limits
        self.prices = prices
    }

    /// Takes in what happened.
    ///
    /// - Returns: Which limit has been passed, as a line; nil when none has been.
    public mutating func add(_ entry: Entry) -> String? {
        if case .llmCall(let call) = entry.kind {
            requests += 1
            if let usage = call.usage {
                tokens += usage.promptTokens + usage.completionTokens
                cost += (prices[call.model] ?? .listed(for: call.model)).cost(of: usage)
            }
        }
        if let limit = limits.turns, entry.turn > limit { return "limits: {turns: \(limit)} was reached" }
        if let limit = limits.requests, requests > limit { return "limits: {requests: \(limit)} was reached" }
        if let limit = limits.tokens, tokens > limit {
            return "limits: {tokens: \(limit)} was passed: \(tokens) were used"
        }
        if let limit = limits.cost, cost > limit { return "limits: {cost: \(limit)} was passed: $\(cost) was spent" }
        return nil
    }
}
