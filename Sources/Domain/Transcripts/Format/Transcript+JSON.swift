import Conversations
public import Documents

extension Transcript {
    /// What the first member, `understudy`, says.
    public static let formatName = "transcript/1"

    /// The whole transcript, timing and usage included; `Transcript(json:)` gives it back exactly.
    ///
    /// What is nil has no member, so that `text: ""` and no text stay different.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("understudy", .string(Transcript.formatName)),
                ("subject", .string(subject)),
                ("entries", .array(entries.map(\.json))),
            ]))
    }
}

extension Entry {
    /// The entry as a member of a transcript's `entries`.
    public var json: JSONValue {
        var object = JSONObject([("turn", .number(turn)), ("kind", .string(kind.name))])
        switch kind {
        case .message(let message): message.write(to: &object)
        case .llmCall(let call): call.write(to: &object)
        case .codeRun(let run): run.write(to: &object)
        case .end(let end): end.write(to: &object)
        }
        object["stale"] = stale.map { .number($0) }
        object["at"] = JSONNumber(timing.start).map(JSONValue.number)
        object["took"] = JSONNumber(timing.duration).map(JSONValue.number)
        return .object(object)
    }
}

extension Entry.Kind {
    /// The word for it in files and reports' data: `message`, `llm_call`, `code_run`, `end`.
    public var name: String {
        switch self {
        case .message: "message"
        case .llmCall: "llm_call"
        case .codeRun: "code_run"
        case .end: "end"
        }
    }

    /// All of these words.
    public static let names = ["message", "llm_call", "code_run", "end"]
}

extension ToolCall {
    var json: JSONValue {
        var object = JSONObject()
        object["id"] = id.map(JSONValue.string)
        object["name"] = .string(name)
        object["arguments"] = .string(arguments)
        return .object(object)
    }
}

extension MessageSent {
    fileprivate func write(to object: inout JSONObject) {
        object["speaker"] = .string(speaker)
        object["recipient"] = .string(recipient)
        object["text"] = text.map(JSONValue.string)
        if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls.map(\.json)) }
    }
}

extension LLMCall {
    fileprivate func write(to object: inout JSONObject) {
        object["agent"] = .string(agent)
        object["model"] = .string(model)
        object["request"] = request
        object["status"] = status.map { .number($0) }
        object["text"] = text.map(JSONValue.string)
        if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls.map(\.json)) }
        object["finish_reason"] = finishReason.map(JSONValue.string)
        if let usage {
            object["usage"] = .object(
                JSONObject([
                    ("prompt_tokens", .number(usage.promptTokens)),
                    ("completion_tokens", .number(usage.completionTokens)),
                ]))
        }
        object["failure"] = failure.map(JSONValue.string)
    }
}

extension CodeRun {
    fileprivate func write(to object: inout JSONObject) {
        object["agent"] = .string(agent)
        object["language"] = .string(language)
        object["code"] = .string(code)
        object["exit_code"] = exitCode.map { .number($0) }
        object["stdout"] = .string(stdout)
        object["stderr"] = .string(stderr)
        if !shown.isEmpty { object["shown"] = .array(shown.map(\.json)) }
        object["failure"] = failure.map(JSONValue.string)
    }
}

extension End {
    fileprivate func write(to object: inout JSONObject) {
        object["cause"] = .string(cause.rawValue)
        object["agent"] = agent.map(JSONValue.string)
        object["failure"] = failure.map(JSONValue.string)
    }
}
