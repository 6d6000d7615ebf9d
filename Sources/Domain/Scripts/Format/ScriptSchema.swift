public import Documents

/// The format of scripts as a JSON Schema.
public enum ScriptSchema {
    private typealias Part = SchemaPart

    /// Of a script's file.
    public static var document: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "An Understudy script",
            "allOf": [
                Part.mapping([("understudy", ["const": "script/1"])] + members, required: ["understudy"])
            ],
            "$defs": .object(JSONObject(definitions)),
        ]
    }

    /// The keys of a script, of a file's or of a scenario's.
    public static var members: [(String, JSONValue)] {
        [
            (
                "rules",
                Part.list(
                    of: Part.definition("rule"), atLeast: 1,
                    about: "tried in order; the first whose conditions hold answers")
            ),
            ("sandbox", Part.list(of: Part.definition("code_rule"), atLeast: 1, about: "what code does")),
            (
                "otherwise",
                Part.any(
                    of: Part.words(["error", "echo"]), Part.definition("reply"),
                    about: "for a request that no rule answers")
            ),
        ]
    }

    public static var definitions: [(String, JSONValue)] {
        [
            ("text_condition", textCondition), ("rule", rule), ("conditions", conditions), ("reply", reply),
            ("code_rule", codeRule), ("code_reply", codeReply),
        ]
    }

    public static var textConditions: [(String, JSONValue)] {
        [
            ("equals", Part.text("the whole text, character by character")), ("contains", Part.text()),
            ("matches", Part.text("a regular expression that is found somewhere")),
        ]
    }

    private static var textCondition: JSONValue { Part.mapping(textConditions) }

    private static var rule: JSONValue {
        Part.mapping(
            [
                ("when", Part.definition("conditions")), ("reply", Part.definition("reply")),
                ("then", Part.list(of: Part.definition("reply"), about: "the second answer, the third, …")),
                ("times", Part.integer(from: 1, about: "how often it may answer in one session")),
            ], required: ["reply"])
    }

    private static var conditions: JSONValue {
        Part.mapping(
            [
                ("request", Part.integer(from: 1, about: "the session's n-th request to this service")),
                ("text", Part.definition("text_condition")), ("system", Part.definition("text_condition")),
                ("model", Part.any(of: Part.text(), Part.definition("text_condition"))),
                (
                    "json",
                    Part.mapping(
                        [
                            ("path", Part.text("a JSON path or pointer")), ("equals", Part.anything()),
                            ("contains", Part.text()), ("matches", Part.text()), ("exists", Part.flag()),
                        ], required: ["path"])
                ),
                (
                    "tool_result",
                    Part.any(
                        of: Part.flag(),
                        Part.mapping([("name", Part.text()), ("is_error", Part.flag())] + textConditions))
                ),
                ("has_tools", Part.any(of: Part.flag(), Part.list(of: Part.text()))), ("stream", Part.flag()),
                ("all", Part.list(of: Part.definition("conditions"))),
                ("any", Part.list(of: Part.definition("conditions"))), ("not", Part.definition("conditions")),
            ], about: "all of which must hold")
    }

    private static var reply: JSONValue {
        Part.mapping([
            ("text", Part.text()), ("template", Part.text("text with {{…}}")), ("json", Part.anything()),
            ("json_template", Part.anything()), ("refusal", Part.text()), ("thinking", Part.text()),
            (
                "tool_calls",
                Part.list(
                    of: Part.mapping(
                        [
                            ("name", Part.text()), ("id", Part.text()), ("arguments", Part.anything()),
                            ("arguments_template", Part.anything()),
                        ], required: ["name"]), atLeast: 1)
            ),
            ("finish_reason", Part.text()), ("cut_after", Part.integer(from: 0, about: "events of a stream")),
            (
                "pace",
                Part.mapping([
                    ("ttft", Part.number(from: 0, about: "seconds to the first event")),
                    ("tps", Part.number(above: 0, about: "tokens per second")), ("jitter", Part.number(from: 0)),
                    ("seed", Part.integer(from: 0)),
                ])
            ),
            (
                "error",
                Part.mapping(
                    [
                        ("status", Part.integer(from: 400, to: 599)), ("message", Part.text()), ("type", Part.text()),
                        ("code", Part.text()), ("headers", Part.mapping(of: Part.text())),
                    ], required: ["status"])
            ),
        ])
    }

    private static var codeRule: JSONValue {
        Part.mapping(
            [
                (
                    "when",
                    Part.mapping([
                        ("code", Part.definition("text_condition")), ("command", Part.definition("text_condition")),
                        ("language", Part.any(of: Part.text(), Part.list(of: Part.text()))),
                        ("request", Part.integer(from: 1)),
                    ])
                ),
                ("reply", Part.definition("code_reply")), ("then", Part.list(of: Part.definition("code_reply"))),
                ("times", Part.integer(from: 1)),
            ], required: ["reply"])
    }

    private static var codeReply: JSONValue {
        Part.mapping([
            ("stdout", Part.text()), ("stderr", Part.text()), ("exit_code", Part.integer(from: 0, to: 255)),
            ("rich", ["type": "object"]), ("files", ["type": "object"]),
            ("delay", Part.number(from: 0, about: "seconds")),
            (
                "error",
                Part.mapping(
                    [("status", Part.integer(from: 400, to: 599)), ("code", Part.text()), ("message", Part.text())],
                    required: ["message"])
            ),
        ])
    }
}
