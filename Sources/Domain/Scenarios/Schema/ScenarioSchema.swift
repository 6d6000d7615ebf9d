public import Documents
import FaultRules
import Scripts

/// The format of scenario files as a JSON Schema, for editors: what a file may have, and where.
///
/// What no schema can say (names that must be known, keys that exclude each other by what others say) the reader says.
public enum ScenarioSchema {
    typealias Part = SchemaPart

    public static var document: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "An Understudy scenario",
            "allOf": [
                Part.mapping(members, required: ["understudy"]),
                // Whoever extends another file may leave to it what is needed.
                ["anyOf": [["required": ["extends"]], ["required": ["name"]]]],
                [
                    "anyOf": [
                        ["required": ["extends"]], ["required": ["drive"]], ["required": ["agents", "conversation"]],
                    ]
                ],
                ["not": ["required": ["drive", "conversation"]]],
            ],
            "$defs": .object(JSONObject(definitions)),
        ]
    }

    private static var members: [(String, JSONValue)] {
        [
            ("understudy", ["const": .string(ScenarioReader.version)]), ("name", Part.text("what it is called")),
            ("extends", Part.text("a file that this one completes")),
            ("cassette", Part.text("the name of the cassette it plays")),
            ("tags", Part.list(of: Part.text())),
            (
                "matrix",
                Part.any(
                    of: Part.mapping(of: Part.list(of: Part.text(), atLeast: 1)),
                    Part.list(of: Part.mapping(of: Part.text()), atLeast: 1),
                    about: "parameters; ${NAME} in any value is replaced")
            ),
            ("agents", Part.mapping(of: Part.definition("agent"))),
            ("tools", Part.mapping(of: Part.definition("tool"))),
            ("conversation", Part.definition("conversation")), ("drive", Part.definition("program")),
            ("script", Part.mapping(ScriptSchema.members, about: "hand-written answers of the model")),
            ("faults", Part.list(of: Part.definition("fault"), about: "what goes wrong on purpose")),
            ("expect", Part.definition("expectations")),
            ("repeat", Part.integer(from: 1, to: 100_000, about: "how often a run performs it")),
            ("seed", Part.integer(about: "waits before retries are drawn from it")),
            (
                "limits",
                Part.mapping(
                    [
                        ("turns", Part.integer(from: 1)), ("requests", Part.integer(from: 1)),
                        ("tokens", Part.integer(from: 1)), ("cost", Part.number(above: 0, about: "dollars")),
                        ("seconds", Part.number(above: 0)),
                    ], about: "what ends an attempt")
            ),
            (
                "prices",
                Part.mapping(
                    of: Part.mapping(
                        [("prompt", Part.number(from: 0)), ("completion", Part.number(from: 0))],
                        required: ["prompt", "completion"]), about: "dollars for a thousand tokens, by model")
            ),
            (
                "endpoints",
                Part.mapping(
                    ["anthropic", "azure", "gemini", "hopx", "openai"].map { ($0, Part.definition("endpoint")) },
                    about: "where live services are")
            ),
        ]
    }

    private static var definitions: [(String, JSONValue)] {
        ScriptSchema.definitions + [
            ("fault", FaultSchema.fault), ("agent", agent), ("executor", executor), ("tool", tool),
            ("termination", termination), ("conversation", conversation), ("expectations", expectations),
            ("claim", claim), ("bounds", Part.mapping(bounds)), ("order", order),
            (
                "program",
                Part.mapping(
                    [
                        ("command", Part.list(of: Part.text(), atLeast: 1)),
                        ("environment", Part.mapping(of: Part.text())),
                    ], required: ["command"], about: "a program that is started and watched")
            ),
            (
                "endpoint",
                Part.any(
                    of: ["type": "string", "pattern": "^https?://|\\$\\{"],
                    Part.mapping(
                        [
                            ("url", ["type": "string", "pattern": "^https?://|\\$\\{"]),
                            ("key", ["type": "string", "pattern": "^[A-Z0-9_]*_API_KEY$"]),
                        ], required: ["url"]))
            ),
        ]
    }
}
