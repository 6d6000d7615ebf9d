import Cassettes
public import Documents

/// The format of faults as a JSON Schema.
public enum FaultSchema {
    private typealias Part = SchemaPart

    /// Of a file with faults.
    public static var document: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Faults of Understudy",
            "allOf": [
                Part.mapping(
                    [("understudy", ["const": "faults/1"]), ("faults", Part.list(of: fault))],
                    required: ["understudy", "faults"])
            ],
        ]
    }

    /// One rule.
    public static var fault: JSONValue {
        Part.mapping([
            ("path", Part.text("a regular expression, looked for in the URL's path")), ("method", Part.text()),
            ("service", Part.words(["llm"] + Service.allCases.map(\.rawValue))), ("model", Part.text()),
            ("session", Part.text()), ("turn", Part.integer(from: 1, about: "only the n-th request")),
            ("rate", Part.number(from: 0, about: "how likely a request is met, to 1")), ("seed", Part.anything()),
            ("times", Part.integer(from: 1, about: "how many requests are met")),
            ("kind", Part.words(FaultRule.Kind.allCases.map(\.rawValue))), ("status", Part.integer(from: 200, to: 599)),
            ("headers", ["type": "object"]), ("body", Part.anything()), ("retry_after", Part.number(from: 0)),
            ("delay", Part.number(from: 0, about: "seconds that pass first")), ("drop", Part.flag()),
            ("malformed", Part.flag()), ("after_events", Part.integer(from: 0)), ("hold", Part.number(from: 0)),
            ("bytes", Part.integer(from: 1)), ("every", Part.number(from: 0)), ("content_type", Part.text()),
        ])
    }
}
