public import Documents
import Transcripts

extension JSONReport {
    /// `{understudy: report/1, run, against, attempts: […]}`; see `docs/transcripts.md`.
    ///
    /// Each attempt is that of `attempt/1`; if the run is compared with another, it has `comparison`, which is
    /// `{before: transcript/1, diff: diff/2}`, or empty when the other run does not have the scenario.
    public static func report(_ record: RunRecord) -> JSONValue {
        report(record) { diff in self.diff(diff) }
    }

    static func report(_ record: RunRecord, diff: (TranscriptDiff) -> JSONValue) -> JSONValue {
        var object = JSONObject([("understudy", "report/1"), ("run", runAlone(record.run))])
        object["against"] = record.against.map(runAlone)
        object["attempts"] = .array(
            record.attempts.map { attempt in
                var object = self.attempt(attempt).objectValue ?? JSONObject()
                if record.against != nil {
                    var comparison = JSONObject()
                    comparison["before"] = record.before(attempt)?.transcript.json
                    comparison["diff"] = record.comparison(of: attempt).map(diff)
                    object["comparison"] = .object(comparison)
                }
                return .object(object)
            })
        return .object(object)
    }
}
