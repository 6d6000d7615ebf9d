extension Migration {
    /// What checks and reviews have found: which text of a baseline an attempt was compared with, and who has decided what.
    static let reviewsOfSeventh = """
        ALTER TABLE attempt ADD COLUMN baseline_id INTEGER REFERENCES body; -- what its scenario's file said; NULL: not compared
        ALTER TABLE attempt ADD COLUMN variant INTEGER; -- the nearest, from 1; NULL: none is for its matrix point
        ALTER TABLE attempt ADD COLUMN suspicious INTEGER; -- hunks in which something else was done
        ALTER TABLE attempt ADD COLUMN expected INTEGER; -- hunks in which the same was done in other words
        CREATE TABLE review (
            id INTEGER PRIMARY KEY,
            uuid TEXT NOT NULL UNIQUE,
            run_id INTEGER NOT NULL REFERENCES run,
            scenario_id INTEGER NOT NULL REFERENCES scenario,
            reviewed_at REAL NOT NULL,
            reviewer_id INTEGER REFERENCES name,
            decision TEXT NOT NULL, -- accepted | rejected | masked | variant
            hunk TEXT, -- NULL: the whole transcript
            subject TEXT NOT NULL,
            concern TEXT NOT NULL, -- suspicious | expected | new
            baseline_id INTEGER REFERENCES body -- its file once that was decided; NULL: there was none
        );
        CREATE INDEX review_by_run ON review (run_id);
        CREATE INDEX review_by_scenario ON review (scenario_id);
        DROP VIEW attempts;
        CREATE VIEW attempts AS
            SELECT attempt.id AS attempt_id, attempt.uuid AS attempt, run.uuid AS run, run.label, run.branch, run.git_sha,
                scenario.name AS scenario, lower(hex(scenario_version.hash)) AS scenario_sha256, place, repetition, retry,
                seed, attempt.started_at, attempt.ended_at, attempt.status, turns, prompt_tokens, completion_tokens,
                llm_calls, tool_calls, code_runs, latency, cost, lower(hex(body.hash)) AS baseline_sha256, variant,
                suspicious, expected
            FROM attempt JOIN run ON run.id = run_id JOIN scenario ON scenario.id = attempt.scenario_id
                LEFT JOIN scenario_version ON scenario_version.id = version_id LEFT JOIN body ON body.id = baseline_id;
        CREATE VIEW reviews AS
            SELECT review.uuid AS review, run.uuid AS run, scenario.name AS scenario, reviewed_at, name.text AS reviewer,
                decision, hunk, subject, concern, lower(hex(body.hash)) AS baseline_sha256
            FROM review JOIN run ON run.id = run_id JOIN scenario ON scenario.id = scenario_id
                LEFT JOIN name ON name.id = reviewer_id LEFT JOIN body ON body.id = baseline_id;
        CREATE VIEW baselines AS
            SELECT scenario.name AS scenario, lower(hex(hash)) AS sha256, min(at) AS first_at, max(at) AS last_at,
                CAST(data AS TEXT) AS text
            FROM (SELECT scenario_id, baseline_id, started_at AS at FROM attempt
                    UNION ALL SELECT scenario_id, baseline_id, reviewed_at FROM review)
                JOIN scenario ON scenario.id = scenario_id JOIN body ON body.id = baseline_id
            GROUP BY scenario_id, baseline_id;
        """
}
