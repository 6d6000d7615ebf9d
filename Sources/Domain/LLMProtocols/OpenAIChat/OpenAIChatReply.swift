public import Conversations
public import Documents
public import HTTPMessages

/// An answer of chat completions with its whole envelope, the same for the same request and seed.
public struct OpenAIChatReply: Sendable {
    public let id: String
    public let answer: Answer
    public let usage: Usage
    let request: OpenAIChatRequest
    let seed: ReplySeed

    /// - Parameter answer: What each choice says. Thinking is counted, not shown; a request with `functions` gets the
    ///   first call only.
    public init(_ answer: Answer, to request: OpenAIChatRequest, seed: ReplySeed) {
        id = seed.id("chatcmpl-", length: 29)
        self.answer = answer
        self.request = request
        self.seed = seed
        usage = Usage(estimating: answer, to: request.conversation)
    }

    /// `stop`, `length`, `content_filter`, `tool_calls` or `function_call`.
    public var finishReason: String {
        guard answer.ending == .stop, !answer.toolCalls.isEmpty else { return answer.ending.rawValue }
        // The service says so little of a call that the request had named.
        if case .named = request.conversation.toolChoice { return "stop" }
        return request.usesFunctions ? "function_call" : "tool_calls"
    }

    public var json: JSONValue {
        let choices = (0..<request.conversation.answerCount).map { index -> JSONValue in
            var choice = JSONObject([
                ("index", .number(index)), ("message", message(index)), ("logprobs", logprobs),
                ("finish_reason", .string(finishReason)),
            ])
            if request.isAzure { choice["content_filter_results"] = AzureFilterResults.harmless }
            return .object(choice)
        }
        var object = JSONObject([
            ("id", .string(id)), ("object", "chat.completion"), ("created", .number(seed.created)),
            ("model", .string(request.conversation.model)), ("choices", .array(choices)), ("usage", usageJSON),
            ("service_tier", "default"), ("system_fingerprint", nil),
        ])
        if request.isAzure { object["prompt_filter_results"] = AzureFilterResults.ofPrompt }
        return .object(object)
    }

    /// The answer as one JSON body.
    public var response: Response {
        Response(headers: headers(contentType: "application/json"), body: json.bytes())
    }

    var usageJSON: JSONValue { usage.openAIJSON(of: answer, count: request.conversation.answerCount) }

    func headers(contentType: String) -> Headers {
        var headers: Headers = ["content-type": contentType]
        if contentType != "application/json" { headers.add("cache-control", "no-cache") }
        headers.add("x-request-id", seed.id("req_", length: 29))
        if request.isAzure {
            headers.add("apim-request-id", seed.id("", part: "apim", length: 32))
            headers.add("x-ms-region", "Understudy")
        }
        return headers
    }

    /// Calls as `tool_calls` lists them.
    func toolCalls(choice: Int) -> [JSONValue] {
        answer.toolCalls.enumerated().map { index, call in
            let isCustom = request.customTools.contains(call.name)
            return [
                "id": .string(callID(index, choice: choice)), "type": isCustom ? "custom" : "function",
                isCustom ? "custom" : "function": [
                    "name": .string(call.name), isCustom ? "input" : "arguments": .string(call.arguments),
                ],
            ]
        }
    }

    /// The one call of a request that has `functions`.
    var functionCall: ToolCall? { request.usesFunctions ? answer.toolCalls.first : nil }

    private func callID(_ index: Int, choice: Int) -> String {
        let part = choice == 0 ? "call \(index)" : "choice \(choice) call \(index)"
        return answer.toolCalls[index].id ?? seed.id("call_", part: part, length: 24)
    }

    /// Null beside calls or a refusal, else the text, which may be empty.
    var content: JSONValue {
        if let text = answer.text { return .string(text) }
        return answer.toolCalls.isEmpty && answer.refusal == nil ? "" : nil
    }

    private func message(_ choice: Int) -> JSONValue {
        var message = JSONObject([("role", "assistant"), ("content", content)])
        if let call = functionCall {
            message["function_call"] = ["name": .string(call.name), "arguments": .string(call.arguments)]
        } else if !answer.toolCalls.isEmpty {
            message["tool_calls"] = .array(toolCalls(choice: choice))
        }
        message["refusal"] = answer.refusal.map(JSONValue.string) ?? .null
        message["annotations"] = []
        return .object(message)
    }

    private var logprobs: JSONValue {
        guard let count = request.topLogprobCount else { return nil }
        func tokens(_ text: String?) -> JSONValue {
            text.map { .array($0.streamPieces.map { OpenAILogprobs.token($0, topCount: count) }) } ?? .null
        }
        return ["content": tokens(answer.text), "refusal": tokens(answer.refusal)]
    }
}

extension Usage {
    /// In the words of chat completions.
    ///
    /// - Parameters:
    ///   - answer: Its thinking is counted apart, too.
    ///   - count: How many choices say it.
    func openAIJSON(of answer: Answer, count: Int) -> JSONValue {
        [
            "prompt_tokens": .number(promptTokens), "completion_tokens": .number(completionTokens),
            "total_tokens": .number(promptTokens + completionTokens),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": .number(answer.thinkingTokens * count), "audio_tokens": 0,
                "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
            ],
        ]
    }
}

extension Answer {
    /// What the estimate counts for thinking.
    var thinkingTokens: Int {
        parts.reduce(0) { sum, part in
            if case .thinking(let text) = part { sum + Usage.tokens(text) } else { sum }
        }
    }
}
