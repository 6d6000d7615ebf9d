import Conversations
import Documents
import GRDB
import Transcripts

/// Reads the entries of one attempt.
struct EntryReader {
    private let attempt: Int64
    private let db: Database
    /// Messages of a chain up to a node; a conversation's calls share most of them.
    private var chains: [Int64: [JSONValue]] = [:]

    init(attempt: Int64, _ db: Database) {
        self.attempt = attempt
        self.db = db
    }

    mutating func entries() throws -> [Entry] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT seq, turn, kind, start, duration, stale, \(EntryReader.name("speaker_id")) AS speaker,
                        \(EntryReader.name("recipient_id")) AS recipient, \(EntryReader.text("text_id")) AS text
                    FROM entry WHERE attempt_id = ? ORDER BY seq
                    """),
            arguments: [attempt])
        // Asked for each entry, it would be the greater part of the time that a conversation without tools takes.
        let callers = try Set(
            Int.fetchAll(
                db.cachedStatement(sql: "SELECT DISTINCT seq FROM tool_call WHERE attempt_id = ?"), arguments: [attempt]
            ))
        return try rows.map { row in
            Entry(
                turn: row["turn"], kind: try kind(row, seq: row["seq"], callers),
                timing: Timing(start: row["start"], duration: row["duration"]), stale: row["stale"])
        }
    }

    /// - Parameter callers: The numbers of entries that call tools.
    private mutating func kind(_ entry: Row, seq: Int, _ callers: Set<Int>) throws -> Entry.Kind {
        let number: Int = entry["kind"]
        let name = Entry.Kind.names.indices.contains(number - 1) ? Entry.Kind.names[number - 1] : ""
        let calls = callers.contains(seq) ? try toolCalls(seq) : []
        switch name {
        case "message":
            return .message(
                MessageSent(
                    speaker: try entry.text("speaker"), recipient: try entry.text("recipient"),
                    text: entry.optionalText("text"), toolCalls: calls))
        case "llm_call": return .llmCall(try llmCall(seq, calls))
        case "code_run":
            let row = try row(
                seq,
                """
                exit_code, \(EntryReader.name("agent_id")) AS agent, \(EntryReader.name("language_id")) AS language,
                \(EntryReader.text("code_id")) AS code, \(EntryReader.text("stdout_id")) AS stdout,
                \(EntryReader.text("stderr_id")) AS stderr, \(EntryReader.text("failure_id")) AS failure,
                \(EntryReader.text("shown_id")) AS shown FROM code_run
                """)
            return .codeRun(
                CodeRun(
                    agent: try row.text("agent"), language: try row.text("language"), code: try row.text("code"),
                    exitCode: row["exit_code"], stdout: try row.text("stdout"), stderr: try row.text("stderr"),
                    shown: try shown(row.optionalText("shown")), failure: row.optionalText("failure")))
        case "end":
            let row = try row(
                seq,
                "cause, \(EntryReader.name("agent_id")) AS agent, \(EntryReader.text("failure_id")) AS failure FROM ending"
            )
            guard let cause = End.Cause(rawValue: row["cause"]) else { throw unreadable("the cause of the end") }
            return .end(End(cause: cause, agent: row.optionalText("agent"), failure: row.optionalText("failure")))
        default: throw unreadable("entry kind \(number)")
        }
    }

    private func shown(_ text: String?) throws -> [ShownOutput] {
        try text.map { try JSONValue(parsing: $0).arrayValue ?? [] }?.map(ShownOutput.init(json:)) ?? []
    }

    private mutating func llmCall(_ seq: Int, _ calls: [ToolCall]) throws -> LLMCall {
        let row = try row(
            seq,
            """
            messages_member, prompt_id, status, prompt_tokens, completion_tokens, \(EntryReader.name("agent_id")) AS agent,
            \(EntryReader.name("model_id")) AS model, \(EntryReader.text("request_id")) AS request,
            \(EntryReader.text("text_id")) AS text, \(EntryReader.name("finish_reason_id")) AS finish_reason,
            \(EntryReader.text("failure_id")) AS failure FROM llm_call
            """)
        let request = StoredRequest(
            rest: try JSONValue(parsing: row.text("request")), member: row["messages_member"],
            messages: try messages(upTo: row["prompt_id"]))
        var usage: Usage?
        if let prompt = row["prompt_tokens"] as Int?, let completion = row["completion_tokens"] as Int? {
            usage = Usage(promptTokens: prompt, completionTokens: completion)
        }
        return LLMCall(
            agent: try row.text("agent"), model: try row.text("model"), request: request.request, status: row["status"],
            text: row.optionalText("text"), toolCalls: calls,
            finishReason: row.optionalText("finish_reason"),
            usage: usage, failure: row.optionalText("failure"))
    }

    private func toolCalls(_ seq: Int) throws -> [ToolCall] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT \(EntryReader.name("call_id")) AS call_id, \(EntryReader.name("name_id")) AS name,
                    \(EntryReader.text("arguments_id")) AS arguments FROM tool_call
                    WHERE attempt_id = ? AND seq = ? ORDER BY ord
                    """),
            arguments: [attempt, seq]
        ).map { row in
            ToolCall(
                id: row.optionalText("call_id"), name: try row.text("name"), arguments: try row.text("arguments"))
        }
    }

    private mutating func messages(upTo tip: Int64?) throws -> [JSONValue] {
        var tail: [(node: Int64, message: JSONValue)] = []
        var next = tip
        var known: [JSONValue] = []
        var seen: Set<Int64> = []
        while let node = next {
            guard seen.insert(node).inserted else { throw unreadable("prompt \(node), which comes before itself") }
            if let messages = chains[node] {
                known = messages
                break
            }
            let statement = try db.cachedStatement(
                sql: "SELECT parent_id, data FROM prompt_node JOIN body ON body.id = body_id WHERE prompt_node.id = ?")
            guard let row = try Row.fetchOne(statement, arguments: [node]) else { throw unreadable("prompt \(node)") }
            tail.append((node, try JSONValue(parsing: row.text("data"))))
            next = row["parent_id"]
        }
        let messages = known + tail.reversed().map(\.message)
        if let tip { chains[tip] = messages }
        return messages
    }

    private func row(_ seq: Int, _ columns: String) throws -> Row {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) WHERE attempt_id = ? AND seq = ?")
        guard let row = try Row.fetchOne(statement, arguments: [attempt, seq]) else { throw unreadable("entry \(seq)") }
        return row
    }

    private func unreadable(_ what: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "\(what) of attempt \(attempt) cannot be read")
    }

    private static func text(_ column: String) -> String { "(SELECT data FROM body WHERE id = \(column))" }
    private static func name(_ column: String) -> String {
        "(SELECT CAST(text AS BLOB) FROM name WHERE id = \(column))"
    }
}
