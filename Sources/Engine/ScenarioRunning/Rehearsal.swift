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
    private let onEntry: @Sendable (Entry) -> Void

    /// - Parameters:
    ///   - responder: Answers for the language model and for HopX.
    ///   - jitter: A factor in (0.75, 1] for each wait before a retry that the service did not ask for.
    ///   - onEntry: Called for each entry as it happens.
    public init(
        _ scenario: Scenario, responder: any Responder, keys: Keys, clock: any Clock,
        jitter: @escaping @Sendable () -> Double = { 1 }, onEntry: @escaping @Sendable (Entry) -> Void = { _ in }
    ) {
        self.scenario = scenario
        self.responder = responder
        self.keys = keys
        self.clock = clock
        self.jitter = jitter
        self.onEntry = onEntry
    }

    /// Performs the scenario to its end; an error of a service is an end like any other.
    ///
    /// Sandboxes are killed before it returns or throws.
    ///
    /// - Throws: `CancellationError`.
    public func perform() async throws -> Transcript {
        let writer = TranscriptWriter(subject: scenario.name, clock: clock, onEntry: onEntry)
        var models: [String: LLMClient] = [:]
        var executors: [String: any CodeExecutor] = [:]
        for agent in scenario.agents {
            if let model = agent.model {
                models[agent.name] = LLMClient(
                    agent: agent.name, settings: LLMSettings(model, key: keys.llm), responder: responder, clock: clock,
                    writer: writer, jitter: jitter)
            }
            if let executor = agent.executor {
                executors[agent.name] = sandboxExecutor(executor, of: agent.name, writer)
            }
        }
        var chat = chat(on: Cast(scenario.agents.map(AgentChats.Agent.init)))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await ChatPerformance(models: models, executors: executors, writer: writer).perform(&chat))
        } catch {
            outcome = .failure(error)
        }
        for agent in scenario.agents {
            guard let executor = executors[agent.name] else { continue }
            // Awaited here at once. A task of its own so that a cancelled rehearsal still kills its sandboxes; one that
            // cannot be killed ends with its time.
            await Task { try? await executor.reset() }.value
        }
        try outcome.get()
        return writer.transcript
    }

    private func sandboxExecutor(
        _ executor: Scenario.Executor, of agent: String, _ writer: TranscriptWriter
    ) -> SandboxExecutor {
        switch executor {
        case .hopx(let template, let timeout, let ttl):
            SandboxExecutor(
                agent: agent, rules: .hopx(timeout: timeout, template: template, ttl: ttl),
                service: SandboxClient(responder: responder, key: keys.hopx, clock: clock), clock: clock, writer: writer
            )
        }
    }

    private func chat(on cast: Cast) -> TwoAgentChat {
        switch scenario.conversation {
        case .twoAgent(let from, let to, let message, let maxTurns):
            TwoAgentChat(
                cast: cast, from: from, to: to, message: Message(text: message),
                opening: .initiate(clearsHistory: true, maxTurns: maxTurns))
        }
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
        let termination: TerminationTest? =
            switch agent.termination {
            case .equals(let text): .equals(text)
            case .contains(let text): .contains(text)
            case .endsWith(let text): .endsWith(text)
            case nil: nil
            }
        self.init(
            name: agent.name, kind: kind, systemMessage: agent.system, hasModel: agent.model != nil,
            lookBack: agent.executor.map { _ in agent.lookBack.map(LookBack.last) ?? .auto },
            maxAutoReplies: agent.maxAutoReplies, defaultReply: Message(text: agent.defaultReply ?? ""),
            terminationTest: termination)
    }
}
