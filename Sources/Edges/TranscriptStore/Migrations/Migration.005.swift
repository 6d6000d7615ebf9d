extension Migration {
    /// Full-text search over what people say, run and read.
    ///
    /// The index holds words and their places only; texts stay in `body`, where `is_searched` marks those that are in the index.
    /// Requests are not: they repeat what the messages tell. An index on each column that holds such a text finds its places.
    static let fifth = Migration(
        number: 5,
        sql: """
            ALTER TABLE body ADD COLUMN is_searched INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX llm_call_by_text ON llm_call (text_id) WHERE text_id IS NOT NULL;
            CREATE INDEX llm_call_by_failure ON llm_call (failure_id) WHERE failure_id IS NOT NULL;
            CREATE INDEX tool_call_by_arguments ON tool_call (arguments_id);
            CREATE INDEX code_run_by_code ON code_run (code_id);
            CREATE INDEX code_run_by_stdout ON code_run (stdout_id);
            CREATE INDEX code_run_by_stderr ON code_run (stderr_id);
            CREATE INDEX code_run_by_failure ON code_run (failure_id) WHERE failure_id IS NOT NULL;
            CREATE INDEX ending_by_failure ON ending (failure_id) WHERE failure_id IS NOT NULL;
            CREATE INDEX finding_by_body ON finding (body_id);
            UPDATE body SET is_searched = 1 WHERE size > 0 AND id IN (
                SELECT text_id FROM message UNION SELECT text_id FROM llm_call UNION SELECT failure_id FROM llm_call
                UNION SELECT arguments_id FROM tool_call UNION SELECT code_id FROM code_run
                UNION SELECT stdout_id FROM code_run UNION SELECT stderr_id FROM code_run
                UNION SELECT failure_id FROM code_run UNION SELECT failure_id FROM ending
                UNION SELECT body_id FROM finding);
            CREATE VIEW searched_text AS SELECT id, CAST(data AS TEXT) AS text FROM body WHERE is_searched;
            CREATE VIRTUAL TABLE search USING fts5 (
                text, content = 'searched_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
            INSERT INTO search (search) VALUES ('rebuild');
            """)
}
