import AgentChats
import Documents
import HTTPMessages
import ScenarioRunning
import Transcripts

/// The program that a golden file describes, performed by the engine; knows nothing of what is expected.
struct GoldenProgram {
    /// Something in the file that is not implemented.
    struct Unsupported: Error, CustomStringConvertible {
        let description: String

        init(_ what: String) { description = "not implemented: \(what)" }
    }

    private let actions: [JSONValue]
    private let script: JSONValue
    private let agents: [JSONValue]
    private let cast: Cast
    private let writer: TranscriptWriter
    private let llm: ScriptedLLM
    private let hopx: ScriptedHopX
    private let scriptedExecutor: ScriptedExecutor
    private let executorLog = CallLog()
    private let models: [String: LLMClient]
    /// By the name in `config.executors`.
    private let namedExecutors: [String: any CodeExecutor]
    private let performance: ChatPerformance

    init(config: JSONValue, actions: [JSONValue], script: JSONValue) throws {
        self.actions = actions
        self.script = script
        agents = config["agents"]?.arrayValue ?? []
        guard (config["tools"]?.arrayValue ?? []).isEmpty else { throw Unsupported("tools") }
        cast = Cast(try agents.map(AgentChats.Agent.init(golden:)))
        let clock = VirtualClock()
        writer = TranscriptWriter(subject: "golden", clock: clock)
        llm = ScriptedLLM(replies: script["llm"]?.arrayValue ?? [], clock: clock)
        hopx = ScriptedHopX(
            creations: script["sandbox_create"]?.arrayValue ?? [], runs: script["sandbox"]?.arrayValue ?? [])
        scriptedExecutor = ScriptedExecutor(results: script["executor"]?.arrayValue ?? [])

        let cache = AnswerCache()
        var models: [String: LLMClient] = [:]
        for agent in agents {
            guard let name = agent["name"]?.stringValue, let settings = agent["llm_config"]?.stringValue else {
                continue
            }
            let settingsObject = config["llm_configs"]?[settings]?.objectValue ?? JSONObject()
            models[name] = LLMClient(
                agent: name, settings: LLMSettings(config: settingsObject, key: "test-key"), responder: llm,
                clock: clock,
                writer: writer, cache: cache)
        }
        self.models = models

        var named: [String: any CodeExecutor] = [:]
        for member in config["executors"]?.objectValue?.members ?? [] {
            named[member.name] = ListeningExecutor(
                try GoldenProgram.executor(member.value, scripted: scriptedExecutor, hopx: hopx, writer: writer),
                log: executorLog)
        }
        namedExecutors = named
        var executors: [String: any CodeExecutor] = [:]
        for agent in agents {
            if let name = agent["name"]?.stringValue,
                let executor = agent["code_execution_config"]?["executor"]?.stringValue
            {
                executors[name] = named[executor]
            }
        }
        performance = ChatPerformance(models: models, executors: executors, writer: writer)
    }

    private static func executor(
        _ config: JSONValue, scripted: ScriptedExecutor, hopx: ScriptedHopX, writer: TranscriptWriter
    ) throws -> any CodeExecutor {
        let timeout = config["timeout"]?.intValue ?? 60
        let rules: ExecutorRules
        switch config["class"]?.stringValue {
        case "scripted": return scripted
        case "HopXCodeExecutor":
            rules = .hopx(
                timeout: timeout, template: config["template"]?.stringValue ?? "code-interpreter",
                ttl: config["sandbox_ttl"]?.intValue ?? 300)
        case "PersistentHopXExecutor": rules = .persistent(timeout: timeout)
        case "RobustHopXExecutor": rules = .robust(maxRetries: config["max_retries"]?.intValue ?? 3)
        case "HopXExecutor":
            rules = .production(
                timeout: timeout, persists: config["persist"]?.boolValue ?? true,
                cut: config["truncate_stdout"]?.intValue)
        case let name: throw Unsupported("executor class \(name ?? "none")")
        }
        let executorClock = VirtualClock { duration in
            let seconds = JSONNumber(duration / .seconds(1)).map(JSONValue.number) ?? .null
            hopx.note(JSONObject([("op", "sleep"), ("seconds", seconds)]))
        }
        return SandboxExecutor(
            agent: "executor", rules: rules,
            service: ScriptedSandboxes(client: SandboxClient(responder: hopx, key: "test-key", clock: VirtualClock())),
            clock: executorClock, writer: writer)
    }

    /// Performs all actions.
    ///
    /// - Returns: What happened, in the form of a golden file's `expected`.
    func perform() async throws -> JSONValue {
        var cast = cast
        var outcomes: [JSONValue] = []
        var programError: JSONValue = .null
        for (index, action) in actions.enumerated() {
            let (outcome, error) = try await perform(action, on: &cast)
            outcomes.append(.object(outcome))
            if let error, action["expect_error"]?.boolValue != true {
                var object = error.objectValue ?? JSONObject()
                object["action"] = .number(index)
                programError = .object(object)
                break
            }
        }
        return .object(
            JSONObject([
                ("requests", .array(requests)), ("executor_calls", .array(executorLog.calls)),
                ("sandbox_calls", .array(hopx.calls.map(JSONValue.object))), ("tool_calls", []),
                ("outcomes", .array(outcomes)), ("error", programError), ("histories", histories(of: cast)),
            ]))
    }

    /// Entries of the script that nothing asked for, by list.
    var leftOver: [String] {
        let counts = [
            ("llm", (script["llm"]?.arrayValue ?? []).count - llm.asked.count), ("executor", scriptedExecutor.leftOver),
            ("sandbox", hopx.leftOver),
        ]
        return counts.filter { $0.1 != 0 }.map { "script.\($0.0): \($0.1) left over" }
    }

    private func perform(_ action: JSONValue, on cast: inout Cast) async throws -> (JSONObject, JSONValue?) {
        let op = action["op"]?.stringValue ?? ""
        var outcome = JSONObject([("op", .string(op))])
        guard op != "reset_executor" else {
            try await namedExecutors[action["executor"]?.stringValue ?? ""]?.reset()
            return (outcome, nil)
        }
        let sender = action["sender"]?.stringValue ?? "", recipient = action["recipient"]?.stringValue ?? ""
        let message =
            action["message"]?.objectValue.map(Message.init) ?? Message(text: action["message"]?.stringValue ?? "")
        let opening: TwoAgentChat.Opening =
            switch op {
            case "initiate_chat":
                .initiate(
                    clearsHistory: action["clear_history"]?.boolValue ?? true, maxTurns: action["max_turns"]?.intValue)
            case "send": .send(requestsReply: action["request_reply"]?.boolValue)
            default: throw Unsupported("action \(op)")
            }
        var chat = TwoAgentChat(cast: cast, from: sender, to: recipient, message: message, opening: opening)
        try await performance.perform(&chat)
        cast = chat.cast
        var error = chat.error
        if error == nil, op == "initiate_chat" {
            do {
                let result = try await performance.result(of: chat, summary: try summaryMethod(of: action))
                outcome["chat_history"] = .array(result.history.map(\.json))
                outcome["summary"] = result.summary
                outcome["cost"] = result.cost.json
            } catch let failure as ChatError {
                error = failure
            }
        }
        outcome["termination"] = .array(termination(of: chat, failed: error != nil))
        outcome["error"] = error?.json
        return (outcome, error?.json)
    }

    private func summaryMethod(of action: JSONValue) throws -> SummaryMethod {
        switch action["summary_method"] {
        case nil, "last_msg"?: return .lastMessage
        case .null?: return .none
        case "reflection_with_llm"?:
            guard case .reflection(let prompt, let role) = SummaryMethod.standardReflection else { return .none }
            let arguments = action["summary_args"]
            return .reflection(
                prompt: arguments?["summary_prompt"]?.stringValue ?? prompt,
                role: arguments?["summary_role"]?.stringValue ?? role)
        case let method?: throw Unsupported("summary_method \(method.text())")
        }
    }

    private func termination(of chat: TwoAgentChat, failed: Bool) -> [JSONValue] {
        if failed { return [["cause": "error"]] }
        guard chat.notices.isEmpty else {
            return chat.notices.map { notice in
                let agent = notice.agent ?? ""
                return [
                    "agent": .string(agent), "sender": .string(agent == chat.sender ? chat.recipient : chat.sender),
                    "cause": .string(notice.cause.rawValue),
                ]
            }
        }
        guard case .end(let end)? = writer.transcript.entries.last(where: { $0.isEnd })?.kind else { return [] }
        return [["cause": .string(end.cause.rawValue)]]
    }

    private var requests: [JSONValue] {
        let calls = writer.transcript.entries.compactMap { entry in
            if case .llmCall(let call) = entry.kind { call } else { nil }
        }
        return llm.asked.enumerated().map { index, asked in
            [
                "agent": .string(calls.indices.contains(index) ? calls[index].agent : ""), "reply": .number(index),
                "retry_count": .number(Int(asked.retryCount) ?? -1), "body": asked.body,
            ]
        }
    }

    private func histories(of cast: Cast) -> JSONValue {
        var all = JSONObject()
        for agent in cast.agents where !cast.peers(of: agent.name).isEmpty {
            var own = JSONObject()
            for peer in cast.peers(of: agent.name) {
                own[peer] = .array(cast.history(of: agent.name, with: peer).map(\.json))
            }
            all[agent.name] = .object(own)
        }
        return .object(all)
    }
}

extension Entry {
    fileprivate var isEnd: Bool { if case .end = kind { true } else { false } }
}

extension ChatError {
    /// As a golden file has it.
    fileprivate var json: JSONValue {
        var object = JSONObject([("type", .string(className)), ("message", .string(message))])
        object["status_code"] = status.map(JSONValue.number)
        object["code"] = code.map(JSONValue.string)
        return .object(object)
    }
}

extension AgentChats.Agent {
    fileprivate init(golden config: JSONValue) throws {
        guard let name = config["name"]?.stringValue,
            let kind = config["class"]?.stringValue.flatMap(Kind.init(rawValue:))
        else { throw GoldenProgram.Unsupported("agent class \(config["class"]?.text() ?? "none")") }
        let code = config["code_execution_config"]
        var lookBack: LookBack?
        if code?["executor"] != nil {
            lookBack = code?["last_n_messages"]?.intValue.map(LookBack.last) ?? .auto
        }
        let test = config["is_termination_msg"]
        let value = test?["value"]?.stringValue ?? ""
        let terminationTest: TerminationTest? =
            switch test?["kind"]?.stringValue {
            case "content_equals": .equals(value)
            case "content_contains": .contains(value)
            case "content_ends_with_after_trim": .endsWith(value)
            case nil: nil
            case let kind?: throw GoldenProgram.Unsupported("is_termination_msg \(kind)")
            }
        let defaultReply: Message? =
            switch config["default_auto_reply"] {
            case nil: Message(text: "")
            case .string(let text)?: Message(text: text)
            case .object(let fields)?: Message(fields)
            default: nil
            }
        self.init(
            name: name, kind: kind, systemMessage: config["system_message"]?.stringValue,
            hasModel: config["llm_config"]?.stringValue != nil, lookBack: lookBack,
            maxAutoReplies: config["max_consecutive_auto_reply"]?.intValue, defaultReply: defaultReply,
            terminationTest: terminationTest)
    }
}
