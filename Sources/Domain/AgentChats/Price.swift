public import Conversations

/// Dollars for a thousand tokens.
public struct Price: Sendable, Equatable {
    public var prompt: Double
    public var completion: Double

    public init(prompt: Double, completion: Double) {
        self.prompt = prompt
        self.completion = completion
    }

    public func cost(of usage: Usage) -> Double {
        (prompt * Double(usage.promptTokens) + completion * Double(usage.completionTokens)) / 1000
    }

    /// AutoGen 0.2.40's price of a model; nothing for one it does not know.
    public static func listed(for model: String) -> Price { known(for: model) ?? Price(prompt: 0, completion: 0) }

    /// The same; nil for a model that AutoGen does not know.
    public static func known(for model: String) -> Price? { list[model] }

    // `OAI_PRICE1K` in autogen/oai/openai_utils.py.
    private static let list: [String: Price] = {
        var list: [String: Price] = [:]
        for (prompt, completion, models) in rows {
            for model in models.split(separator: " ") {
                list[String(model)] = Price(prompt: prompt, completion: completion)
            }
        }
        return list
    }()

    private static let rows: [(Double, Double, String)] = [
        (0.005, 0.015, "gpt-4o gpt-4o-2024-05-13"),
        (0.0025, 0.01, "gpt-4o-2024-08-06"),
        (
            0.01, 0.03,
            "gpt-4-turbo-2024-04-09 gpt-4-0125-preview gpt-4-1106-preview gpt-4-1106-vision-preview "
                + "gpt-4-turbo-preview"
        ),
        (0.03, 0.06, "gpt-4 gpt-4-0314 gpt-4-0613"),
        (0.06, 0.12, "gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613"),
        (0.00015, 0.0006, "gpt-4o-mini gpt-4o-mini-2024-07-18"),
        (0.0005, 0.0015, "gpt-3.5-turbo gpt-3.5-turbo-0125 gpt-35-turbo gpt-35-turbo-0125"),
        (
            0.0015, 0.002,
            "gpt-3.5-turbo-instruct gpt-3.5-turbo-0613 gpt-3.5-turbo-0301 gpt-35-turbo-instruct "
                + "gpt-35-turbo-0613 gpt-35-turbo-0301"
        ),
        (0.002, 0.002, "davinci-002 text-curie-001"),
        (0.0004, 0.0004, "babbage-002 text-ada-001"),
        (0.001, 0.002, "gpt-3.5-turbo-1106 gpt-35-turbo-1106"),
        (0.003, 0.004, "gpt-3.5-turbo-16k-0613 gpt-35-turbo-16k gpt-35-turbo-16k-0613"),
        (0.0005, 0.0005, "text-babbage-001"),
        (0.024, 0.024, "code-cushman-001"),
        (0.1, 0.1, "code-davinci-002"),
        (0.02, 0.02, "text-davinci-002 text-davinci-003"),
    ]
}
