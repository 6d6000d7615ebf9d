import Conversations
public import Documents

extension Transcript {
    /// Reads what `json` writes; member order and the spelling of numbers are free.
    ///
    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        switch reader.value("understudy")?.stringValue {
        case Transcript.formatName: break
        case let other?:
            reader.problems = []
            let isNewer = other.hasPrefix("transcript/")
            reader.report(
                "understudy", isNewer ? "version '\(other)' is not known" : "'\(other)' is not a transcript",
                expected: Transcript.formatName + (isNewer ? "; a newer understudy may have written this" : ""))
            throw TranscriptFormatError(problems: reader.problems)
        case nil:
            reader.report("understudy", "the format's name is missing", expected: "\"\(Transcript.formatName)\"")
            throw TranscriptFormatError(problems: reader.problems)
        }
        let subject = reader.text("subject")
        let items = reader.list("entries") ?? []
        var problems = reader.finish()
        var entries: [Entry] = []
        for (index, item) in items.enumerated() {
            var reader = ObjectReader(item, at: JSONPointer(["entries", String(index)]))
            let entry = reader.entry()
            problems += reader.finish()
            if let entry { entries.append(entry) }
        }
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
        self.init(subject: subject, entries: entries)
    }
}

extension ObjectReader {
    fileprivate mutating func entry() -> Entry? {
        let turn = int("turn") ?? 0
        let name = text("kind")
        let kind: Entry.Kind
        switch name {
        case "message":
            kind = .message(
                MessageSent(
                    speaker: text("speaker"), recipient: text("recipient"), text: optionalText("text"),
                    toolCalls: toolCalls()))
        case "llm_call":
            kind = .llmCall(
                LLMCall(
                    agent: text("agent"), model: text("model"), request: value("request") ?? .null,
                    status: optionalInt("status"), text: optionalText("text"), toolCalls: toolCalls(),
                    finishReason: optionalText("finish_reason"), usage: usage(), failure: optionalText("failure")))
        case "code_run":
            kind = .codeRun(
                CodeRun(
                    agent: text("agent"), language: text("language"), code: text("code"),
                    exitCode: optionalInt("exit_code"), stdout: text("stdout"), stderr: text("stderr"),
                    shown: shown(), failure: optionalText("failure")))
        case "end":
            let cause = text("cause")
            if End.Cause(rawValue: cause) == nil, value("cause")?.stringValue != nil {
                report(
                    "cause", "unknown cause '\(cause)'",
                    expected: "one of " + End.Cause.allCases.map(\.rawValue).joined(separator: ", "))
            }
            kind = .end(
                End(
                    cause: End.Cause(rawValue: cause) ?? .error, agent: optionalText("agent"),
                    failure: optionalText("failure")))
        default:
            if value("kind")?.stringValue != nil {
                report("kind", "unknown kind '\(name)'", expected: "one of " + Entry.Kind.names.joined(separator: ", "))
            }
            acceptAll()
            return nil
        }
        return Entry(
            turn: turn, kind: kind, timing: Timing(start: seconds("at"), duration: seconds("took")),
            stale: optionalInt("stale"))
    }

    private mutating func toolCalls() -> [ToolCall] {
        (optionalList("tool_calls") ?? []).enumerated().map { index, item in
            var reader = ObjectReader(item, at: place.appending("tool_calls").appending(String(index)))
            let call = ToolCall(
                id: reader.optionalText("id"), name: reader.text("name"), arguments: reader.text("arguments"))
            problems += reader.finish()
            return call
        }
    }

    private mutating func shown() -> [ShownOutput] {
        var all: [ShownOutput] = []
        for (index, item) in (optionalList("shown") ?? []).enumerated() {
            within(place.appending("shown").appending(String(index))) { all.append(try ShownOutput(json: item)) }
        }
        return all
    }

    private mutating func usage() -> Usage? {
        guard let item = value("usage") else { return nil }
        var reader = ObjectReader(item, at: place.appending("usage"))
        let usage = Usage(
            promptTokens: reader.int("prompt_tokens") ?? 0, completionTokens: reader.int("completion_tokens") ?? 0)
        problems += reader.finish()
        return usage
    }

    private mutating func seconds(_ name: String) -> Double {
        guard let value = value(name) else { return 0 }
        if let number = value.doubleValue, number.isFinite { return number }
        report(name, "\(value.kindName) where a number belongs", expected: "seconds")
        return 0
    }
}
