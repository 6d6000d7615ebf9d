import Documents
import Scripts
import Transcripts

/// What can be expected.
extension ScenarioSchema {
    static var bounds: [(String, JSONValue)] {
        [
            ("exactly", Part.integer(from: 0)), ("at_least", Part.integer(from: 0)), ("at_most", Part.integer(from: 0)),
        ]
    }

    static var order: JSONValue {
        let names = Part.list(of: Part.text())
        return Part.mapping([("exactly", names), ("in_order", names), ("only", names)])
    }

    static var expectations: JSONValue {
        Part.list(
            of: Part.any(
                of: Part.definition("claim"),
                Part.mapping([("not", Part.definition("claim"))], required: ["not"])), atLeast: 1)
    }

    static var claim: JSONValue {
        let by = ("by", Part.text("an agent"))
        let limits = [("at_least", Part.number(from: 0)), ("at_most", Part.number(from: 0))]
        let bounds = Part.definition("bounds"), order = Part.definition("order")
        let printed = Part.definition("text_condition")
        let cause = Part.words(End.Cause.allCases.map(\.rawValue))
        let path = Part.text("an absolute path in a sandbox")
        let claims: [(String, JSONValue)] = [
            ("said", Part.mapping([by] + ScriptSchema.textConditions)),
            ("json", Part.mapping([by, ("schema", Part.anything("a JSON Schema"))], required: ["schema"])),
            ("turns", bounds), ("spoke", Part.mapping([by] + self.bounds, required: ["by"])),
            ("share", Part.mapping([by] + limits, required: ["by"])), ("speakers", order),
            ("llm_calls", Part.mapping([by] + self.bounds)),
            (
                "tool",
                Part.mapping(
                    [("name", Part.text()), by, ("arguments", ["type": "object"])] + self.bounds, required: ["name"])
            ),
            ("tools", order), ("exit_code", Part.integer()), ("output", printed), ("stdout", printed),
            ("stderr", printed),
            (
                "file",
                Part.any(of: path, Part.mapping([("path", path)] + ScriptSchema.textConditions, required: ["path"]))
            ),
            ("code_runs", bounds), ("recovered_within", Part.integer(from: 0)), ("tokens", bounds),
            ("prompt_tokens", bounds), ("completion_tokens", bounds), ("cost", Part.mapping(limits)),
            ("latency", Part.mapping(limits)),
            (
                "ended_by",
                Part.any(of: cause, Part.mapping([("cause", cause), ("agent", Part.text())], required: ["cause"]))
            ),
            ("all_played", ["const": true]), ("byte_identical", ["const": true]),
        ]
        guard case .object(var object) = Part.mapping(claims) else { return [:] }
        object["minProperties"] = 1
        object["maxProperties"] = 1
        return .object(object)
    }
}
