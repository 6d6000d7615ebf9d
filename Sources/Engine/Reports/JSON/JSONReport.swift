import Conversations
public import Documents
public import Transcripts

/// The reports as data. Each top-level value says with `understudy` what it is, and in which version.
///
/// Times are seconds since 1970; what is not known has no member.
public enum JSONReport {
    /// `{understudy: runs/1, runs: […]}`, in the order given.
    public static func runs(_ runs: [RunSummary]) -> JSONValue {
        let items = runs.map { summary in
            var object = members(of: summary.run)
            object["attempts"] = .number(summary.attemptCount)
            object["passed"] = .number(summary.passedCount)
            return JSONValue.object(object)
        }
        return ["understudy": "runs/1", "runs": .array(items)]
    }

    /// `{understudy: run/1, id, status, …, attempts: [{id, scenario, status, turns, usage, findings, misses, …}]}`.
    ///
    /// An attempt that met faults has `fault_reactions`: what its client did about each.
    public static func run(_ run: Run, attempts: [AttemptSummary]) -> JSONValue {
        var object = JSONObject([("understudy", "run/1")])
        for member in members(of: run).members { object[member.name] = member.value }
        object["attempts"] = .array(attempts.map { .object(members(of: $0)) })
        return .object(object)
    }

    /// `{understudy: attempt/1, id, run, scenario, …, transcript: {understudy: transcript/1, …}}`.
    public static func attempt(_ attempt: Attempt) -> JSONValue {
        var object = JSONObject([("understudy", "attempt/1")])
        for member in members(of: AttemptSummary(attempt)).members { object[member.name] = member.value }
        object["transcript"] = attempt.transcript.json
        return .object(object)
    }

    static func runAlone(_ run: Run) -> JSONValue { .object(members(of: run)) }

    private static func members(of run: Run) -> JSONObject {
        var object = JSONObject([("id", .string(run.id)), ("status", .string(run.status.rawValue))])
        object["label"] = run.label.map(JSONValue.string)
        object["started_at"] = seconds(run.startedAt)
        object["ended_at"] = run.endedAt.flatMap(seconds)
        object["tool_version"] = .string(run.toolVersion)
        object["git_sha"] = run.gitSHA.map(JSONValue.string)
        object["branch"] = run.branch.map(JSONValue.string)
        object["arguments"] = .array(run.arguments.map(JSONValue.string))
        object["shard"] = run.shard.map { ["index": .number($0.index), "total": .number($0.total)] }
        object["plan"] = run.plan.map(JSONValue.string)
        return object
    }

    static func members(of attempt: AttemptSummary) -> JSONObject {
        var object = JSONObject([
            ("id", .string(attempt.id)), ("run", .string(attempt.run)), ("scenario", .string(attempt.scenario)),
            ("status", .string(attempt.outcome.status.rawValue)),
        ])
        if attempt.number.repetition > 1 { object["repetition"] = .number(attempt.number.repetition) }
        if attempt.number.retry > 0 { object["retry"] = .number(attempt.number.retry) }
        object["seed"] = attempt.seed.map { .number($0) }
        object["started_at"] = seconds(attempt.startedAt)
        object["ended_at"] = attempt.endedAt.flatMap(seconds)
        object["turns"] = .number(attempt.turnCount)
        object["usage"] = [
            "prompt_tokens": .number(attempt.usage.promptTokens),
            "completion_tokens": .number(attempt.usage.completionTokens),
        ]
        object["findings"] = .array(attempt.outcome.findings.map(JSONValue.string))
        object["misses"] = .array(attempt.outcome.misses.map(JSONValue.string))
        if !attempt.outcome.reactions.isEmpty {
            object["fault_reactions"] = .array(attempt.outcome.reactions.map(\.json))
        }
        return object
    }

    private static func seconds(_ value: Double) -> JSONValue? { JSONNumber(value).map(JSONValue.number) }
}
