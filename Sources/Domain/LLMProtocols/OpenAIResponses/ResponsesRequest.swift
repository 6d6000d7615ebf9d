public import Conversations
public import Documents
public import HTTPMessages

/// A view on the body of a Responses request, with what went before it in the same exchange.
public struct ResponsesRequest: Sendable {
    public let json: JSONValue
    public let conversation: Conversation
    public let isStream: Bool
    /// The input's items, a text as a message; references are replaced by what they refer to.
    public let input: [JSONValue]
    /// All items before the input: those of the earlier responses and what they answered.
    public let earlierItems: [JSONValue]
    /// The id of the conversation that the request is part of.
    public let conversationID: String?
    /// Whether the answer is kept for later requests; it is unless the client says no.
    public let isStored: Bool
    /// `include`: what else to show.
    let includes: [String]
    /// How many tokens to list beside each token said, where `include` asks for probabilities.
    let topLogprobCount: Int
    /// Names of tools that take free text instead of JSON.
    let customTools: Set<String>

    /// - Parameters:
    ///   - pathModel: The model to take when the body names none.
    ///   - history: The stored response of an id, be it a response's or a conversation's: the latest of that.
    ///   - item: The item of an id, for references to items that no earlier response of the exchange has.
    /// - Throws: `OpenAIError`, as the service would refuse the body. An unknown conversation is a new one.
    public init(
        body: [UInt8], pathModel: String? = nil, history: (String) -> StoredResponse?,
        item: (String) -> JSONValue? = { _ in nil }
    ) throws(OpenAIError) {
        let fields = try OpenAIFields(body: body)
        json = .object(fields.object)
        guard let model = try fields.string("model") ?? pathModel else { throw .missing("model") }
        isStream = try fields.bool("stream") ?? false
        isStored = try fields.bool("store") ?? true
        includes = try Self.strings(fields, "include")
        topLogprobCount = try fields.int("top_logprobs", in: 0...20) ?? 0
        let previousID = try fields.string("previous_response_id")
        conversationID = try Self.conversationID(fields)
        guard previousID == nil || conversationID == nil else { throw .bothHistories }
        let previous = (previousID ?? conversationID).flatMap(history)
        if let previousID, previous == nil { throw .unknownPreviousResponse(previousID) }
        let earlier = previous?.allItems ?? []
        earlierItems = earlier
        input = try ResponsesInput.items(fields) { (id: String) in
            earlier.first { $0["id"]?.stringValue == id } ?? item(id)
        }
        guard !input.isEmpty || previousID != nil || conversationID != nil || fields["prompt"] != nil else {
            throw fields["input"] == nil ? .missing("input") : .emptyArray("input")
        }
        var messages: [Conversation.Message] = []
        if let instructions = try fields.string("instructions") {
            messages.append(Conversation.Message(role: .system, text: instructions))
        }
        try ResponsesInput.append(earlier + input, to: &messages, firstIndex: -earlier.count)
        var tools = try ResponsesTools(fields)
        if let allowed = tools.allowed { tools.tools.removeAll { !allowed.contains($0.name) } }
        customTools = tools.custom
        conversation = Conversation(
            model: model, messages: messages, tools: tools.tools, toolChoice: tools.choice,
            answerFormat: try Self.format(fields))
        try Self.checkEchoed(fields)
    }

    private static func strings(_ fields: OpenAIFields, _ name: String) throws(OpenAIError) -> [String] {
        var words: [String] = []
        for (index, value) in (try fields.array(name, of: "strings") ?? []).enumerated() {
            guard let word = value.stringValue else {
                throw .wrongType(value, of: "\(fields.param(name))[\(index)]", expected: "a string")
            }
            words.append(word)
        }
        return words
    }

    private static func conversationID(_ fields: OpenAIFields) throws(OpenAIError) -> String? {
        if case .object = fields["conversation"] {
            return try fields.requiredFields("conversation").requiredString("id")
        }
        return try fields.string("conversation")
    }

    private static func format(_ fields: OpenAIFields) throws(OpenAIError) -> Conversation.AnswerFormat {
        guard let format = try fields.fields("text")?.fields("format") else { return .text }
        switch try format.requiredString("type") {
        case "text": return .text
        case "json_object": return .json
        case "json_schema":
            let name = try format.requiredString("name")
            return .schema(name: name, .object(try format.requiredFields("schema").object))
        case let other:
            throw .unknownValue(
                other, of: format.param("type"), accepted: ["json_object", "json_schema", "text"])
        }
    }

    /// What the reply repeats must have the type that clients expect there.
    private static func checkEchoed(_ fields: OpenAIFields) throws(OpenAIError) {
        for name in ["parallel_tool_calls", "background"] { _ = try fields.bool(name) }
        for name in ["max_output_tokens", "max_tool_calls"] { _ = try fields.int(name) }
        for name in ["metadata", "reasoning", "text"] { _ = try fields.fields(name) }
        for name in ["truncation", "service_tier", "prompt_cache_key", "safety_identifier", "user"] {
            _ = try fields.string(name)
        }
        for name in ["temperature", "top_p"] {
            guard let value = fields[name], value.doubleValue == nil else { continue }
            throw .wrongType(value, of: name, expected: "a number")
        }
    }
}

extension ResponsesRequest: ModelRequest {
    public func response(_ answer: Answer, seed: ReplySeed) -> Response {
        ResponsesReply(answer, to: self, seed: seed).response
    }

    public func stream(_ answer: Answer, seed: ReplySeed) -> ReplyStream {
        let reply = ResponsesReply(answer, to: self, seed: seed)
        return ResponsesStream(of: reply.json).replyStream(headers: reply.headers)
    }

    public func response(_ failure: ModelFailure) -> Response { OpenAIError(failure).response }

    /// What is kept of the answer for later requests; nil when the client wants nothing kept.
    public func stored(_ answer: Answer, seed: ReplySeed) -> StoredResponse? {
        isStored ? StoredResponse(ResponsesReply(answer, to: self, seed: seed)) : nil
    }

    /// The answer of `POST …/responses/input_tokens`: an estimate, as in `usage`.
    public var inputTokens: Response {
        let usage = Usage(estimating: Answer([]), to: conversation)
        return .openAI(["object": "response.input_tokens", "input_tokens": .number(usage.promptTokens)])
    }

    /// The answer of `POST …/responses/compact`: the user's messages and one opaque item that stands for the rest.
    ///
    /// The item holds nothing: a conversation that goes on from it has the user's messages only.
    public func compacted(seed: ReplySeed) -> Response {
        let users = StoredResponse.identified(earlierItems + input, seed: seed).filter {
            $0["role"]?.stringValue == "user"
        }
        let compaction: JSONValue = [
            "id": .string(seed.id("cmp_", part: "compaction", length: 48)), "type": "compaction",
            "encrypted_content": .string(seed.id("gAAAAA", part: "compacted", length: 64)),
        ]
        return .openAI([
            "id": .string(seed.id("resp_", length: 48)), "object": "response.compaction",
            "created_at": .number(seed.created), "output": .array(users + [compaction]),
            "usage": Usage(estimating: Answer([]), to: conversation).responsesJSON(of: Answer([])),
        ])
    }
}

extension Response {
    /// A whole JSON answer.
    static func openAI(_ json: JSONValue, headers: Headers = ["content-type": "application/json"]) -> Response {
        Response(headers: headers, body: json.bytes())
    }
}

extension OpenAIError {
    static let bothHistories = OpenAIError(
        status: 400,
        message: "Mutually exclusive parameters: give only one of 'previous_response_id' and 'conversation'.",
        code: "mutually_exclusive_parameters")

    static func unknownPreviousResponse(_ id: String) -> OpenAIError {
        OpenAIError(
            status: 400, message: "Previous response with id '\(id)' not found.", param: "previous_response_id",
            code: "previous_response_not_found")
    }

    static func unknownItem(_ id: String) -> OpenAIError {
        OpenAIError(
            status: 404,
            message: "Item with id '\(id)' not found. Items are not kept when 'store' is false; "
                + "store the response or leave the reference out.",
            param: "input")
    }
}
