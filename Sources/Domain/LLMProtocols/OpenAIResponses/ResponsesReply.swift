public import Conversations
public import Documents
public import HTTPMessages

/// An answer as a Responses object, whole, the same for the same request and seed.
///
/// What was asked to run in the background is done at once: such an answer is complete, too.
public struct ResponsesReply: Sendable {
    public let id: String
    let request: ResponsesRequest
    let seed: ReplySeed
    private let answer: Answer

    public init(_ answer: Answer, to request: ResponsesRequest, seed: ReplySeed) {
        id = seed.id("resp_", length: 48)
        self.answer = answer
        self.request = request
        self.seed = seed
    }

    public var json: JSONValue {
        func asked(_ name: String, else value: JSONValue = nil) -> JSONValue {
            if let asked = request.json[name], !asked.isNull { asked } else { value }
        }
        let isComplete = answer.ending == .stop
        let usage = Usage(estimating: answer, to: request.conversation)
        var object = JSONObject([
            ("id", .string(id)), ("object", "response"), ("created_at", .number(seed.created)),
            ("status", isComplete ? "completed" : "incomplete"), ("background", asked("background", else: false)),
            ("completed_at", isComplete ? .number(seed.created) : nil), ("error", nil),
            ("incomplete_details", incompleteDetails), ("instructions", asked("instructions")),
            ("max_output_tokens", asked("max_output_tokens")), ("max_tool_calls", asked("max_tool_calls")),
            ("model", .string(request.conversation.model)), ("output", .array(output)),
            ("parallel_tool_calls", asked("parallel_tool_calls", else: true)),
            ("previous_response_id", asked("previous_response_id")),
            ("prompt_cache_key", asked("prompt_cache_key")),
            (
                "reasoning",
                ["effort": asked("reasoning")["effort"] ?? nil, "summary": asked("reasoning")["summary"] ?? nil]
            ),
            ("safety_identifier", asked("safety_identifier")), ("service_tier", "default"),
            ("store", .bool(request.isStored)), ("temperature", asked("temperature", else: 1)),
            (
                "text",
                [
                    "format": text("format") ?? ["type": "text"], "verbosity": text("verbosity") ?? "medium",
                ]
            ),
            ("tool_choice", asked("tool_choice", else: "auto")), ("tools", tools),
            ("top_logprobs", .number(request.topLogprobCount)), ("top_p", asked("top_p", else: 1)),
            ("truncation", asked("truncation", else: "disabled")), ("usage", usage.responsesJSON(of: answer)),
            ("user", asked("user")), ("metadata", asked("metadata", else: [:])),
        ])
        if let id = request.conversationID { object["conversation"] = ["id": .string(id)] }
        return .object(object)
    }

    /// The answer as one JSON body.
    public var response: Response {
        var headers = self.headers
        headers["content-type"] = "application/json"
        return .openAI(json, headers: headers)
    }

    var headers: Headers { ["x-request-id": seed.id("req_", length: 29)] }

    private var incompleteDetails: JSONValue {
        switch answer.ending {
        case .stop: nil
        case .length: ["reason": "max_output_tokens"]
        case .contentFilter: ["reason": "content_filter"]
        }
    }

    private func text(_ name: String) -> JSONValue? {
        guard let value = request.json["text"]?[name], !value.isNull else { return nil }
        return value
    }

    /// As they were sent, with the strictness that functions have unless told otherwise.
    private var tools: JSONValue {
        guard let tools = request.json["tools"]?.arrayValue else { return [] }
        return .array(
            tools.map { tool in
                guard var object = tool.objectValue, tool["type"]?.stringValue == "function",
                    tool["strict"]?.boolValue == nil
                else { return tool }
                object["strict"] = true
                return .object(object)
            })
    }
}

extension ResponsesReply {
    /// The items in the order in which the parts are said; texts and refusals in a row are one message.
    private var output: [JSONValue] {
        var items: [JSONValue] = []
        var content: [JSONValue] = []
        var calls = 0
        func id(_ prefix: String) -> JSONValue { .string(seed.id(prefix, part: "item \(items.count)", length: 48)) }
        func closeMessage() {
            guard !content.isEmpty else { return }
            items.append([
                "id": id("msg_"), "type": "message", "status": "completed", "role": "assistant",
                "content": .array(content),
            ])
            content = []
        }
        for part in answer.parts.isEmpty ? [.text("")] : answer.parts.joiningNeighbours {
            switch part {
            case .text(let text): content.append(outputText(text))
            case .refusal(let text): content.append(["type": "refusal", "refusal": .string(text)])
            case .thinking(let text):
                closeMessage()
                var item = JSONObject([
                    ("id", id("rs_")), ("type", "reasoning"),
                    ("summary", [["type": "summary_text", "text": .string(text)]]),
                ])
                if request.includes.contains("reasoning.encrypted_content") {
                    item["encrypted_content"] = .string(
                        seed.id("gAAAAA", part: "encrypted \(items.count)", length: 64))
                }
                items.append(.object(item))
            case .toolCall(let call):
                closeMessage()
                let callID = call.id ?? seed.id("call_", part: "call \(calls)", length: 24)
                calls += 1
                let isCustom = request.customTools.contains(call.name)
                var item = JSONObject([
                    ("id", id(isCustom ? "ctc_" : "fc_")), ("type", isCustom ? "custom_tool_call" : "function_call"),
                    ("status", "completed"), ("call_id", .string(callID)), ("name", .string(call.name)),
                ])
                item[isCustom ? "input" : "arguments"] = .string(call.arguments)
                items.append(.object(item))
            }
        }
        closeMessage()
        // What was cut off is the last item.
        if answer.ending != .stop, let last = items.indices.last, var item = items[last].objectValue,
            item["status"] != nil
        {
            item["status"] = "incomplete"
            items[last] = .object(item)
        }
        return items
    }

    private func outputText(_ text: String) -> JSONValue {
        let wantsLogprobs = request.includes.contains("message.output_text.logprobs")
        let logprobs = (wantsLogprobs ? text.streamPieces : []).map {
            OpenAILogprobs.token($0, topCount: request.topLogprobCount)
        }
        return [
            "type": "output_text", "text": .string(text), "annotations": [], "logprobs": .array(logprobs),
        ]
    }
}

extension [Answer.Part] {
    /// Texts in a row as one, likewise refusals and thoughts.
    fileprivate var joiningNeighbours: [Answer.Part] {
        reduce(into: []) { parts, part in
            switch (parts.last, part) {
            case (.text(let a), .text(let b)): parts[parts.count - 1] = .text(a + b)
            case (.refusal(let a), .refusal(let b)): parts[parts.count - 1] = .refusal(a + b)
            case (.thinking(let a), .thinking(let b)): parts[parts.count - 1] = .thinking(a + b)
            default: parts.append(part)
            }
        }
    }
}

extension Usage {
    /// In the words of Responses.
    func responsesJSON(of answer: Answer) -> JSONValue {
        [
            "input_tokens": .number(promptTokens),
            "input_tokens_details": ["cached_tokens": 0, "cache_write_tokens": 0],
            "output_tokens": .number(completionTokens),
            "output_tokens_details": ["reasoning_tokens": .number(answer.thinkingTokens)],
            "total_tokens": .number(promptTokens + completionTokens),
        ]
    }
}
