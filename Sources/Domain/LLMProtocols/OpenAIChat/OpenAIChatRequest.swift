public import Conversations
public import Documents
public import HTTPMessages

/// A view on the body of a chat completions request; fields that nothing here depends on are not looked at.
public struct OpenAIChatRequest: Sendable {
    public let json: JSONValue
    public let conversation: Conversation
    public let isStream: Bool
    /// `stream_options.include_usage`: one more chunk, with the usage.
    public let includesUsage: Bool
    /// How many tokens to list beside each token said; nil when `logprobs` is not asked for.
    public let topLogprobCount: Int?
    /// Whether calls are wanted the old way: `functions`, and `function_call` in the answer, one at most.
    public let usesFunctions: Bool
    /// Whether the answer has Azure's additions: results of content filters.
    public let isAzure: Bool
    /// Names of tools that take free text instead of JSON.
    let customTools: Set<String>

    /// - Parameters:
    ///   - pathModel: The model that the path names; used when the body names none.
    ///   - isAzure: Whether the path is one of Azure's deployments.
    /// - Throws: `OpenAIError`, as the service would refuse the body.
    public init(body: [UInt8], pathModel: String? = nil, isAzure: Bool = false) throws(OpenAIError) {
        let fields = try OpenAIFields(body: body)
        json = .object(fields.object)
        self.isAzure = isAzure
        guard let model = try fields.string("model") ?? pathModel else { throw .missing("model") }
        isStream = try fields.bool("stream") ?? false
        includesUsage = try fields.fields("stream_options")?.bool("include_usage") ?? false
        let choiceCount = try fields.int("n", in: 1...128) ?? 1
        let topLogprobs = try fields.int("top_logprobs", in: 0...20) ?? 0
        topLogprobCount = try fields.bool("logprobs") ?? false ? topLogprobs : nil
        guard let list = try fields.array("messages") else { throw .missing("messages") }
        guard !list.isEmpty else { throw .emptyArray("messages") }
        var messages: [Conversation.Message] = []
        for message in try fields.list("messages") { messages.append(try Self.message(message)) }
        let tools = try Self.tools(fields)
        let functions = try fields.list("functions")
        usesFunctions = !functions.isEmpty && tools.isEmpty
        customTools = Set(tools.filter(\.isCustom).map(\.tool.name))
        var allTools = tools.map(\.tool)
        for function in functions { allTools.append(try Self.function(function)) }
        let (choice, allowed) =
            usesFunctions ? (try Self.legacyChoice(fields), nil) : try Self.toolChoice(fields)
        if let allowed { allTools.removeAll { !allowed.contains($0.name) } }
        conversation = Conversation(
            model: model, messages: messages, tools: allTools, toolChoice: choice,
            answerFormat: try Self.format(fields), answerCount: choiceCount)
    }
}

extension OpenAIChatRequest: ModelRequest {
    public func response(_ answer: Answer, seed: ReplySeed) -> Response {
        OpenAIChatReply(answer, to: self, seed: seed).response
    }

    public func stream(_ answer: Answer, seed: ReplySeed) -> ReplyStream {
        OpenAIChatStream(OpenAIChatReply(answer, to: self, seed: seed)).replyStream
    }

    public func response(_ failure: ModelFailure) -> Response { OpenAIError(failure).response }
}
