import Documents
import Scenarios
import Testing

/// The schema knows the keys that the reader knows, in every place.
@Suite struct ScenarioSchemaTests {
    private let definitions = ScenarioSchema.document["$defs"] ?? [:]

    /// The names of the members of a schema's mapping; those of all alternatives that have such a key.
    private func names(_ schema: JSONValue?) -> Set<String> {
        Set(schema?["properties"]?.objectValue?.members.map(\.name) ?? [])
    }

    private func alternative(_ schema: JSONValue?, having name: String, _ value: JSONValue? = nil) -> JSONValue? {
        schema?["anyOf"]?.arrayValue?.first { part in
            guard let property = part["properties"]?[name] else { return false }
            return value == nil || property["const"] == value
        }
    }

    private var claimSchemas: JSONValue? { definitions["claim"]?["properties"] }

    private func known(_ what: String) -> Set<String> {
        let conversation = definitions["conversation"]
        func kind(_ name: String) -> JSONValue? { alternative(conversation, having: name)?["properties"]?[name] }
        switch what {
        case "top": return names(ScenarioSchema.document["allOf"]?.arrayValue?.first)
        case "agent": return names(definitions["agent"])
        case "hopx", "persistent", "robust", "hopx_production":
            return names(alternative(definitions["executor"], having: "kind", .string(what)))
        case "code", "scripted", "tutorial":
            return names(alternative(definitions["tool"], having: "kind", .string(what)))
        case "two_agent", "talks", "group": return names(kind(what == "talks" ? "persistent" : what))
        case "prompts": return names(kind("group")?["properties"]?["prompts"])
        case "chat": return names(kind("pipeline")?["items"])
        case "conversation": return ["two_agent", "persistent", "group", "pipeline"]
        case "program": return names(definitions["program"])
        case "limits", "prices", "endpoints":
            let top = ScenarioSchema.document["allOf"]?.arrayValue?.first?["properties"]?[what]
            return names(what == "prices" ? top?["additionalProperties"] : top)
        case "endpoint": return names(definitions["endpoint"]?["anyOf"]?.arrayValue?.last)
        case "claim": return names(definitions["claim"]).union(["not"])
        case "file": return names(claimSchemas?["file"]?["anyOf"]?.arrayValue?.last)
        case "cause": return names(claimSchemas?["ended_by"]?["anyOf"]?.arrayValue?.last)
        default:
            let claim = claimSchemas?[what]
            let name = claim?["$ref"]?.stringValue?.split(separator: "/").last.map(String.init)
            return names(name.flatMap { definitions[$0] } ?? claim)
        }
    }

    private static let cast = "agents:\n  u: {kind: user_proxy}\n  b: {kind: assistant, model: m}\n"
    private static let talk = "conversation: {two_agent: {from: u, to: b, message: m}}\n"

    private static func tool(_ kind: String) -> String {
        "tools: {\(kind == "tutorial" ? "install_package" : "t"): {kind: \(kind), caller: b, executor: u, zzzz: 1}}\n"
            + cast + talk
    }

    private static func conversation(_ text: String) -> String { cast + "conversation: {\(text)}\n" }
    private static func expecting(_ text: String) -> String { cast + talk + "expect: [{\(text)}]\n" }

    private static let places: [(String, String)] = [
        ("top", "zzzz: 1\n" + cast + talk), ("agent", "agents: {u: {zzzz: 1, model: m}}\n" + talk),
        ("hopx", "agents: {u: {executor: {kind: hopx, zzzz: 1}}}\n" + talk),
        ("persistent", "agents: {u: {executor: {kind: persistent, zzzz: 1}}}\n" + talk),
        ("robust", "agents: {u: {executor: {kind: robust, zzzz: 1}}}\n" + talk),
        ("hopx_production", "agents: {u: {executor: {kind: hopx_production, zzzz: 1}}}\n" + talk),
        ("code", tool("code")), ("scripted", tool("scripted")), ("tutorial", tool("tutorial")),
        ("two_agent", conversation("two_agent: {zzzz: 1}")), ("talks", conversation("persistent: {zzzz: 1}")),
        ("group", conversation("group: {zzzz: 1, model: m}")),
        ("prompts", conversation("group: {model: m, prompts: {zzzz: 1}}")),
        ("chat", conversation("pipeline: [{zzzz: 1}]")), ("conversation", conversation("zzzz: 1")),
        ("program", "drive: {zzzz: 1}\n"), ("limits", "limits: {zzzz: 1}\n"), ("prices", "prices: {m: {zzzz: 1}}\n"),
        ("endpoints", "endpoints: {zzzz: 1}\n"), ("endpoint", "endpoints: {hopx: {zzzz: 1}}\n"),
        ("claim", expecting("zzzz: 1")), ("cause", expecting("ended_by: {zzzz: 1}")),
    ]

    private static let claims = [
        "said", "json", "turns", "spoke", "share", "speakers", "llm_calls", "tool", "tools", "output", "code_runs",
        "tokens", "cost", "latency", "file",
    ]

    @Test(arguments: places + claims.map { claim in (claim, expecting("\(claim): {zzzz: 1}")) })
    func theSchemaKnowsWhatTheReaderKnows(what: String, rest: String) throws {
        let text = "understudy: scenario/1\nname: x\n" + rest
        let error = #expect(throws: Diagnostics.self) { try ScenarioReader.read(text, file: "s.yaml") }
        let problem = try #require(error?.all.first { $0.message.contains("zzzz") })
        let words = try #require(problem.expected?.firstMatch(of: /one of (.+)/)?.1).split(separator: ", ").map(
            String.init)
        // Which executor or tool it is stands in another key than those of its kind.
        #expect(Set(words) == known(what))
    }
}
