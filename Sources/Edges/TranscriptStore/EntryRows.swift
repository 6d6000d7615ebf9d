import Conversations
import Documents
import GRDB
import Transcripts

/// Writes the entries of one attempt.
struct EntryRows {
    private let attempt: Int64
    private let texts: TextWriter
    private var seq = 0

    init(attempt: Int64, _ texts: TextWriter) {
        self.attempt = attempt
        self.texts = texts
    }

    mutating func insert(_ entry: Entry) throws {
        seq += 1
        try insert(
            "INSERT INTO entry (attempt_id, seq, turn, kind, start, duration, stale) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [entry.turn, entry.kind.name, entry.timing.start, entry.timing.duration, entry.stale])
        switch entry.kind {
        case .message(let message): try insert(message)
        case .llmCall(let call): try insert(call)
        case .codeRun(let run): try insert(run)
        case .end(let end):
            try insert(
                "INSERT INTO ending (attempt_id, seq, cause, agent_id, failure_id) VALUES (?, ?, ?, ?, ?)",
                [end.cause.rawValue, try texts.name(end.agent), try texts.searched(end.failure)])
        }
    }

    private func insert(_ message: MessageSent) throws {
        try insert(
            "INSERT INTO message (attempt_id, seq, speaker_id, recipient_id, text_id) VALUES (?, ?, ?, ?, ?)",
            [try texts.name(message.speaker), try texts.name(message.recipient), try texts.searched(message.text)])
        try insert(message.toolCalls)
    }

    private func insert(_ call: LLMCall) throws {
        let request = StoredRequest(call.request)
        try insert(
            """
            INSERT INTO llm_call (attempt_id, seq, agent_id, model_id, request_id, messages_member, prompt_id, status,
                text_id, finish_reason_id, prompt_tokens, completion_tokens, failure_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                try texts.name(call.agent), try texts.name(call.model), try texts.body(request.rest.bytes()).id,
                request.member, try texts.prompt(request.messages.map { $0.bytes() }), call.status,
                try texts.searched(call.text), try texts.name(call.finishReason), call.usage?.promptTokens,
                call.usage?.completionTokens, try texts.searched(call.failure),
            ])
        try insert(call.toolCalls)
    }

    private func insert(_ run: CodeRun) throws {
        try insert(
            """
            INSERT INTO code_run (attempt_id, seq, agent_id, language_id, code_id, exit_code, stdout_id, stderr_id,
                failure_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                try texts.name(run.agent), try texts.name(run.language), try texts.searched(run.code), run.exitCode,
                try texts.searched(run.stdout), try texts.searched(run.stderr), try texts.searched(run.failure),
            ])
    }

    private func insert(_ calls: [ToolCall]) throws {
        for (ord, call) in calls.enumerated() {
            try insert(
                "INSERT INTO tool_call (attempt_id, seq, ord, call_id, name_id, arguments_id) VALUES (?, ?, ?, ?, ?, ?)",
                [ord, try texts.name(call.id), try texts.name(call.name), try texts.searched(call.arguments)])
        }
    }

    /// Every row begins with the attempt and the entry's number.
    private func insert(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws {
        let key: [(any DatabaseValueConvertible)?] = [attempt, seq]
        try texts.db.cachedStatement(sql: sql).execute(arguments: StatementArguments(key + values))
    }
}

/// A request's body, taken apart into the messages that the next request will repeat, and the rest.
struct StoredRequest {
    /// The member that holds the conversation; nil when none does.
    var member: String?
    /// The request with null in place of the messages.
    var rest: JSONValue
    var messages: [JSONValue] = []

    /// Chat completions and Messages, Responses, Gemini.
    private static let members = ["messages", "input", "contents"]

    init(_ request: JSONValue) {
        rest = request
        for name in StoredRequest.members {
            guard let items = request[name]?.arrayValue, !items.isEmpty else { continue }
            member = name
            messages = items
            rest.set(.null, at: JSONPointer([name]))
            return
        }
    }

    init(rest: JSONValue, member: String?, messages: [JSONValue]) {
        self.rest = rest
        self.member = member
        self.messages = messages
    }

    var request: JSONValue {
        guard let member else { return rest }
        var request = rest
        request.set(.array(messages), at: JSONPointer([member]))
        return request
    }
}
