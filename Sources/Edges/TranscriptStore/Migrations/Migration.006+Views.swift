extension Migration {
    /// What people ask with `sqlite3`: names and texts in place of their numbers; docs/transcripts.md lists them.
    ///
    /// Tables have names in the singular and hold numbers, these have names in the plural. Nothing here reads them.
    static let viewsOfSixth = """
        CREATE VIEW attempts AS
            SELECT attempt.id AS attempt_id, attempt.uuid AS attempt, run.uuid AS run, run.label, run.branch, run.git_sha,
                scenario.name AS scenario, lower(hex(scenario_version.hash)) AS scenario_sha256, place, repetition, retry,
                seed, attempt.started_at, attempt.ended_at, attempt.status, turns, prompt_tokens, completion_tokens,
                llm_calls, tool_calls, code_runs, latency, cost
            FROM attempt JOIN run ON run.id = run_id JOIN scenario ON scenario.id = attempt.scenario_id
                LEFT JOIN scenario_version ON scenario_version.id = version_id;
        CREATE VIEW metrics AS
            SELECT id AS attempt_id, 'turns' AS name, turns AS value FROM attempt
            UNION ALL SELECT id, 'prompt_tokens', prompt_tokens FROM attempt
            UNION ALL SELECT id, 'completion_tokens', completion_tokens FROM attempt
            UNION ALL SELECT id, 'llm_calls', llm_calls FROM attempt
            UNION ALL SELECT id, 'tool_calls', tool_calls FROM attempt
            UNION ALL SELECT id, 'code_runs', code_runs FROM attempt
            UNION ALL SELECT id, 'latency', latency FROM attempt
            UNION ALL SELECT id, 'cost', cost FROM attempt WHERE cost IS NOT NULL;
        CREATE VIEW assertions AS
            SELECT attempt_id, ord, passed, CAST(expected.data AS TEXT) AS expected, CAST(seen.data AS TEXT) AS seen, turn
            FROM assertion JOIN body expected ON expected.id = expected_id LEFT JOIN body seen ON seen.id = seen_id;
        CREATE VIEW messages AS
            SELECT attempt_id, seq, \(chat("entry")) AS chat, turn, speaker.text AS speaker, recipient.text AS recipient,
                CAST(data AS TEXT) AS text, start
            FROM entry JOIN name speaker ON speaker.id = speaker_id JOIN name recipient ON recipient.id = recipient_id
                LEFT JOIN body ON body.id = text_id
            WHERE kind = 1;
        CREATE VIEW llm_calls AS
            SELECT c.attempt_id, c.seq, \(chat("c")) AS chat, turn, agent.text AS agent, model.text AS model, status,
                (SELECT CAST(data AS TEXT) FROM body WHERE id = c.text_id) AS text,
                (SELECT text FROM name WHERE id = finish_reason_id) AS finish_reason, prompt_tokens, completion_tokens,
                (SELECT CAST(data AS TEXT) FROM body WHERE id = failure_id) AS failure, start, duration, stale
            FROM llm_call c JOIN entry USING (attempt_id, seq) JOIN name agent ON agent.id = agent_id
                JOIN name model ON model.id = model_id;
        CREATE VIEW tool_calls AS
            SELECT t.attempt_id, t.seq, ord, \(chat("t")) AS chat, turn,
                CASE kind WHEN 1 THEN 'message' ELSE 'llm_call' END AS kind,
                (SELECT text FROM name WHERE id = coalesce(speaker_id, agent_id)) AS agent,
                (SELECT text FROM name WHERE id = call_id) AS call_id, tool.text AS name, CAST(data AS TEXT) AS arguments
            FROM tool_call t JOIN entry USING (attempt_id, seq) LEFT JOIN llm_call USING (attempt_id, seq)
                JOIN name tool ON tool.id = name_id JOIN body ON body.id = arguments_id;
        CREATE VIEW code_runs AS
            SELECT r.attempt_id, r.seq, \(chat("r")) AS chat, turn, agent.text AS agent, language.text AS language,
                CAST(code.data AS TEXT) AS code, exit_code, CAST(stdout.data AS TEXT) AS stdout,
                CAST(stderr.data AS TEXT) AS stderr, (SELECT CAST(data AS TEXT) FROM body WHERE id = failure_id) AS failure,
                (SELECT CAST(data AS TEXT) FROM body WHERE id = shown_id) AS shown, start, duration, stale
            FROM code_run r JOIN entry USING (attempt_id, seq) JOIN name agent ON agent.id = agent_id
                JOIN name language ON language.id = language_id JOIN body code ON code.id = code_id
                JOIN body stdout ON stdout.id = stdout_id JOIN body stderr ON stderr.id = stderr_id;
        CREATE VIEW conversations AS
            SELECT attempt_id, chat, min(seq) AS first_seq, max(seq) AS last_seq, min(turn) AS first_turn,
                max(turn) AS last_turn, sum(kind = 1) AS messages, sum(kind = 2) AS llm_calls, sum(kind = 3) AS code_runs,
                max(start + duration) - min(start) AS latency, max(cause) AS cause,
                max(noticed_by) AS noticed_by, max(failure) AS failure
            FROM (SELECT entry.*, \(chat("entry")) AS chat, cause, (SELECT text FROM name WHERE id = agent_id) AS noticed_by,
                    (SELECT CAST(data AS TEXT) FROM body WHERE id = failure_id) AS failure
                FROM entry LEFT JOIN ending USING (attempt_id, seq))
            GROUP BY attempt_id, chat;
        """

    /// Which of an attempt's conversations an entry is of, counted from 1: each has an end, after which the next begins.
    private static func chat(_ entry: String) -> String {
        """
        (SELECT count(*) + 1 FROM ending e WHERE e.attempt_id = \(entry).attempt_id AND e.seq < \(entry).seq)
        """
    }
}
