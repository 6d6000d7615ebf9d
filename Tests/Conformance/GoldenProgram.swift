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
    private let scriptedTools: ScriptedTools
    private let executorLog = CallLog()
    private let toolLog = CallLog()
    private let isGroup: Bool
    private let models: [String: LLMClient]
    /// By the name in `config.executors`.
    private let namedExecutors: [String: any CodeExecutor]
    private let performance: ChatPerformance

    init(config: JSONValue, actions: [JSONValue], script: JSONValue) throws {
        self.actions = actions
        self.script = script
        agents = config["agents"]?.arrayValue ?? []
        let tools = try GoldenTools(config["tools"]?.arrayValue ?? [])
        let group = try config["group_chat"].map { try GoldenGroup($0, models: config["llm_configs"]) }
        isGroup = group != nil
        cast = Cast(
            try agents.map { agentConfig in
                var agent = try AgentChats.Agent(golden: agentConfig)
                let settings = agentConfig["llm_config"]?.stringValue.flatMap { config["llm_configs"]?[$0] }
                agent.fillsTemplates = settings?["allow_format_str_template"]?.boolValue ?? false
                agent.tools = tools.executed(by: agent.name)
                return agent
            } + (group.map { [$0.manager] } ?? []),
            groups: group.map { [$0.group] } ?? [], seed: group?.seed ?? .number(0))
        let clock = VirtualClock()
        writer = TranscriptWriter(subject: "golden", clock: clock)
        llm = ScriptedLLM(replies: script["llm"]?.arrayValue ?? [], clock: clock)
        hopx = ScriptedHopX(
            creations: script["sandbox_create"]?.arrayValue ?? [], runs: script["sandbox"]?.arrayValue ?? [])
        scriptedExecutor = ScriptedExecutor(results: script["executor"]?.arrayValue ?? [])

        let cache = AnswerCache()
        let (llm, writer) = (llm, writer)
        func client(_ agent: String, _ config: JSONValue, _ tools: [Tool] = []) -> LLMClient {
            let settings = LLMSettings(config: config.objectValue ?? JSONObject(), key: "test-key")
            return LLMClient(
                agent: agent, settings: tools.reduce(settings) { $0.offering($1) }, responder: llm, clock: clock,
                writer: writer, cache: cache)
        }
        func named(_ name: String) -> JSONValue { config["llm_configs"]?[name] ?? .null }
        var models: [String: LLMClient] = [:]
        for agent in agents {
            guard let name = agent["name"]?.stringValue, let settings = agent["llm_config"]?.stringValue else {
                continue
            }
            models[name] = client(name, named(settings), tools.offered(by: name))
        }
        var selectors: [String: LLMClient] = [:]
        if let group {
            if let settings = group.modelName {
                models[group.manager.name] = client(group.manager.name, named(settings))
            }
            if let settings = group.selectorModel {
                selectors[group.manager.name] = client("speaker_selection_agent", settings)
            }
        }
        self.models = models

        var namedExecutors: [String: any CodeExecutor] = [:]
        for member in config["executors"]?.objectValue?.members ?? [] {
            namedExecutors[member.name] = ListeningExecutor(
                try GoldenProgram.executor(member.value, scripted: scriptedExecutor, hopx: hopx, writer: writer),
                log: executorLog)
        }
        self.namedExecutors = namedExecutors
        var executors: [String: any CodeExecutor] = [:]
        for agent in agents {
            if let name = agent["name"]?.stringValue,
                let executor = agent["code_execution_config"]?["executor"]?.stringValue
            {
                executors[name] = namedExecutors[executor]
            }
        }
        scriptedTools = ScriptedTools(results: script["tools"]?.arrayValue ?? [])
        performance = ChatPerformance(
            models: models, executors: executors, selectors: selectors,
            tools: tools.functions(scripted: scriptedTools, hopx: hopx, log: toolLog, writer: writer), writer: writer)
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
        var speakers: [JSONValue] = []
        var programError: JSONValue = .null
        for (index, action) in actions.enumerated() {
            let (outcome, error) = try await perform(action, on: &cast, &speakers)
            outcomes.append(.object(outcome))
            if let error, action["expect_error"]?.boolValue != true {
                var object = error.objectValue ?? JSONObject()
                object["action"] = .number(index)
                programError = .object(object)
                break
            }
        }
        var observed = JSONObject([
            ("requests", .array(requests)), ("executor_calls", .array(executorLog.calls)),
            ("sandbox_calls", .array(hopx.calls.map(JSONValue.object))), ("tool_calls", .array(toolLog.calls)),
            ("outcomes", .array(outcomes)), ("error", programError), ("histories", histories(of: cast)),
        ])
        if isGroup, let manager = cast.agents.last?.name {
            observed["group_messages"] = .array(cast.groupMessages(of: manager).map(\.json))
            observed["speakers"] = .array(speakers)
        }
        return .object(observed)
    }

    /// All that has happened so far.
    var transcript: Transcript { writer.transcript }

    /// The agents' names by their instructions, of those that nobody else has.
    var names: [String: String] {
        Dictionary(grouping: cast.agents.filter { models[$0.name] != nil }, by: \.systemMessage)
            .compactMapValues { $0.count == 1 ? $0[0].name : nil }
    }

    /// Entries of the script that nothing asked for, by list.
    var leftOver: [String] {
        let counts = [
            ("llm", (script["llm"]?.arrayValue ?? []).count - llm.asked.count), ("executor", scriptedExecutor.leftOver),
            ("sandbox", hopx.leftOver), ("tools", scriptedTools.leftOver),
        ]
        return counts.filter { $0.1 != 0 }.map { "script.\($0.0): \($0.1) left over" }
    }

    private func perform(
        _ action: JSONValue, on cast: inout Cast, _ speakers: inout [JSONValue]
    ) async throws -> (JSONObject, JSONValue?) {
        let op = action["op"]?.stringValue ?? ""
        var outcome = JSONObject([("op", .string(op))])
        guard op != "reset_executor" else {
            try await namedExecutors[action["executor"]?.stringValue ?? ""]?.reset()
            return (outcome, nil)
        }
        if op == "initiate_chats" { return try await performPipeline(action, on: &cast, &speakers) }
        let sender = action["sender"]?.stringValue ?? "", recipient = action["recipient"]?.stringValue ?? ""
        let opening: TwoAgentChat.Opening =
            switch op {
            case "initiate_chat":
                .initiate(
                    clearsHistory: action["clear_history"]?.boolValue ?? true, maxTurns: action["max_turns"]?.intValue)
            case "send": .send(requestsReply: action["request_reply"]?.boolValue)
            default: throw Unsupported("action \(op)")
            }
        let summary = try summaryMethod(of: action)
        if op == "initiate_chat", let error = performance.refusal(of: summary, from: sender, to: recipient) {
            outcome["termination"] = [["cause": "error"]]
            outcome["error"] = error.json
            return (outcome, error.json)
        }
        let entryCount = writer.transcript.entries.count
        var chat = TwoAgentChat(cast: cast, from: sender, to: recipient, message: message(of: action), opening: opening)
        try await performance.perform(&chat)
        cast = chat.cast
        speakers += self.speakers(of: chat, since: entryCount, isOneRun: action["max_turns"] == nil)
        var error = chat.error
        if error == nil, op == "initiate_chat" {
            do {
                let result = try await performance.result(of: chat, summary: summary)
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

    private func message(of action: JSONValue) -> Message {
        action["message"]?.objectValue.map(Message.init) ?? Message(text: action["message"]?.stringValue ?? "")
    }

    private func performPipeline(
        _ action: JSONValue, on cast: inout Cast, _ speakers: inout [JSONValue]
    ) async throws -> (JSONObject, JSONValue?) {
        let chats = try (action["chats"]?.arrayValue ?? []).map { chat in
            let carryover = chat["carryover"]
            return Pipeline.Chat(
                from: chat["sender"]?.stringValue ?? "", to: chat["recipient"]?.stringValue ?? "",
                message: message(of: chat), clearsHistory: chat["clear_history"]?.boolValue ?? true,
                maxTurns: chat["max_turns"]?.intValue, summary: try summaryMethod(of: chat),
                carryover: carryover?.arrayValue ?? carryover.map { [$0] } ?? [],
                excluding: Set(
                    chat["finished_chat_indexes_to_exclude_from_carryover"]?.arrayValue?.compactMap(\.intValue) ?? []))
        }
        var outcome = JSONObject([("op", "initiate_chats")])
        var pipeline = Pipeline(chats, cast: cast)
        var terminations: [JSONValue] = []
        var lastCast = cast
        var begun = 0
        var entryCount = writer.transcript.entries.count
        var error: ChatError?
        do {
            try await performance.perform(&pipeline) { chat in
                terminations += termination(of: chat, failed: false)
                speakers += self.speakers(
                    of: chat, since: entryCount, isOneRun: chats[begun].maxTurns == nil)
                begun += 1
                entryCount = writer.transcript.entries.count
                lastCast = chat.cast
            }
        } catch let failure as ChatError {
            error = failure
        }
        cast = lastCast
        if error == nil {
            outcome["chats"] = .array(
                zip(pipeline.results, zip(chats, pipeline.carryovers)).map { result, begun in
                    // AutoGen's result holds the live list, which later chats of the same two change.
                    let history = cast.history(of: begun.0.sender, with: begun.0.recipient)
                    return [
                        "chat_history": .array(history.map(\.json)), "summary": result.summary,
                        "cost": result.cost.json, "carryover": .array(begun.1),
                    ]
                })
        }
        outcome["termination"] = error == nil ? .array(terminations) : [["cause": "error"]]
        outcome["error"] = error?.json
        return (outcome, error?.json)
    }

    /// Each choice of a speaker, with the requests that it took: none of those that a cache answered.
    private func speakers(of chat: TwoAgentChat, since start: Int, isOneRun: Bool) -> [JSONValue] {
        let calls = writer.transcript.entries[start...].compactMap { entry in
            if case .llmCall(let call) = entry.kind, call.agent == "speaker_selection_agent" { call } else { nil }
        }
        let counts =
            exactCounts(for: chat.choices, of: calls) ?? likelyCounts(for: chat.choices, since: start, isOneRun)
        return zip(chat.choices, counts).map { choice, count in
            var object = JSONObject([("last", .string(choice.after))])
            object["selected"] = choice.chosen.map(JSONValue.string) ?? .null
            if choice.chosen != nil { object["llm_requests"] = .number(count) }
            return .object(object)
        }
    }

    /// Where no cache answers, each question has one answer that is good, after any number that are not.
    ///
    /// - Returns: Nil when some questions have none.
    private func exactCounts(for choices: [TwoAgentChat.SpeakerChoice], of calls: [LLMCall]) -> [Int]? {
        let answered = choices.filter { $0.chosen != nil }.map(\.requests).reduce(0, +)
        guard calls.count(where: { $0.failure == nil }) >= answered else { return nil }
        var rest = calls[...]
        return choices.map { choice in
            var count = 0
            for _ in 0..<choice.requests {
                while let call = rest.popFirst() {
                    count += 1
                    if call.failure == nil { break }
                }
            }
            return count
        }
    }

    private func likelyCounts(
        for choices: [TwoAgentChat.SpeakerChoice], since start: Int, _ isOneRun: Bool
    ) -> [Int] {
        // The requests before each message or end; nil for the speaker of an end.
        var parts: [(count: Int, speaker: String?)] = []
        var count = 0
        for entry in writer.transcript.entries[start...] {
            switch entry.kind {
            case .llmCall(let call) where call.agent == "speaker_selection_agent": count += 1
            case .message(let message):
                parts.append((count, message.speaker))
                count = 0
            case .end: parts.append((count, nil))
            default: break
            }
        }
        // In one run of a group a choice comes before each message but the first. Further runs, of turns, begin with a
        // message that nobody chose; there a choice goes with the next part that has requests and its speaker.
        var rest = isOneRun ? Array(parts.dropFirst()) : parts.filter { $0.count > 0 }
        let areAllAsked = rest.count == choices.count { $0.requests > 0 }
        return choices.map { choice in
            guard let chosen = choice.chosen, let part = rest.first,
                isOneRun || choice.requests > 0 && (areAllAsked || part.speaker == chosen)
            else { return 0 }
            rest.removeFirst()
            return part.count
        }
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
                var object = JSONObject([("agent", .string(notice.agent))])
                object["sender"] = notice.peer.map(JSONValue.string)
                object["cause"] = .string(notice.cause.rawValue)
                return .object(object)
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
        let defaultReply: Message? =
            switch config["default_auto_reply"] {
            case nil: Message(text: "")
            case .string(let text)?: Message(text: text)
            case .object(let fields)?: Message(fields)
            default: nil
            }
        self.init(
            name: name, kind: kind, systemMessage: config["system_message"]?.stringValue,
            description: config["description"]?.stringValue, hasModel: config["llm_config"]?.stringValue != nil,
            lookBack: lookBack, maxAutoReplies: config["max_consecutive_auto_reply"]?.intValue,
            defaultReply: defaultReply,
            terminationTest: try TerminationTest(golden: config["is_termination_msg"]))
    }
}

extension TerminationTest {
    /// - Returns: Nil for AutoGen's own.
    init?(golden test: JSONValue?) throws {
        let value = test?["value"]?.stringValue ?? ""
        switch test?["kind"]?.stringValue {
        case "content_equals": self = .equals(value)
        case "content_contains": self = .contains(value)
        case "content_ends_with_after_trim": self = .endsWith(value)
        case nil: return nil
        case let kind?: throw GoldenProgram.Unsupported("is_termination_msg \(kind)")
        }
    }
}
