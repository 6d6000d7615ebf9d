import AgentChats
import Conversations
import Documents
import Testing

@Suite struct SpendingTests {
    @Test(arguments: [
        ("gpt-4o", 0.0008), ("gpt-4o-mini-2024-07-18", 0.000027), ("gpt-4", 0.0042), ("a-model-of-our-own", 0),
    ])
    func pricesAreAutoGens(model: String, dollars: Double) {
        let cost = Price.listed(for: model).cost(of: Usage(promptTokens: 100, completionTokens: 20))
        #expect(abs(cost - dollars) < 1e-12)
    }

    @Test func cachedAnswersCountOnOneSideOnly() throws {
        var spending = Spending()
        let usage = Usage(promptTokens: 1, completionTokens: 2)
        spending.add(model: "m", usage: usage, totalTokens: 3, cost: 0.5, isCached: false)
        spending.add(model: "m", usage: usage, totalTokens: 3, cost: 0.5, isCached: true)
        var total = Spending()
        total.add(spending)
        total.add(Spending())
        let expected = """
            {"usage_including_cached_inference":{"total_cost":1,"m":{"cost":1,"prompt_tokens":2,"completion_tokens":4,\
            "total_tokens":6}},"usage_excluding_cached_inference":{"total_cost":0.5,"m":{"cost":0.5,"prompt_tokens":1,\
            "completion_tokens":2,"total_tokens":3}}}
            """
        #expect(total.json.text() == expected)
        #expect(Spending().json["usage_including_cached_inference"] == ["total_cost": 0])
    }
}
