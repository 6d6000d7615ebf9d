public import Documents
public import Transcripts

/// The reports as data. Each top-level value says with `understudy` what it is, and in which version.
///
/// Times are seconds since 1970; what is not known has no member.
public enum JSONReport {
    /// `{understudy: runs/1, runs: […]}`, in the order given.
    public static func runs(_ runs: [RunSummary]) -> JSONValue {
        let items = runs.map { summary in
            var object = summary.run.members
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
        var object = run.json.objectValue ?? JSONObject()
        object["attempts"] = .array(attempts.map { .object($0.members) })
        return .object(object)
    }

    /// `{understudy: attempt/1, id, run, scenario, …, transcript: {understudy: transcript/1, …}}`.
    public static func attempt(_ attempt: Attempt) -> JSONValue { attempt.json }

    static func runAlone(_ run: Run) -> JSONValue { .object(run.members) }
}
