public import Conversations
public import Documents
public import HTTPMessages

/// An answer of the old completions: the answer's text for each prompt; it has no place for calls.
public struct OpenAICompletionsReply: Sendable {
    private let request: OpenAICompletionsRequest
    private let seed: ReplySeed
    private let answer: Answer
    private let text: String

    public init(_ answer: Answer, to request: OpenAICompletionsRequest, seed: ReplySeed) {
        self.request = request
        self.seed = seed
        self.answer = answer
        text = answer.text ?? answer.refusal ?? ""
    }

    public var json: JSONValue {
        let choices = choiceIndices.map { index in
            let text = text(ofChoice: index)
            return choice(index, text, logprobs: logprobs(of: text.streamPieces), finishReason: finishReason)
        }
        return .object(envelope(choices, usage: usage))
    }

    /// The answer as one JSON body.
    public var response: Response {
        .openAI(json, headers: ["content-type": "application/json", "x-request-id": requestID])
    }

    var choiceIndices: Range<Int> { 0..<request.conversation.answerCount }
    /// Whether a stream ends with the usage.
    var includesUsage: Bool { request.includesUsage }
    var finishReason: JSONValue { .string(answer.ending.rawValue) }
    var requestID: String { seed.id("req_", length: 29) }

    var usage: JSONValue {
        let completion = request.conversation.answerCount * Usage.tokens(text)
        let prompt = request.prompts.reduce(0) { $0 + $1.tokenCount }
        return [
            "prompt_tokens": .number(prompt), "completion_tokens": .number(completion),
            "total_tokens": .number(prompt + completion),
        ]
    }

    /// With its prompt, where that is asked for.
    func text(ofChoice index: Int) -> String {
        (request.echoesPrompt ? request.prompts[index / request.choicesPerPrompt].text : "") + text
    }

    func envelope(_ choices: [JSONValue], usage: JSONValue? = nil) -> JSONObject {
        var object = JSONObject([
            ("id", .string(seed.id("cmpl-", length: 29))), ("object", "text_completion"),
            ("created", .number(seed.created)), ("model", .string(request.conversation.model)),
            ("choices", .array(choices)), ("system_fingerprint", nil),
        ])
        if let usage {
            object["usage"] = usage
        } else if request.includesUsage {
            object["usage"] = .null
        }
        return object
    }

    func choice(
        _ index: Int, _ text: String, logprobs: JSONValue = nil, finishReason: JSONValue = nil
    ) -> JSONValue {
        [
            "text": .string(text), "index": .number(index), "logprobs": logprobs, "finish_reason": finishReason,
        ]
    }

    /// - Parameter offset: Of the first piece in the choice's text, in code points.
    func logprobs(of pieces: [String], offset: Int = 0) -> JSONValue {
        guard let count = request.logprobCount else { return nil }
        var offset = offset
        var offsets: [JSONValue] = []
        for piece in pieces {
            offsets.append(.number(offset))
            offset += piece.unicodeScalars.count
        }
        let top = pieces.map { piece -> JSONValue in
            let tokens = OpenAILogprobs.tokens(besides: piece, count: count)
            return .object(JSONObject(tokens.map { ($0.token, OpenAILogprobs.number($0.logprob)) }))
        }
        return [
            "tokens": .array(pieces.map(JSONValue.string)),
            "token_logprobs": .array(pieces.map { _ in OpenAILogprobs.number(OpenAILogprobs.said) }),
            "top_logprobs": count == 0 ? nil : .array(top), "text_offset": .array(offsets),
        ]
    }
}
