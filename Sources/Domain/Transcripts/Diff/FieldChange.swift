public import Documents

/// One field of an event that came out differently.
public struct FieldChange: Sendable, Equatable {
    /// How much a change means.
    public enum Level: String, Sendable, CaseIterable {
        /// Something else was done: speakers, tools, arguments, code and its results, statuses, endings.
        case behaviour
        /// The same was done in other words.
        case wording
        /// Time, tokens, ids, values that vary by chance, what is masked, another spelling: never a difference.
        case metric
    }

    public enum Field: Sendable, Hashable {
        case speaker, recipient, model, status, text, language, code, exitCode, stdout, stderr, shown, finishReason,
            failure
        /// Who ended the conversation, and why.
        case cause, noticedBy
        /// A whole tool call, counted from 0, that only one side made.
        case toolCall(Int)
        case toolName(call: Int)
        /// A place inside a tool call's arguments; empty when a side's arguments are not JSON, or differ in spelling only.
        case arguments(call: Int, JSONPointer)
        case toolCallID(call: Int)
        case promptTokens, completionTokens, duration
    }

    public var field: Field
    /// Nil when the first transcript has nothing there.
    public var before: JSONValue?
    /// Nil when the second transcript has nothing there.
    public var after: JSONValue?
    public var level: Level

    public init(field: Field, before: JSONValue?, after: JSONValue?, level: Level) {
        self.field = field
        self.before = before
        self.after = after
        self.level = level
    }
}

extension FieldChange.Field {
    /// The word for it in reports' data: `exit_code`, `arguments`.
    public var name: String {
        switch self {
        case .speaker: "speaker"
        case .recipient: "recipient"
        case .model: "model"
        case .status: "status"
        case .text: "text"
        case .language: "language"
        case .code: "code"
        case .exitCode: "exit_code"
        case .stdout: "stdout"
        case .stderr: "stderr"
        case .shown: "shown"
        case .finishReason: "finish_reason"
        case .failure: "failure"
        case .cause: "cause"
        case .noticedBy: "noticed_by"
        case .toolCall: "tool_call"
        case .toolName: "tool_name"
        case .arguments: "arguments"
        case .toolCallID: "tool_call_id"
        case .promptTokens: "prompt_tokens"
        case .completionTokens: "completion_tokens"
        case .duration: "duration"
        }
    }

    /// Which of an entry's tool calls, counted from 0; nil for fields of the entry itself.
    public var call: Int? {
        switch self {
        case .toolCall(let call), .toolName(let call), .arguments(let call, _), .toolCallID(let call): call
        default: nil
        }
    }

    /// Where in a tool call's arguments; nil for any other field.
    public var path: JSONPointer? { if case .arguments(_, let path) = self { path } else { nil } }
}

extension FieldChange.Field: CustomStringConvertible {
    /// As a person would call it: `exit code`, `tool call 1 arguments $.city`.
    public var description: String {
        switch self {
        case .cause: "cause of the end"
        case .noticedBy: "who ended it"
        case .shown: "what was shown"
        case .toolCall(let call): "tool call \(call + 1)"
        case .toolName(let call): "tool call \(call + 1) name"
        case .arguments(let call, let path): "tool call \(call + 1) arguments \(path.path)"
        case .toolCallID(let call): "tool call \(call + 1) id"
        default: name.replacing("_", with: " ")
        }
    }
}
