public import Documents
public import Transcripts

extension JSONReport {
    /// `{understudy: search/1, hits: [{run, scenario, attempt, turn, speaker, kind, snippet, attempts}]}`.
    ///
    /// `snippet` is a list of `{text, match}`; `attempts` counts those that have this very text, to 100.
    public static func search(_ hits: [SearchHit]) -> JSONValue {
        let items = hits.map { hit in
            var object = JSONObject([
                ("run", .string(hit.run)), ("scenario", .string(hit.scenario)), ("attempt", .string(hit.attempt)),
            ])
            object["turn"] = hit.turn.map { .number($0) }
            object["speaker"] = hit.speaker.map(JSONValue.string)
            object["kind"] = .string(hit.kind.rawValue)
            object["snippet"] = .array(
                hit.snippet.map { ["text": .string($0.text), "match": .bool($0.isMatch)] })
            object["attempts"] = .number(hit.attemptCount)
            return JSONValue.object(object)
        }
        return ["understudy": "search/1", "hits": .array(items)]
    }
}
