extension Migration {
    /// What clients did about faults: a row for each fault that hit, in order, as JSON of `FaultReaction`.
    static let third = Migration(
        number: 3,
        sql: """
            CREATE TABLE fault_reaction (
                attempt_id INTEGER NOT NULL REFERENCES attempt,
                ord INTEGER NOT NULL,
                body_id INTEGER NOT NULL REFERENCES body,
                PRIMARY KEY (attempt_id, ord)
            ) WITHOUT ROWID;
            """)
}
