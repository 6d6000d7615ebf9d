public import AgentChats
import Documents
import Transcripts

/// Performs a conversation: asks the models and runs the code that the chat machine wants, and tells it the outcome.
public struct ChatPerformance: Sendable {
    /// By agent's name.
    private let models: [String: LLMClient]
    /// By agent's name.
    private let executors: [String: any CodeExecutor]
    /// By manager's name.
    private let selectors: [String: LLMClient]
    private let tools: [String: ToolFunction]
    private let writer: TranscriptWriter

    /// - Parameters:
    ///   - models: By the name of the agent that they answer for; every agent with a model has one.
    ///   - executors: By the name of the agent whose code they run; every agent that runs code has one.
    ///   - selectors: The models that choose speakers, by the name of the manager they do it for.
    ///   - tools: What a call enters, by the tool's name; every tool of an agent has one.
    ///   - writer: Gets the messages and the end; calls and runs are written by those who make them.
    public init(
        models: [String: LLMClient], executors: [String: any CodeExecutor], selectors: [String: LLMClient] = [:],
        tools: [String: ToolFunction] = [:], writer: TranscriptWriter
    ) {
        self.models = models
        self.executors = executors
        self.selectors = selectors
        self.tools = tools
        self.writer = writer
    }

    /// Performs a chat from its start to its end. What a model or an executor raises ends it, and is the chat's error.
    ///
    /// - Throws: `CancellationError`, between two messages at the latest.
    public func perform(_ chat: inout TwoAgentChat) async throws {
        var action = chat.next(after: .started)
        while true {
            try Task.checkCancellation()
            switch action {
            case .say(let message):
                writer.write(.message(message))
                action = chat.next(after: .heard)
            case .ask(let agent, let messages):
                guard let model = models[agent] else { preconditionFailure("\(agent) has no model") }
                action = chat.next(after: try await event { .answered(try await model.answer(to: messages)) })
            case .select(let manager, let messages):
                guard let model = selectors[manager] else { preconditionFailure("\(manager) has no model") }
                action = chat.next(after: try await event { .answered(try await model.answer(to: messages)) })
            case .call(_, let tool, let arguments):
                guard let function = tools[tool] else { preconditionFailure("\(tool) has no function") }
                action = chat.next(after: try await event { .called(try await function(arguments)) })
            case .run(let agent, let blocks):
                guard let executor = executors[agent] else { preconditionFailure("\(agent) has no executor") }
                action = chat.next(after: try await event { .ranCode(try await executor.run(blocks)) })
            case .finish(let end):
                writer.write(.end(end))
                return
            }
        }
    }

    /// Performs all chats of a pipeline.
    ///
    /// - Throws: `ChatError`, the one that ended a chat or its summary and so the pipeline; `CancellationError`.
    public func perform(_ pipeline: inout Pipeline, onChat: (TwoAgentChat) -> Void = { _ in }) async throws {
        for chat in pipeline.chats {
            if let refusal = refusal(of: chat.summary, from: chat.sender, to: chat.recipient) { throw refusal }
        }
        var action = pipeline.next(after: .started)
        while case .perform(var chat, let summary) = action {
            defer { onChat(chat) }
            try await perform(&chat)
            if let error = chat.error { throw error }
            let result = try await result(of: chat, summary: summary)
            action = pipeline.next(after: .finished(chat, result))
        }
    }

    /// What AutoGen says, before a chat begins, to a summary that no model could write.
    public func refusal(of method: SummaryMethod, from sender: String, to recipient: String) -> ChatError? {
        guard case .reflection = method, models[sender] == nil, models[recipient] == nil else { return nil }
        return ChatError(
            "AssertionError",
            "llm client must be set in either the recipient or sender when summary_method is reflection_with_llm.")
    }

    /// What a chat leaves when it is over.
    ///
    /// - Throws: `ChatError` when a model that was to sum it up failed; a request it refused (400) gives an empty
    ///   summary. `CancellationError`.
    public func result(of chat: TwoAgentChat, summary method: SummaryMethod = .lastMessage) async throws -> ChatResult {
        let summary = try await summary(of: chat, method)
        var cost = Spending()
        for agent in [chat.sender, chat.recipient] {
            if let model = models[agent] { cost.add(await model.spending) }
        }
        return ChatResult(history: chat.history, summary: summary, cost: cost)
    }

    private func summary(of chat: TwoAgentChat, _ method: SummaryMethod) async throws -> JSONValue {
        switch method {
        case .none: return ""
        case .lastMessage: return .string(try chat.lastMessageSummary())
        case .reflection(let prompt, let role):
            if let refusal = refusal(of: method, from: chat.sender, to: chat.recipient) { throw refusal }
            guard let model = models[chat.recipient] ?? models[chat.sender] else { return "" }
            let request = chat.reflectionRequest(prompt: prompt, role: role)
            do {
                let reply = try await model.answer(to: request, as: chat.sender).reply()
                guard let reply else { return .null }
                return reply.fields.count == 1 ? reply.content ?? .null : reply.json
            } catch let error as ChatError where error.status == 400 {
                return ""
            }
        }
    }

    private func event(_ work: () async throws -> TwoAgentChat.Event) async throws -> TwoAgentChat.Event {
        do {
            return try await work()
        } catch let error as ChatError {
            return .failed(error)
        }
    }
}
