public import Conversations
public import Documents

/// What an agent's model has cost so far: tokens and dollars by model, with and without answers from a cache.
public struct Spending: Sendable, Equatable {
    /// One way of counting; models in the order of their first use.
    public struct Account: Sendable, Equatable {
        public struct Line: Sendable, Equatable {
            public var model: String
            public var cost: Double
            public var promptTokens: Int
            public var completionTokens: Int
            public var totalTokens: Int
        }

        public private(set) var totalCost = 0.0
        public private(set) var lines: [Line] = []

        mutating func add(_ line: Line) {
            totalCost += line.cost
            guard let index = lines.firstIndex(where: { $0.model == line.model }) else {
                lines.append(line)
                return
            }
            lines[index].cost += line.cost
            lines[index].promptTokens += line.promptTokens
            lines[index].completionTokens += line.completionTokens
            lines[index].totalTokens += line.totalTokens
        }

        mutating func add(_ other: Account) {
            // The totals are summed as sums: floating point tells the difference.
            let total = totalCost + other.totalCost
            other.lines.forEach { add($0) }
            totalCost = total
        }

        var json: JSONValue {
            var object = JSONObject([("total_cost", JSONNumber(totalCost).map(JSONValue.number) ?? .null)])
            for line in lines {
                object[line.model] = .object(
                    JSONObject([
                        ("cost", JSONNumber(line.cost).map(JSONValue.number) ?? .null),
                        ("prompt_tokens", .number(line.promptTokens)),
                        ("completion_tokens", .number(line.completionTokens)),
                        ("total_tokens", .number(line.totalTokens)),
                    ]))
            }
            return .object(object)
        }
    }

    public private(set) var includingCached = Account()
    public private(set) var excludingCached = Account()

    public init() {}

    /// - Parameters:
    ///   - model: As the answer names it.
    ///   - totalTokens: As the answer counts them.
    public mutating func add(model: String, usage: Usage, totalTokens: Int, cost: Double, isCached: Bool) {
        let line = Account.Line(
            model: model, cost: cost, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens,
            totalTokens: totalTokens)
        includingCached.add(line)
        if !isCached { excludingCached.add(line) }
    }

    public mutating func add(_ other: Spending) {
        includingCached.add(other.includingCached)
        excludingCached.add(other.excludingCached)
    }

    /// As AutoGen's `ChatResult.cost` has it.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("usage_including_cached_inference", includingCached.json),
                ("usage_excluding_cached_inference", excludingCached.json),
            ]))
    }
}
