import AgentChats
public import HTTPMessages
public import Scenarios
public import Transcripts

/// One attempt at a scenario: its agents, one responder for all that they ask, and a transcript of what happens.
public struct Rehearsal: Sendable {
    /// What a session's services are asked with.
    public struct Keys: Sendable {
        public var llm: String
        public var hopx: String

        public init(llm: String, hopx: String) {
            self.llm = llm
            self.hopx = hopx
        }
    }

    private let scenario: Scenario
    private let responder: any Responder
    private let keys: Keys
    private let clock: any Clock
    private let jitter: @Sendable () -> Double
    /// Begins empty: what another attempt was told does not count.
    private let cache = AnswerCache()
    private let onEntry: @Sendable (Entry) -> Void
    private let onFile: @Sendable (FileSighting) -> Void

    /// - Parameters:
    ///   - responder: Answers for the language model and for HopX.
    ///   - jitter: A factor in (0.75, 1] for each wait before a retry that the service did not ask for.
    ///   - onEntry: Called for each entry as it happens.
    ///   - onFile: Called for each file that an expectation names, once for each sandbox, before it is killed.
    public init(
        _ scenario: Scenario, responder: any Responder, keys: Keys, clock: any Clock,
        jitter: @escaping @Sendable () -> Double = { 1 }, onEntry: @escaping @Sendable (Entry) -> Void = { _ in },
        onFile: @escaping @Sendable (FileSighting) -> Void = { _ in }
    ) {
        self.scenario = scenario
        self.responder = responder
        self.keys = keys
        self.clock = clock
        self.jitter = jitter
        self.onEntry = onEntry
        self.onFile = onFile
    }

    /// Performs the scenario to its end; an error of a service is an end like any other.
    ///
    /// Sandboxes are killed before it returns or throws.
    ///
    /// - Throws: `CancellationError`.
    public func perform() async throws -> Transcript {
        let writer = TranscriptWriter(subject: scenario.name, clock: clock, onEntry: onEntry)
        let executors = executors(writer)
        let sandbox = SandboxTools(service: sandboxes, clock: clock, writer: writer)
        let performance = ChatPerformance(
            models: models(writer), executors: executors, selectors: selectors(writer), tools: tools(on: sandbox),
            writer: writer)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await converse(performance, writer))
        } catch {
            outcome = .failure(error)
        }
        // Awaited here at once. Tasks of their own so that a cancelled rehearsal still kills its sandboxes; one that
        // cannot be killed ends with its time.
        for agent in scenario.agents {
            guard let executor = executors[agent.name] else { continue }
            await Task { try? await executor.reset() }.value
        }
        await Task { try? await sandbox.reset() }.value
        try outcome.get()
        return writer.transcript
    }

    /// An error that ends a chat is its end in the transcript, and the program's.
    private func converse(_ performance: ChatPerformance, _ writer: TranscriptWriter) async throws {
        var cast = cast
        switch scenario.conversation {
        case .twoAgent(let from, let to, let message, let maxTurns):
            try await initiate(cast, from, to, message, maxTurns, performance)
        case .group(let chat):
            try await initiate(cast, chat.from, chat.group.manager, chat.message, chat.maxTurns, performance)
        case .persistent(let from, let to, let messages):
            for (index, message) in messages.enumerated() {
                var chat = TwoAgentChat(
                    cast: cast, from: from, to: to, message: Message(text: message),
                    opening: index == 0
                        ? .initiate(clearsHistory: true, maxTurns: nil) : .send(requestsReply: nil))
                try await performance.perform(&chat)
                guard chat.error == nil else { return }
                cast = chat.cast
            }
        // Whoever starts a program watches it, and conducts nothing.
        case .program: break
        case .pipeline(let chats):
            var pipeline = Pipeline(chats, cast: cast)
            var lastError: ChatError?
            do {
                try await performance.perform(&pipeline) { lastError = $0.error }
            } catch let error as ChatError where error != lastError {
                // The chat had ended well, and its summary failed.
                writer.write(.end(End(cause: .error, agent: nil, failure: error.description)))
            } catch is ChatError {}
        }
    }

    private func initiate(
        _ cast: Cast, _ from: String, _ to: String, _ message: String, _ maxTurns: Int?, _ performance: ChatPerformance
    ) async throws {
        var chat = TwoAgentChat(
            cast: cast, from: from, to: to, message: Message(text: message),
            opening: .initiate(clearsHistory: true, maxTurns: maxTurns))
        try await performance.perform(&chat)
    }

    /// All agents, the manager of a group among them.
    private var cast: Cast {
        let agents = scenario.agents.map { agent in
            var member = AgentChats.Agent(agent)
            member.tools = scenario.tools.filter { $0.executor == agent.name }.map(\.tool)
            return member
        }
        guard case .group(let chat) = scenario.conversation else { return Cast(agents) }
        let manager = AgentChats.Agent(
            name: chat.group.manager, kind: .manager, hasModel: chat.model != nil,
            terminationTest: chat.termination.map(TerminationTest.init))
        return Cast(agents + [manager], groups: [chat.group], seed: chat.seed)
    }

    private func models(_ writer: TranscriptWriter) -> [String: LLMClient] {
        var models: [String: LLMClient] = [:]
        for agent in scenario.agents {
            guard let model = agent.model else { continue }
            let tools = scenario.tools.filter { $0.caller == agent.name }.map(\.tool)
            models[agent.name] = client(agent.name, model, tools, writer)
        }
        return models
    }

    private func selectors(_ writer: TranscriptWriter) -> [String: LLMClient] {
        guard case .group(let chat) = scenario.conversation, let model = chat.model else { return [:] }
        return [chat.group.manager: client("speaker_selection_agent", model, [], writer)]
    }

    private func client(
        _ agent: String, _ model: Scenario.Model, _ tools: [AgentChats.Tool], _ writer: TranscriptWriter
    ) -> LLMClient {
        let settings = LLMSettings(model, key: keys.llm)
        return LLMClient(
            agent: agent, settings: tools.reduce(settings) { $0.offering($1) }, responder: responder, clock: clock,
            writer: writer, cache: cache, jitter: jitter)
    }

    private func executors(_ writer: TranscriptWriter) -> [String: any CodeExecutor] {
        var executors: [String: any CodeExecutor] = [:]
        for agent in scenario.agents {
            if let executor = agent.executor {
                executors[agent.name] = sandboxExecutor(executor, of: agent.name, writer)
            }
        }
        return executors
    }

    private func tools(on sandbox: SandboxTools) -> [String: ToolFunction] {
        var functions: [String: ToolFunction] = [:]
        for tool in scenario.tools { functions[tool.tool.name] = ToolFunction(tool, sandbox: sandbox) }
        return functions
    }

    private var sandboxes: any SandboxService {
        let client = SandboxClient(responder: responder, key: keys.hopx, clock: clock)
        let wanted = scenario.wantedFiles
        return wanted.isEmpty ? client : FileLookout(service: client, wanted: wanted, onFile: onFile)
    }

    private func sandboxExecutor(
        _ executor: Scenario.Executor, of agent: String, _ writer: TranscriptWriter
    ) -> SandboxExecutor {
        SandboxExecutor(agent: agent, rules: ExecutorRules(executor), service: sandboxes, clock: clock, writer: writer)
    }
}

extension AgentChats.Agent {
    /// The agent that a scenario describes, AutoGen's defaults for what it leaves open.
    fileprivate init(_ agent: Scenario.Agent) {
        let kind: Kind =
            switch agent.kind {
            case .assistant: .assistant
            case .userProxy: .userProxy
            case .conversable: .conversable
            }
        self.init(
            name: agent.name, kind: kind, systemMessage: agent.system, description: agent.description,
            hasModel: agent.model != nil,
            lookBack: agent.executor.map { _ in agent.lookBack.map(LookBack.last) ?? .auto },
            maxAutoReplies: agent.maxAutoReplies, defaultReply: Message(text: agent.defaultReply ?? ""),
            terminationTest: agent.termination.map(TerminationTest.init))
    }
}

extension TerminationTest {
    fileprivate init(_ termination: Scenario.Termination) {
        switch termination {
        case .equals(let text): self = .equals(text)
        case .contains(let text): self = .contains(text)
        case .endsWith(let text): self = .endsWith(text)
        }
    }
}

extension ExecutorRules {
    fileprivate init(_ executor: Scenario.Executor) {
        self =
            switch executor {
            case .hopx(let template, let timeout, let ttl): .hopx(timeout: timeout, template: template, ttl: ttl)
            case .persistent(let timeout): .persistent(timeout: timeout)
            case .robust(let attempts): .robust(maxRetries: attempts)
            case .production(let timeout, let persists, let limit):
                .production(timeout: timeout, persists: persists, cut: limit)
            }
    }
}
