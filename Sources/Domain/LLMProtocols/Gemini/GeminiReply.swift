public import Conversations
import Digests
public import Documents
public import HTTPMessages

/// An answer of Gemini's with its whole envelope, the same for the same seed.
///
/// A refusal that stands alone is a blocked prompt: no candidates, and its words in `promptFeedback`. A refusal after
/// something else ends the candidate with `SAFETY` and its words in `finishMessage`. A call whose arguments are not an
/// object, which the service cannot say, is `MALFORMED_FUNCTION_CALL`, as it answers itself when its model writes one.
public struct GeminiReply: Sendable, Equatable {
    public var id: String
    public var model: String
    /// The parts of each candidate; none for a blocked prompt.
    public var candidates: [[JSONValue]]
    /// `STOP`, `MAX_TOKENS`, `SAFETY`, `MALFORMED_FUNCTION_CALL`.
    public var finishReason: String
    /// What is said of it; nil where the reason says all.
    public var finishMessage: String?
    /// The words of a refusal that blocks the prompt.
    public var blockReason: String?
    public var usage: Usage
    /// Those of the completion's tokens that went into thinking.
    public var thinkingTokens: Int

    public init(_ answer: Answer, to conversation: Conversation, seed: ReplySeed) {
        id = seed.id("", length: 22)
        model = conversation.model
        usage = Usage(estimating: answer, to: conversation)
        thinkingTokens = 0
        finishReason = "STOP"
        switch answer.ending {
        case .stop: break
        case .length: finishReason = "MAX_TOKENS"
        case .contentFilter: finishReason = "SAFETY"
        }
        let isMute = answer.text == nil && answer.toolCalls.isEmpty
        if let refusal = answer.refusal, isMute {
            candidates = []
            blockReason = refusal
            usage.completionTokens = 0
            return
        }
        if let refusal = answer.refusal {
            finishReason = "SAFETY"
            finishMessage = refusal
        }
        if let call = answer.toolCalls.first(where: { $0.argumentsObject == nil }) {
            finishReason = "MALFORMED_FUNCTION_CALL"
            finishMessage = "Malformed function call: \(call.name)(\(call.arguments))"
        }
        let saysCalls = finishReason != "MALFORMED_FUNCTION_CALL"
        candidates = (0..<conversation.answerCount).map { candidate in
            GeminiReply.parts(of: answer, candidate: candidate, withCalls: saysCalls, seed: seed)
        }
        thinkingTokens =
            conversation.answerCount
            * answer.parts.reduce(0) { sum, part in
                if case .thinking(let text) = part { sum + Usage.tokens(text) } else { sum }
            }
    }

    private static func parts(
        of answer: Answer, candidate: Int, withCalls: Bool, seed: ReplySeed
    ) -> [JSONValue] {
        var parts: [JSONValue] = []
        // What follows a thought carries its signature, which clients send back.
        var signature: JSONValue?
        func signed(_ part: JSONObject) -> JSONValue {
            var part = part
            part["thoughtSignature"] = signature
            signature = nil
            return .object(part)
        }
        for (index, part) in answer.parts.enumerated() {
            switch part {
            case .refusal: break
            case .text(let text): parts.append(signed(JSONObject([("text", .string(text))])))
            case .thinking(let text):
                parts.append(["text": .string(text), "thought": true])
                let digits = seed.id("", part: "signature \(candidate) \(index)", length: 64)
                signature = .string(Base64.encode(Array(digits.utf8)))
            case .toolCall(let call):
                guard withCalls, let arguments = call.argumentsObject else { break }
                let id = call.id ?? seed.id("", part: "call \(candidate) \(index)", length: 16)
                let json: JSONValue = ["id": .string(id), "name": .string(call.name), "args": .object(arguments)]
                parts.append(signed(JSONObject([("functionCall", json)])))
            }
        }
        return parts
    }

    public var json: JSONValue {
        let candidates = candidates.enumerated().map { candidate($1, index: $0, isEnd: true) }
        return envelope(candidates)
    }

    /// - Parameter isEnd: Whether it says why it ends.
    func candidate(_ parts: [JSONValue], index: Int, isEnd: Bool) -> JSONValue {
        var content = JSONObject()
        // The service leaves out lists without items.
        if !parts.isEmpty { content["parts"] = .array(parts) }
        content["role"] = "model"
        var candidate = JSONObject([("content", .object(content))])
        if isEnd {
            candidate["finishReason"] = .string(finishReason)
            candidate["finishMessage"] = finishMessage.map(JSONValue.string)
        }
        candidate["index"] = .number(index)
        return .object(candidate)
    }

    func envelope(_ candidates: [JSONValue]) -> JSONValue {
        var json = JSONObject()
        if let blockReason {
            json["promptFeedback"] = ["blockReason": "SAFETY", "blockReasonMessage": .string(blockReason)]
        } else {
            json["candidates"] = .array(candidates)
        }
        json["usageMetadata"] = usageJSON
        json["modelVersion"] = .string(model)
        json["responseId"] = .string(id)
        return .object(json)
    }

    /// Tokens of thoughts are not among those of the candidates.
    private var usageJSON: JSONValue {
        var json = JSONObject([("promptTokenCount", .number(usage.promptTokens))])
        if blockReason == nil { json["candidatesTokenCount"] = .number(usage.completionTokens - thinkingTokens) }
        json["totalTokenCount"] = .number(usage.promptTokens + usage.completionTokens)
        json["promptTokensDetails"] = [["modality": "TEXT", "tokenCount": .number(usage.promptTokens)]]
        if thinkingTokens > 0 { json["thoughtsTokenCount"] = .number(thinkingTokens) }
        return .object(json)
    }

    /// The answer as one JSON body.
    public var response: Response {
        Response(headers: ["content-type": "application/json; charset=UTF-8"], body: json.bytes())
    }
}
