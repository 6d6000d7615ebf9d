public import Conversations
import Digests
public import Documents
public import HTTPMessages

/// An answer of Anthropic's messages with its whole envelope, the same for the same seed.
///
/// A refusal is a text block in its own words, with `stop_reason` `refusal` and the words in `stop_details`, too.
/// Arguments that are not an object, which the service cannot say either, are `{"INVALID_JSON": "the text"}`, as its
/// guide to fine-grained tool streaming has clients send them back.
public struct AnthropicReply: Sendable, Equatable {
    public var id: String
    public var requestID: String
    public var model: String
    /// Blocks, each part of the answer one.
    public var content: [JSONValue]
    /// `end_turn`, `max_tokens`, `tool_use`, `refusal`.
    public var stopReason: String
    /// The words of a refusal; nil for all else.
    public var refusal: String?
    public var usage: Usage
    /// Those of the completion's tokens that went into thinking.
    public var thinkingTokens: Int

    public init(_ answer: Answer, to conversation: Conversation, seed: ReplySeed) {
        id = seed.id("msg_01", length: 22)
        requestID = seed.id("req_01", part: "request", length: 22)
        model = conversation.model
        content = answer.parts.enumerated().map { AnthropicReply.block($1, index: $0, seed: seed) }
        refusal = answer.refusal
        stopReason = AnthropicReply.stopReason(of: answer)
        usage = Usage(estimating: answer, to: conversation)
        thinkingTokens = answer.parts.reduce(0) { sum, part in
            if case .thinking(let text) = part { sum + Usage.tokens(text) } else { sum }
        }
    }

    private static func block(_ part: Answer.Part, index: Int, seed: ReplySeed) -> JSONValue {
        switch part {
        case .text(let text), .refusal(let text): return ["type": "text", "text": .string(text)]
        case .thinking(let text):
            // Opaque: clients only send it back.
            let signature = Base64.encode(Array(seed.id("", part: "signature \(index)", length: 64).utf8))
            return ["type": "thinking", "thinking": .string(text), "signature": .string(signature)]
        case .toolCall(let call):
            let input = call.argumentsObject ?? JSONObject([("INVALID_JSON", .string(call.arguments))])
            return [
                "type": "tool_use", "id": .string(call.id ?? seed.id("toolu_01", part: "call \(index)", length: 22)),
                "name": .string(call.name), "input": .object(input),
            ]
        }
    }

    private static func stopReason(of answer: Answer) -> String {
        switch answer.ending {
        case .length: "max_tokens"
        case .contentFilter: "refusal"
        case .stop where answer.refusal != nil: "refusal"
        case .stop: answer.toolCalls.isEmpty ? "end_turn" : "tool_use"
        }
    }

    public var json: JSONValue {
        message(content: content, stopReason: .string(stopReason), outputTokens: usage.completionTokens)
    }

    /// The message as it stands before its first block.
    var start: JSONValue { message(content: [], stopReason: nil, outputTokens: 0) }

    private func message(content: [JSONValue], stopReason: JSONValue, outputTokens: Int) -> JSONValue {
        let isEnd = !stopReason.isNull
        let thinking = isEnd ? thinkingTokens : 0
        return [
            "model": .string(model), "id": .string(id), "type": "message", "role": "assistant",
            "content": .array(content), "container": nil, "stop_reason": stopReason, "stop_sequence": nil,
            "stop_details": isEnd ? stopDetails : nil,
            "usage": [
                "input_tokens": .number(usage.promptTokens), "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "cache_creation": ["ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0],
                "output_tokens": .number(outputTokens), "output_tokens_details": ["thinking_tokens": .number(thinking)],
                "server_tool_use": nil, "service_tier": "standard", "inference_geo": nil,
            ],
        ]
    }

    var stopDetails: JSONValue {
        guard stopReason == "refusal" else { return nil }
        return [
            "type": "refusal", "category": nil, "explanation": refusal.map(JSONValue.string) ?? .null,
        ]
    }

    /// The answer as one JSON body.
    public var response: Response {
        Response(headers: ["content-type": "application/json", "request-id": requestID], body: json.bytes())
    }
}
