public import Conversations
public import Documents
public import HTTPMessages

/// A view on the body of a request of the old completions, before there was chat.
public struct OpenAICompletionsRequest: Sendable {
    public let json: JSONValue
    /// One message of the user: the prompts, joined by line feeds.
    public let conversation: Conversation
    public let isStream: Bool
    /// `stream_options.include_usage`: one more chunk, with the usage.
    public let includesUsage: Bool
    /// Whether the text begins with its prompt.
    public let echoesPrompt: Bool
    /// How many tokens to list beside each token said; nil when no probabilities are asked for.
    public let logprobCount: Int?
    let prompts: [OpenAITextInput]
    /// Choices for each prompt.
    let choicesPerPrompt: Int

    /// - Parameter pathModel: The model that the path names; used when the body names none.
    /// - Throws: `OpenAIError`, as the service would refuse the body.
    public init(body: [UInt8], pathModel: String? = nil) throws(OpenAIError) {
        let fields = try OpenAIFields(body: body)
        json = .object(fields.object)
        guard let model = try fields.string("model") ?? pathModel else { throw .missing("model") }
        isStream = try fields.bool("stream") ?? false
        includesUsage = try fields.fields("stream_options")?.bool("include_usage") ?? false
        echoesPrompt = try fields.bool("echo") ?? false
        logprobCount = try fields.int("logprobs", in: 0...5)
        choicesPerPrompt = try fields.int("n", in: 1...128) ?? 1
        // Without a prompt the service begins a new document.
        prompts = try OpenAITextInput.list(fields, "prompt") ?? [OpenAITextInput(text: "")]
        guard prompts.count <= 128 else {
            throw OpenAIError(
                status: 400,
                message: "Invalid 'prompt': array too long. Expected at most 128 items, "
                    + "but got \(prompts.count) instead.", param: "prompt", code: "array_above_max_length")
        }
        conversation = Conversation(
            model: model,
            messages: [.init(role: .user, text: prompts.map(\.text).joined(separator: "\n"))],
            answerCount: prompts.count * choicesPerPrompt)
    }
}

extension OpenAICompletionsRequest: ModelRequest {
    public func response(_ answer: Answer, seed: ReplySeed) -> Response {
        OpenAICompletionsReply(answer, to: self, seed: seed).response
    }

    public func stream(_ answer: Answer, seed: ReplySeed) -> ReplyStream {
        OpenAICompletionsStream(OpenAICompletionsReply(answer, to: self, seed: seed)).replyStream
    }

    public func response(_ failure: ModelFailure) -> Response { OpenAIError(failure).response }
}
