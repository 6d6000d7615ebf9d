import Documents

/// Agents, what they run and call, and how they talk.
extension ScenarioSchema {
    static var agent: JSONValue {
        Part.mapping(
            [
                ("kind", Part.words(Scenario.Agent.Kind.allCases.map(\.rawValue))),
                ("system", Part.text("the system message")), ("description", Part.text()),
                ("executor", Part.definition("executor")), ("max_auto_replies", Part.integer(from: 0)),
                ("default_reply", Part.text("what it says when nothing else answers")),
                ("terminate_when", Part.definition("termination")),
                ("look_back", Part.integer(from: 0, about: "how many of the last messages are searched for code")),
            ] + model)
    }

    private static var model: [(String, JSONValue)] {
        ownModel + [
            ("cache_seed", Part.text("names AutoGen's cache of answers")),
            (
                "fallbacks",
                Part.list(of: Part.mapping(ownModel, required: ["model"]), about: "asked when the model fails")
            ),
        ]
    }

    private static var ownModel: [(String, JSONValue)] {
        [
            ("model", Part.text("the name sent in each request")),
            ("timeout", Part.number(above: 0, about: "seconds until a request is given up")),
            ("max_retries", Part.integer(from: 0)), ("temperature", Part.number()), ("top_p", Part.number()),
            ("presence_penalty", Part.number()), ("frequency_penalty", Part.number()), ("seed", Part.integer()),
            ("max_tokens", Part.integer(from: 1)), ("max_completion_tokens", Part.integer(from: 1)),
            ("n", Part.integer(from: 1)), ("top_logprobs", Part.integer(from: 0)), ("reasoning_effort", Part.text()),
            ("verbosity", Part.text()), ("service_tier", Part.text()), ("user", Part.text()),
            ("safety_identifier", Part.text()), ("prompt_cache_key", Part.text()),
            ("prompt_cache_retention", Part.text()), ("logprobs", Part.flag()), ("store", Part.flag()),
            ("response_format", ["type": "object"]), ("logit_bias", ["type": "object"]),
            ("metadata", ["type": "object"]), ("prediction", ["type": "object"]),
            ("stop", Part.any(of: Part.text(), Part.list(of: Part.text()))),
        ]
    }

    static var executor: JSONValue {
        func kind(_ name: String, _ members: [(String, JSONValue)]) -> JSONValue {
            Part.mapping([("kind", ["const": .string(name)])] + members, required: ["kind"])
        }
        let timeout = ("timeout", Part.integer(from: 1, about: "seconds for one block"))
        return Part.any(
            of: kind("hopx", [timeout, ("template", Part.text()), ("ttl", Part.integer(from: 1))]),
            kind("persistent", [timeout]), kind("robust", [("attempts", Part.integer(from: 1, to: 100))]),
            kind("hopx_production", [timeout, ("persist", Part.flag()), ("output_limit", Part.integer(from: 0))]),
            about: "runs the code of messages in a sandbox")
    }

    static var termination: JSONValue {
        Part.mapping(
            [("equals", Part.text()), ("contains", Part.text()), ("ends_with", Part.text())],
            about: "which message ends the chat")
    }

    static var tool: JSONValue {
        func kind(_ name: String, _ members: [(String, JSONValue)], required: [String]) -> JSONValue {
            Part.mapping(
                [
                    ("kind", ["const": .string(name)]), ("caller", Part.text("whose model may call it")),
                    ("executor", Part.text("who executes it")), ("description", Part.text()),
                ] + members, required: ["kind", "caller", "executor"] + required)
        }
        let parameter = Part.any(
            of: Part.text("a type as in Python"),
            Part.mapping(
                [("type", Part.text()), ("description", Part.text()), ("default", Part.anything())], required: ["type"])
        )
        let parameters = ("parameters", Part.mapping(of: parameter))
        return Part.any(
            of: kind(
                "code",
                [
                    parameters, ("code", Part.text("with {NAME} for arguments")),
                    ("language", Part.words(["bash", "javascript", "python", "typescript"])),
                    ("timeout", Part.integer(from: 1)),
                ], required: ["description", "code"]),
            kind(
                "scripted",
                [
                    parameters,
                    (
                        "results",
                        Part.list(of: Part.mapping([("return", Part.anything()), ("raise", Part.text())]), atLeast: 1)
                    ),
                ], required: ["description", "results"]),
            kind("tutorial", [], required: []))
    }

    static var conversation: JSONValue {
        func kind(_ name: String, _ value: JSONValue) -> JSONValue { Part.mapping([(name, value)], required: [name]) }
        let pair = [("from", Part.text("who opens")), ("to", Part.text("who answers"))]
        let chat =
            pair + [("message", Part.text()), ("max_turns", Part.integer(from: 1, about: "answers at most"))]
        return Part.any(
            of: kind("two_agent", Part.mapping(chat, required: ["from", "to", "message"])),
            kind(
                "persistent",
                Part.mapping(
                    pair + [("messages", Part.list(of: Part.text(), atLeast: 1))], required: ["from", "to", "messages"])
            ),
            kind("group", group),
            kind(
                "pipeline",
                Part.list(
                    of: Part.mapping(chat + pipelineMembers, required: ["from", "to", "message"]), atLeast: 1)))
    }

    private static var pipelineMembers: [(String, JSONValue)] {
        let reflection = Part.mapping(
            [("prompt", Part.text()), ("role", Part.words(["system", "user", "assistant"]))])
        return [
            (
                "summary",
                Part.any(
                    of: Part.words(["last_msg", "reflection", "none"]),
                    Part.mapping([("reflection", reflection)], required: ["reflection"]))
            ),
            ("carryover", Part.any(of: Part.text(), Part.list(of: Part.anything()))),
            ("exclude", Part.list(of: Part.integer(from: 1))), ("clear_history", Part.flag()),
            ("expect", Part.definition("expectations")),
        ]
    }

    private static var group: JSONValue {
        let names = Part.list(of: Part.text())
        let method = Part.words(["auto", "random", "round_robin"])
        let transitions = Part.mapping(of: names)
        return Part.mapping(
            [
                ("from", Part.text()), ("message", Part.text()), ("members", Part.list(of: Part.text(), atLeast: 2)),
                ("manager", Part.text()),
                (
                    "selection",
                    Part.any(of: method, Part.list(of: Part.any(of: ["type": "null"], Part.text())))
                ),
                ("random_seed", Part.anything()), ("max_rounds", Part.integer(from: 1)),
                ("max_turns", Part.integer(from: 1)), ("allow_repeat", Part.any(of: Part.flag(), names)),
                ("transitions", transitions), ("forbidden_transitions", transitions), ("introductions", Part.flag()),
                ("follow_calls", Part.flag()), ("terminate_when", Part.definition("termination")),
                (
                    "prompts",
                    Part.mapping([
                        ("message", Part.text()), ("prompt", Part.any(of: ["type": "null"], Part.text())),
                        ("several", Part.text()), ("none", Part.text()), ("role", Part.words(["system", "user"])),
                        ("max_retries", Part.integer(from: 0, to: 50)),
                    ])
                ),
            ] + model, required: ["from", "message", "members"])
    }
}
