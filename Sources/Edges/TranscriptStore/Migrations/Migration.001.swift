extension Migration {
    /// Runs, attempts and transcripts.
    ///
    /// Bodies are stored once, by the SHA-256 of their bytes; they are blobs, because a text may hold U+0000. A request's
    /// messages are a chain of `prompt_node`s, so that a call which repeats a conversation costs its new messages. Names
    /// (agents, models, tools, scenarios) are interned. Times are seconds, as in the transcript.
    static let first = Migration(
        number: 1,
        sql: """
            CREATE TABLE body (
                id INTEGER PRIMARY KEY,
                hash BLOB NOT NULL UNIQUE,
                size INTEGER NOT NULL,
                codec INTEGER NOT NULL DEFAULT 0, -- 0: as it is
                data BLOB NOT NULL
            );
            CREATE TABLE name (
                id INTEGER PRIMARY KEY,
                text TEXT NOT NULL UNIQUE
            );
            CREATE TABLE run (
                id INTEGER PRIMARY KEY,
                uuid TEXT NOT NULL UNIQUE,
                label TEXT,
                started_at REAL NOT NULL,
                ended_at REAL,
                status TEXT NOT NULL,
                tool_version TEXT NOT NULL,
                git_sha TEXT,
                branch TEXT,
                arguments TEXT NOT NULL -- a JSON list
            );
            CREATE INDEX run_by_start ON run (started_at);
            CREATE TABLE attempt (
                id INTEGER PRIMARY KEY,
                uuid TEXT NOT NULL UNIQUE,
                run_id INTEGER NOT NULL REFERENCES run,
                scenario_id INTEGER NOT NULL REFERENCES name,
                subject_id INTEGER NOT NULL REFERENCES name,
                started_at REAL NOT NULL,
                ended_at REAL,
                status TEXT NOT NULL,
                turns INTEGER NOT NULL DEFAULT 0,
                prompt_tokens INTEGER NOT NULL DEFAULT 0,
                completion_tokens INTEGER NOT NULL DEFAULT 0
            );
            CREATE INDEX attempt_by_run ON attempt (run_id);
            CREATE INDEX attempt_by_scenario ON attempt (scenario_id, status);
            CREATE TABLE finding (
                attempt_id INTEGER NOT NULL REFERENCES attempt,
                ord INTEGER NOT NULL,
                kind TEXT NOT NULL, -- finding | miss
                body_id INTEGER NOT NULL REFERENCES body,
                PRIMARY KEY (attempt_id, ord)
            ) WITHOUT ROWID;
            CREATE TABLE entry (
                attempt_id INTEGER NOT NULL REFERENCES attempt,
                seq INTEGER NOT NULL,
                turn INTEGER NOT NULL,
                kind TEXT NOT NULL, -- message | llm_call | code_run | end
                start REAL NOT NULL,
                duration REAL NOT NULL,
                PRIMARY KEY (attempt_id, seq)
            ) WITHOUT ROWID;
            CREATE TABLE message (
                attempt_id INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                speaker_id INTEGER NOT NULL REFERENCES name,
                recipient_id INTEGER NOT NULL REFERENCES name,
                text_id INTEGER REFERENCES body,
                PRIMARY KEY (attempt_id, seq),
                FOREIGN KEY (attempt_id, seq) REFERENCES entry
            ) WITHOUT ROWID;
            CREATE INDEX message_by_text ON message (text_id);
            CREATE TABLE prompt_node (
                id INTEGER PRIMARY KEY,
                chain_hash BLOB NOT NULL UNIQUE, -- of the parent's chain hash and this body's hash
                parent_id INTEGER REFERENCES prompt_node,
                body_id INTEGER NOT NULL REFERENCES body
            );
            CREATE TABLE llm_call (
                attempt_id INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                agent_id INTEGER NOT NULL REFERENCES name,
                model_id INTEGER NOT NULL REFERENCES name,
                request_id INTEGER NOT NULL REFERENCES body, -- without its messages, if it has a chain
                messages_member TEXT, -- which member the chain belongs into
                prompt_id INTEGER REFERENCES prompt_node,
                status INTEGER,
                text_id INTEGER REFERENCES body,
                finish_reason_id INTEGER REFERENCES name,
                prompt_tokens INTEGER,
                completion_tokens INTEGER,
                failure_id INTEGER REFERENCES body,
                PRIMARY KEY (attempt_id, seq),
                FOREIGN KEY (attempt_id, seq) REFERENCES entry
            ) WITHOUT ROWID;
            CREATE TABLE tool_call (
                attempt_id INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                ord INTEGER NOT NULL,
                call_id INTEGER REFERENCES name,
                name_id INTEGER NOT NULL REFERENCES name,
                arguments_id INTEGER NOT NULL REFERENCES body,
                PRIMARY KEY (attempt_id, seq, ord),
                FOREIGN KEY (attempt_id, seq) REFERENCES entry
            ) WITHOUT ROWID;
            CREATE TABLE code_run (
                attempt_id INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                agent_id INTEGER NOT NULL REFERENCES name,
                language_id INTEGER NOT NULL REFERENCES name,
                code_id INTEGER NOT NULL REFERENCES body,
                exit_code INTEGER,
                stdout_id INTEGER NOT NULL REFERENCES body,
                stderr_id INTEGER NOT NULL REFERENCES body,
                failure_id INTEGER REFERENCES body,
                PRIMARY KEY (attempt_id, seq),
                FOREIGN KEY (attempt_id, seq) REFERENCES entry
            ) WITHOUT ROWID;
            CREATE TABLE ending (
                attempt_id INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                cause TEXT NOT NULL,
                agent_id INTEGER REFERENCES name,
                failure_id INTEGER REFERENCES body,
                PRIMARY KEY (attempt_id, seq),
                FOREIGN KEY (attempt_id, seq) REFERENCES entry
            ) WITHOUT ROWID;
            """)
}
