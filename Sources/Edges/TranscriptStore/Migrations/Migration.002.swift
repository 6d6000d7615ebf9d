extension Migration {
    /// Which answers were those of another recording.
    static let second = Migration(
        number: 2,
        sql: """
            ALTER TABLE entry ADD COLUMN stale INTEGER; -- the number of the recording that answered
            """)
}
