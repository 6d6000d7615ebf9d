extension Migration {
    /// Which attempt of its scenario one is, and of what a sharded run is a part.
    static let fourth = Migration(
        number: 4,
        sql: """
            ALTER TABLE attempt ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE attempt ADD COLUMN repetition INTEGER NOT NULL DEFAULT 1;
            ALTER TABLE attempt ADD COLUMN retry INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE attempt ADD COLUMN seed INTEGER;
            ALTER TABLE run ADD COLUMN shard_index INTEGER;
            ALTER TABLE run ADD COLUMN shard_total INTEGER;
            ALTER TABLE run ADD COLUMN plan TEXT;
            CREATE INDEX run_by_plan ON run (plan);
            """)
}
