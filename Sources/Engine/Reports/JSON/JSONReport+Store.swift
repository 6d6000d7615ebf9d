public import Documents
public import Transcripts

extension JSONReport {
    /// `{understudy: merge/1, sources: [{file, …}], runs: [{plan, status, total, parts, missing, …}], complete}`.
    ///
    /// `parts` is `{index, runs: [id]}` for each part that is there, the newest run first.
    public static func merge(_ record: MergeRecord) -> JSONValue {
        let sources = record.sources.map { source in
            JSONValue.object(JSONObject([("file", .string(source.file))] + members(of: source.counts)))
        }
        let runs = record.runs.map { run -> JSONValue in
            func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .number($0) }) }
            let parts = run.parts.enumerated().filter { !$0.element.isEmpty }.map { index, runs -> JSONValue in
                ["index": .number(index + 1), "runs": .array(runs.map { .string($0.id) })]
            }
            return [
                "plan": .string(run.plan), "status": .string(run.whole.status.rawValue),
                "total": .number(run.parts.count), "parts": .array(parts), "missing": list(run.missing),
                "unfinished": list(run.unfinished), "repeated": list(run.repeated),
            ]
        }
        return [
            "understudy": "merge/1", "sources": .array(sources), "runs": .array(runs),
            "complete": .bool(record.isComplete),
        ]
    }

    /// `{understudy: import/1, file, new_runs, new_attempts, replaced_attempts, known_attempts, new_reviews}`.
    public static func taken(_ counts: MergeCounts, from file: String) -> JSONValue {
        .object(JSONObject([("understudy", "import/1"), ("file", .string(file))] + members(of: counts)))
    }

    /// `{understudy: sweep/1, dry_run, runs: [id], attempts, bodies, bytes, names, prompts}`.
    public static func sweep(_ counts: SweepCounts, isTrial: Bool) -> JSONValue {
        [
            "understudy": "sweep/1", "dry_run": .bool(isTrial), "runs": .array(counts.runs.map { .string($0.id) }),
            "attempts": .number(counts.attempts), "bodies": .number(counts.bodies), "bytes": .number(counts.byteCount),
            "names": .number(counts.names), "prompts": .number(counts.prompts),
        ]
    }

    private static func members(of counts: MergeCounts) -> [(String, JSONValue)] {
        [
            ("new_runs", .number(counts.runs)), ("new_attempts", .number(counts.attempts)),
            ("replaced_attempts", .number(counts.replaced)), ("known_attempts", .number(counts.known)),
            ("new_reviews", .number(counts.reviews)),
        ]
    }
}
