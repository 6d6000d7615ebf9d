/// What a table holds that belongs to attempts: its columns, and what they refer to.
///
/// Merging, sweeping and checking go by this list: a new table or column belongs here.
struct StoredTable {
    enum Reference: Sendable { case body, name, prompt }

    struct Column: Sendable {
        let name: String
        /// Nil for a value of its own.
        let reference: Reference?
    }

    /// Where it stands in `ofAttempts`.
    enum Name: Int, Sendable {
        case finding, faultReaction, assertion, entry, llmCall, toolCall, codeRun, ending
    }

    let name: String
    /// Without `attempt_id`, which is the first one of each.
    let columns: [Column]

    private init(
        _ name: String, _ values: [String], names: [String] = [], bodies: [String] = [], prompts: [String] = []
    ) {
        self.name = name
        columns =
            values.map { Column(name: $0, reference: nil) } + names.map { Column(name: $0, reference: .name) }
            + bodies.map { Column(name: $0, reference: .body) } + prompts.map { Column(name: $0, reference: .prompt) }
    }

    static subscript(name: Name) -> StoredTable { ofAttempts[name.rawValue] }

    /// Those that others refer to come first.
    static let ofAttempts = [
        StoredTable("finding", ["ord", "kind"], bodies: ["body_id"]),
        StoredTable("fault_reaction", ["ord"], bodies: ["body_id"]),
        StoredTable("assertion", ["ord", "passed", "turn"], bodies: ["expected_id", "seen_id"]),
        StoredTable(
            "entry", ["seq", "turn", "kind", "start", "duration", "stale"], names: ["speaker_id", "recipient_id"],
            bodies: ["text_id"]),
        StoredTable(
            "llm_call", ["seq", "messages_member", "status", "prompt_tokens", "completion_tokens"],
            names: ["agent_id", "model_id", "finish_reason_id"], bodies: ["request_id", "text_id", "failure_id"],
            prompts: ["prompt_id"]),
        StoredTable("tool_call", ["seq", "ord"], names: ["call_id", "name_id"], bodies: ["arguments_id"]),
        StoredTable(
            "code_run", ["seq", "exit_code"], names: ["agent_id", "language_id"],
            bodies: ["code_id", "stdout_id", "stderr_id", "failure_id", "shown_id"]),
        StoredTable("ending", ["seq", "cause"], names: ["agent_id"], bodies: ["failure_id"]),
    ]

    /// The values of an attempt's own row, without its id and what it refers to.
    static let attemptValues = [
        "uuid", "started_at", "ended_at", "status", "turns", "prompt_tokens", "completion_tokens", "place",
        "repetition", "retry", "seed", "llm_calls", "tool_calls", "code_runs", "latency", "cost",
        "variant", "suspicious", "expected",
    ]

    static let runValues = [
        "uuid", "label", "started_at", "ended_at", "status", "tool_version", "git_sha", "branch", "arguments",
        "shard_index", "shard_total", "plan",
    ]
}
