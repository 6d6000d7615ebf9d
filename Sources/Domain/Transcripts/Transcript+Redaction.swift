import Conversations
import Documents

extension Transcript {
    /// The same transcript with every text passed through a function that takes secrets out.
    public func redacted(by redact: (String) -> String) -> Transcript {
        Transcript(subject: redact(subject), entries: entries.map { $0.redacted(by: redact) })
    }
}

extension Entry {
    /// The same entry with every text passed through a function that takes secrets out.
    public func redacted(by redact: (String) -> String) -> Entry {
        var entry = self
        switch kind {
        case .message(var message):
            message.text = message.text.map(redact)
            message.toolCalls = message.toolCalls.map { $0.redacted(by: redact) }
            entry.kind = .message(message)
        case .llmCall(var call):
            call.request = call.request.redacted(by: redact)
            call.text = call.text.map(redact)
            call.toolCalls = call.toolCalls.map { $0.redacted(by: redact) }
            call.failure = call.failure.map(redact)
            entry.kind = .llmCall(call)
        case .codeRun(var run):
            run.code = redact(run.code)
            run.stdout = redact(run.stdout)
            run.stderr = redact(run.stderr)
            run.shown = run.shown.map { $0.redacted { $0.redacted(by: redact) } }
            run.failure = run.failure.map(redact)
            entry.kind = .codeRun(run)
        case .end(var end):
            end.failure = end.failure.map(redact)
            entry.kind = .end(end)
        }
        return entry
    }
}

extension ToolCall {
    fileprivate func redacted(by redact: (String) -> String) -> ToolCall {
        var call = self
        call.arguments = redact(arguments)
        return call
    }
}

extension JSONValue {
    /// The same value with every text in it, but for member names, passed through a function.
    fileprivate func redacted(by redact: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(redact(text))
        case .array(let items): .array(items.map { $0.redacted(by: redact) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.name, $0.value.redacted(by: redact)) }))
        case .null, .bool, .number: self
        }
    }
}
