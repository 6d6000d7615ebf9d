import Documents

/// Made-up probabilities of a text's pieces, in the shape that OpenAI's services give them: no model weighed anything.
///
/// Each piece of the stream is one token with a probability of 0.99; the others listed share less than the rest.
enum OpenAILogprobs {
    /// Of the token said.
    static let said = -0.01
    private static let others = [
        " the", " a", " an", " and", " to", " of", " in", " is", " it", " that", " for", " on", " with", " as", " at",
        " by", " or", " be", " not", " so", " we",
    ]

    /// `{token, logprob, bytes, top_logprobs}` of a piece of text.
    ///
    /// - Parameter topCount: How many to list in `top_logprobs`, the piece itself first.
    static func token(_ piece: String, topCount: Int) -> JSONValue {
        let top = tokens(besides: piece, count: topCount).map { JSONValue.object(entry($0.token, $0.logprob)) }
        var token = entry(piece, said)
        token["top_logprobs"] = .array(top)
        return .object(token)
    }

    /// A token and those that were less likely, likeliest first.
    static func tokens(besides piece: String, count: Int) -> [(token: String, logprob: Double)] {
        let rest = others.filter { !$0.hasSameScalars(as: piece) }
        return zip([piece] + rest, 0..<max(0, count)).map { ($0, $1 == 0 ? said : -6 - Double($1)) }
    }

    static func number(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? nil }

    private static func entry(_ token: String, _ logprob: Double) -> JSONObject {
        JSONObject([
            ("token", .string(token)), ("logprob", number(logprob)),
            ("bytes", .array(token.utf8.map { .number(Int($0)) })),
        ])
    }
}
