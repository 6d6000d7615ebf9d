extension Migration {
    /// Messages within their entries, scenarios with their versions, assertions, metrics; where texts are used as an index of words.
    ///
    /// Most entries are messages, so that a row of their own cost as much again. An index on each column with texts would be
    /// written to all over for each message; `text_use` has for each attempt the ids of its texts as words, which FTS5 gathers
    /// and merges.
    static let sixth = Migration(
        number: 6,
        sql: """
            -- A text that is there already is looked for in the index alone, and its row, on a page of its own, is not read.
            CREATE TABLE body_6 (
                id INTEGER PRIMARY KEY,
                hash BLOB NOT NULL,
                size INTEGER NOT NULL,
                codec INTEGER NOT NULL DEFAULT 0, -- 0: as it is
                is_searched INTEGER NOT NULL DEFAULT 0,
                data BLOB NOT NULL
            );
            INSERT INTO body_6 SELECT id, hash, size, codec, is_searched, data FROM body;
            DROP VIEW searched_text;
            DROP TABLE body;
            ALTER TABLE body_6 RENAME TO body;
            CREATE UNIQUE INDEX body_by_hash ON body (hash, is_searched);
            CREATE VIEW searched_text AS SELECT id, CAST(data AS TEXT) AS text FROM body WHERE is_searched;
            CREATE TABLE scenario (
                id INTEGER PRIMARY KEY,
                name TEXT NOT NULL UNIQUE
            );
            INSERT INTO scenario SELECT id, text FROM name WHERE id IN (SELECT scenario_id FROM attempt);
            CREATE TABLE scenario_version (
                id INTEGER PRIMARY KEY,
                scenario_id INTEGER NOT NULL REFERENCES scenario,
                hash BLOB NOT NULL, -- SHA-256 of the scenario's text, with what it extends and its matrix's point
                UNIQUE (scenario_id, hash)
            );
            CREATE TABLE attempt_6 (
                id INTEGER PRIMARY KEY,
                uuid TEXT NOT NULL UNIQUE,
                run_id INTEGER NOT NULL REFERENCES run,
                scenario_id INTEGER NOT NULL REFERENCES scenario,
                version_id INTEGER REFERENCES scenario_version, -- NULL: not known
                subject_id INTEGER NOT NULL REFERENCES name,
                place INTEGER NOT NULL,
                repetition INTEGER NOT NULL,
                retry INTEGER NOT NULL,
                seed INTEGER,
                started_at REAL NOT NULL,
                ended_at REAL,
                status TEXT NOT NULL,
                turns INTEGER NOT NULL DEFAULT 0,
                prompt_tokens INTEGER NOT NULL DEFAULT 0,
                completion_tokens INTEGER NOT NULL DEFAULT 0,
                llm_calls INTEGER NOT NULL DEFAULT 0,
                tool_calls INTEGER NOT NULL DEFAULT 0, -- of messages
                code_runs INTEGER NOT NULL DEFAULT 0,
                latency REAL NOT NULL DEFAULT 0, -- seconds on the session's clock
                cost REAL -- dollars; NULL: a price is not known
            );
            INSERT INTO attempt_6 SELECT id, uuid, run_id, scenario_id, NULL, subject_id, place, repetition, retry, seed,
                started_at, ended_at, status, turns, prompt_tokens, completion_tokens,
                (SELECT count(*) FROM llm_call WHERE attempt_id = attempt.id),
                (SELECT count(*) FROM message JOIN tool_call USING (attempt_id, seq) WHERE message.attempt_id = attempt.id),
                (SELECT count(*) FROM code_run WHERE attempt_id = attempt.id),
                coalesce((SELECT max(0, max(start + duration) - min(start)) FROM entry WHERE attempt_id = attempt.id), 0),
                NULL
            FROM attempt;
            DROP TABLE attempt;
            ALTER TABLE attempt_6 RENAME TO attempt;
            CREATE INDEX attempt_by_run ON attempt (run_id);
            CREATE INDEX attempt_by_scenario ON attempt (scenario_id, status);
            CREATE TABLE assertion (
                attempt_id INTEGER NOT NULL REFERENCES attempt,
                ord INTEGER NOT NULL,
                passed INTEGER NOT NULL, -- 0 | 1
                turn INTEGER, -- which one decided it
                expected_id INTEGER NOT NULL REFERENCES body, -- as a scenario's file has it
                seen_id INTEGER REFERENCES body, -- what there was instead
                PRIMARY KEY (attempt_id, ord)
            ) WITHOUT ROWID;
            CREATE TABLE entry_6 (
                attempt_id INTEGER NOT NULL REFERENCES attempt,
                seq INTEGER NOT NULL,
                turn INTEGER NOT NULL,
                kind INTEGER NOT NULL, -- 1 message | 2 llm_call | 3 code_run | 4 ending
                start REAL NOT NULL,
                duration REAL NOT NULL,
                stale INTEGER, -- the number of the recording that answered
                speaker_id INTEGER REFERENCES name, -- this one and those below: of messages
                recipient_id INTEGER REFERENCES name,
                text_id INTEGER REFERENCES body,
                PRIMARY KEY (attempt_id, seq),
                CHECK (kind <> 1 OR (speaker_id IS NOT NULL AND recipient_id IS NOT NULL))
            ) WITHOUT ROWID;
            INSERT INTO entry_6 SELECT entry.attempt_id, entry.seq, turn,
                CASE kind WHEN 'message' THEN 1 WHEN 'llm_call' THEN 2 WHEN 'code_run' THEN 3 ELSE 4 END, start, duration,
                stale, speaker_id, recipient_id, text_id
            FROM entry LEFT JOIN message ON message.attempt_id = entry.attempt_id AND message.seq = entry.seq;
            ALTER TABLE code_run ADD COLUMN shown_id INTEGER REFERENCES body; -- figures and tables, as a transcript has them
            DROP TABLE message;
            DROP TABLE entry;
            ALTER TABLE entry_6 RENAME TO entry;
            DROP INDEX llm_call_by_text;
            DROP INDEX llm_call_by_failure;
            DROP INDEX tool_call_by_arguments;
            DROP INDEX code_run_by_code;
            DROP INDEX code_run_by_stdout;
            DROP INDEX code_run_by_stderr;
            DROP INDEX code_run_by_failure;
            DROP INDEX ending_by_failure;
            DROP INDEX finding_by_body;
            DELETE FROM name WHERE id IN (SELECT id FROM scenario) AND id NOT IN (
                SELECT subject_id FROM attempt UNION SELECT speaker_id FROM entry WHERE speaker_id IS NOT NULL
                UNION SELECT recipient_id FROM entry WHERE recipient_id IS NOT NULL UNION SELECT agent_id FROM llm_call
                UNION SELECT model_id FROM llm_call
                UNION SELECT finish_reason_id FROM llm_call WHERE finish_reason_id IS NOT NULL
                UNION SELECT call_id FROM tool_call WHERE call_id IS NOT NULL UNION SELECT name_id FROM tool_call
                UNION SELECT agent_id FROM code_run UNION SELECT language_id FROM code_run
                UNION SELECT agent_id FROM ending WHERE agent_id IS NOT NULL);
            CREATE VIEW used_text AS SELECT id, (SELECT group_concat(text, ' ') FROM (
                SELECT text_id AS text FROM entry WHERE attempt_id = attempt.id
                UNION SELECT text_id FROM llm_call WHERE attempt_id = attempt.id
                UNION SELECT failure_id FROM llm_call WHERE attempt_id = attempt.id
                UNION SELECT arguments_id FROM tool_call WHERE attempt_id = attempt.id
                UNION SELECT code_id FROM code_run WHERE attempt_id = attempt.id
                UNION SELECT stdout_id FROM code_run WHERE attempt_id = attempt.id
                UNION SELECT stderr_id FROM code_run WHERE attempt_id = attempt.id
                UNION SELECT failure_id FROM code_run WHERE attempt_id = attempt.id
                UNION SELECT failure_id FROM ending WHERE attempt_id = attempt.id
                UNION SELECT body_id FROM finding WHERE attempt_id = attempt.id)) AS texts
            FROM attempt;
            CREATE VIRTUAL TABLE text_use USING fts5 (
                texts, content = 'used_text', content_rowid = 'id', tokenize = 'ascii', detail = none, columnsize = 0);
            INSERT INTO text_use (text_use) VALUES ('rebuild');
            -- Of every size there may be more parts than FTS5 lets be, before they are merged bit by bit, and none is merged
            -- at one go: a text is copied half as often on its way into the largest part.
            INSERT INTO text_use (text_use, rank) VALUES ('automerge', 16);
            INSERT INTO text_use (text_use, rank) VALUES ('crisismerge', 64);
            INSERT INTO search (search, rank) VALUES ('automerge', 16);
            INSERT INTO search (search, rank) VALUES ('crisismerge', 64);
            """ + viewsOfSixth)
}
