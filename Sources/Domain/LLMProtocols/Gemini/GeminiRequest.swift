public import Conversations
public import Documents
public import HTTPMessages

/// A view on a request to `generateContent` or `streamGenerateContent`, its names in camel case, snake case or both.
public struct GeminiRequest: ModelRequest {
    public let json: JSONValue
    /// Contents with results of calls are messages of the tool; thoughts are left out.
    public let conversation: Conversation
    public let isStream: Bool
    /// A stream is server-sent events (`alt=sse`), else a JSON array that grows.
    public let streamsEvents: Bool

    /// - Parameters:
    ///   - model: From the path, without `models/`.
    ///   - isStream: The verb is `streamGenerateContent`.
    ///   - streamsEvents: The query has `alt=sse`.
    /// - Throws: As the service would refuse the body.
    public init(body: [UInt8], model: String, isStream: Bool = false, streamsEvents: Bool = false) throws(GeminiError) {
        json = try GeminiError.json(of: body)
        conversation = try Conversation(try GeminiFields(json), model: model)
        self.isStream = isStream
        self.streamsEvents = streamsEvents
    }

    public func response(_ answer: Answer, seed: ReplySeed) -> Response {
        GeminiReply(answer, to: conversation, seed: seed).response
    }

    public func stream(_ answer: Answer, seed: ReplySeed) -> ReplyStream {
        GeminiStream(GeminiReply(answer, to: conversation, seed: seed), asEvents: streamsEvents).stream
    }

    public func response(_ failure: ModelFailure) -> Response { GeminiError(failure).response }
}

extension GeminiError {
    /// A code, for which the service has no field, begins the message.
    public init(_ failure: ModelFailure) {
        self.init(
            code: failure.status, message: (failure.code.map { "\($0): " } ?? "") + failure.message,
            status: failure.type, headers: failure.headers)
    }
}

extension Conversation {
    init(_ fields: GeminiFields, model: String) throws(GeminiError) {
        var messages: [Message] = []
        if let system = try fields.fields("systemInstruction") {
            messages.append(Message(role: .system, text: try GeminiContent(system).text))
        }
        let contents = try fields.list("contents")
        guard !contents.isEmpty else { throw .refused("contents", "contents is not specified") }
        for content in contents { messages.append(try Conversation.message(content)) }
        let calling = try fields.fields("toolConfig")?.fields("functionCallingConfig")
        let (choice, allowed) = try Conversation.toolChoice(calling)
        let tools = try Conversation.tools(fields).filter { tool in
            allowed.map { $0.contains { $0.hasSameScalars(as: tool.name) } } ?? true
        }
        let generation = try fields.fields("generationConfig")
        let count = try generation?.optional("candidateCount", .integer) ?? 1
        guard (1...8).contains(count) else {
            throw .refused("generation_config.candidate_count", "candidate_count must be in the range [1, 8].")
        }
        self.init(
            model: model, messages: messages, tools: tools, toolChoice: choice,
            answerFormat: try Conversation.answerFormat(generation), answerCount: count)
    }

    private static func message(_ fields: GeminiFields) throws(GeminiError) -> Message {
        let role: Message.Role
        switch try fields.optional("role", .string) {
        case nil, "user", "": role = .user
        case "model": role = .assistant
        case "function": role = .tool
        default:
            throw GeminiError(code: 400, message: "Please use a valid role: user, model.")
        }
        let content = try GeminiContent(fields)
        return Message(
            role: content.toolResults.isEmpty ? role : .tool, text: content.text, toolCalls: content.toolCalls,
            toolResults: content.toolResults)
    }

    private static func tools(_ fields: GeminiFields) throws(GeminiError) -> [Tool] {
        var tools: [Tool] = []
        for tool in try fields.list("tools") {
            for function in try tool.list("functionDeclarations") {
                let schema = try function.optional("parameters", .object).map { GeminiSchema.jsonSchema(.object($0)) }
                tools.append(
                    Tool(
                        name: try function.name("name"), description: try function.optional("description", .string),
                        parameters: schema ?? function.value("parametersJsonSchema")))
            }
            // All other members are tools of the service's own: `googleSearch`, `codeExecution`.
            let others = tool.object.members.filter { !$0.value.isNull }.map { GeminiFields.camelCase($0.name) }
            tools += others.filter { $0 != "functionDeclarations" }.map { Tool(name: $0) }
        }
        return tools
    }

    /// The choice, and the only functions that may be called, where they are named.
    private static func toolChoice(_ fields: GeminiFields?) throws(GeminiError) -> (ToolChoice, allowed: [String]?) {
        guard let fields else { return (.automatic, nil) }
        let mode = try fields.optional("mode", .string) ?? "AUTO"
        let names = try fields.optional("allowedFunctionNames", .strings) ?? []
        let allowed = names.isEmpty ? nil : names
        switch mode.uppercased() {
        case "AUTO", "MODE_UNSPECIFIED": return (.automatic, nil)
        case "VALIDATED": return (.automatic, allowed)
        case "ANY": return (names.count == 1 ? .named(names[0]) : .required, allowed)
        case "NONE": return (.none, nil)
        default:
            throw .invalidValue(
                .string(mode), at: fields.path("mode"),
                "type.googleapis.com/google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode")
        }
    }

    private static func answerFormat(_ generation: GeminiFields?) throws(GeminiError) -> AnswerFormat {
        guard let generation else { return .text }
        if let schema = try generation.optional("responseSchema", .object) {
            return .schema(name: schema["title"]?.stringValue, GeminiSchema.jsonSchema(.object(schema)))
        }
        if let schema = generation.value("responseJsonSchema") {
            return .schema(name: schema["title"]?.stringValue, schema)
        }
        return try generation.optional("responseMimeType", .string) == "application/json" ? .json : .text
    }
}
