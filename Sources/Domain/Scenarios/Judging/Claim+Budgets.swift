public import AgentChats
import Conversations
import Documents
import TextConditions
public import Transcripts

extension Expectation.Claim {
    static func share(of agent: String, _ limits: Expectation.Limits, in transcript: Transcript) -> Observation {
        let all = transcript.messages
        let own = all.filter { $0.message.speaker == agent }
        guard !all.isEmpty else { return Observation(holds: false, seen: "nobody spoke") }
        return Observation(
            holds: limits.contains(Double(own.count) / Double(all.count)), turn: own.last?.turn,
            seen: "\(own.count) of \(all.count) messages are by \(agent)")
    }

    static func tokens(
        _ kind: Expectation.Tokens, _ bounds: Expectation.Bounds, in transcript: Transcript
    ) -> Observation {
        var sum = 0
        var turn: Int?
        for (place, call) in transcript.llmCalls {
            sum += call.usage.map { kind.count(of: $0) } ?? 0
            // The first call beyond the limit is the one to look at.
            if turn == nil, let limit = bounds.atMost, sum > limit { turn = place }
        }
        return Observation(
            holds: bounds.contains(sum), turn: turn ?? transcript.llmCalls.last?.turn,
            seen: "\(sum) \(kind.rawValue.replacing("_", with: " "))")
    }

    static func cost(
        _ limits: Expectation.Limits, _ prices: [String: Price], in transcript: Transcript
    ) -> Observation {
        var sum = 0.0
        var turn: Int?
        var unknown: [String] = []
        for (place, call) in transcript.llmCalls {
            guard let usage = call.usage else { continue }
            guard let price = Price.of(call.model, prices) else {
                if !unknown.contains(call.model) { unknown.append(call.model) }
                continue
            }
            sum += price.cost(of: usage)
            if turn == nil, let limit = limits.atMost, sum > limit { turn = place }
        }
        // To count what is not known as free would let any budget hold.
        guard unknown.isEmpty else {
            return Observation(
                holds: false, turn: transcript.llmCalls.last?.turn,
                seen: "no price is known of \(unknown.joined(separator: ", ")): give it under 'prices'")
        }
        return Observation(
            holds: limits.contains(sum), turn: turn ?? transcript.llmCalls.last?.turn, seen: "$\(sum.written(6))")
    }

    static func latency(_ limits: Expectation.Limits, in transcript: Transcript) -> Observation {
        var end = 0.0
        var turn: Int?
        let start = transcript.entries.map(\.timing.start).min() ?? 0
        for entry in transcript.entries {
            end = max(end, entry.timing.start + entry.timing.duration - start)
            if turn == nil, let limit = limits.atMost, end > limit { turn = entry.turn }
        }
        return Observation(
            holds: limits.contains(end), turn: turn ?? transcript.entries.last?.turn,
            seen: "it took \(end.written(3)) s")
    }

    /// Each failure must be followed by a success of its kind before too many turns have passed.
    static func recovered(within turns: Int, in transcript: Transcript) -> Observation {
        var failed: [Bool: Int] = [:]
        var worst: (turn: Int, distance: Int)?
        for entry in transcript.entries {
            guard let (isCode, isFailure) = entry.kind.outcome else { continue }
            if isFailure {
                failed[isCode] = failed[isCode] ?? entry.turn
            } else if let turn = failed.removeValue(forKey: isCode) {
                let distance = entry.turn - turn
                if distance > worst?.distance ?? -1 { worst = (turn, distance) }
            }
        }
        if let turn = failed.values.min() {
            return Observation(holds: false, turn: turn, seen: "what failed there never succeeded afterwards")
        }
        guard let worst else { return Observation(holds: false, seen: "nothing failed") }
        return Observation(
            holds: worst.distance <= turns, turn: worst.turn,
            seen: "it recovered after \(worst.distance) \(worst.distance == 1 ? "turn" : "turns")")
    }
}

extension Transcript {
    /// Dollars for all calls whose usage is known; nil without such a call, or when a price is not known.
    public func cost(_ prices: [String: Price]) -> Double? {
        var sum: Double?
        for (_, call) in llmCalls {
            guard let usage = call.usage else { continue }
            guard let price = Price.of(call.model, prices) else { return nil }
            sum = (sum ?? 0) + price.cost(of: usage)
        }
        return sum
    }
}

extension Price {
    /// What a scenario's file says, or AutoGen's list.
    fileprivate static func of(_ model: String, _ prices: [String: Price]) -> Price? {
        prices[model] ?? known(for: model)
    }
}

extension Entry.Kind {
    /// Of calls of models and runs of code: which of both, and whether it failed.
    fileprivate var outcome: (isCode: Bool, isFailure: Bool)? {
        switch self {
        case .llmCall(let call): (false, call.failure != nil)
        case .codeRun(let run): (true, run.failure != nil || run.exitCode != 0)
        case .message, .end: nil
        }
    }
}

extension Expectation.Tokens {
    fileprivate func count(of usage: Usage) -> Int {
        switch self {
        case .all: usage.promptTokens + usage.completionTokens
        case .prompt: usage.promptTokens
        case .completion: usage.completionTokens
        }
    }
}

extension Double {
    /// With at most so many decimals, and none that say nothing.
    fileprivate func written(_ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        return JSONNumber((self * scale).rounded() / scale)?.spelling ?? "\(self)"
    }
}
