import AgentChats
import Documents
import ScenarioRunning
import Synchronization

/// A golden file's `tools`, and who offers and who executes them.
struct GoldenTools {
    private struct Entry {
        var tool: Tool
        var registrations: [(caller: String?, executor: String?)]
        var isTutorial: Bool
    }

    private let entries: [Entry]

    init(_ configs: [JSONValue]) throws {
        entries = try configs.map { config in
            let registrations = config["register"]?.arrayValue ?? [config]
            return Entry(
                tool: Tool(
                    name: config["name"]?.stringValue ?? "", description: config["description"]?.stringValue ?? "",
                    parameters: try (config["parameters"]?.arrayValue ?? []).map(GoldenTools.parameter)),
                registrations: registrations.map { ($0["caller"]?.stringValue, $0["executor"]?.stringValue) },
                isTutorial: config["impl"]?.stringValue == "tutorial")
        }
    }

    private static func parameter(_ config: JSONValue) throws -> Tool.Parameter {
        let text = config["type"]?.stringValue ?? "str"
        guard let type = ParameterType(python: text) else { throw GoldenProgram.Unsupported("type \(text)") }
        return Tool.Parameter(
            config["name"]?.stringValue ?? "", type, description: config["description"]?.stringValue,
            defaultValue: config["default"])
    }

    /// In the order in which they are registered.
    func offered(by agent: String) -> [Tool] {
        entries.flatMap { entry in entry.registrations.filter { $0.caller == agent }.map { _ in entry.tool } }
    }

    func executed(by agent: String) -> [Tool] {
        entries.filter { entry in entry.registrations.contains { $0.executor == agent } }.map(\.tool)
    }

    /// By name, each keeping what it is asked and what it answers.
    func functions(
        scripted: ScriptedTools, hopx: ScriptedHopX, log: CallLog, writer: TranscriptWriter
    ) -> [String: ToolFunction] {
        let sandbox = SandboxTools(
            service: ScriptedSandboxes(client: SandboxClient(responder: hopx, key: "test-key", clock: VirtualClock())),
            clock: VirtualClock(), writer: writer)
        let tutorial: [String: ToolRules] = [
            "run_data_analysis": .runDataAnalysis, "create_visualization": .createVisualization,
            "install_package": .installPackage,
        ]
        var functions: [String: ToolFunction] = [:]
        for entry in entries {
            let name = entry.tool.name
            let rules = entry.isTutorial ? tutorial[name] : nil
            let function =
                rules.map { sandbox.function($0, of: "tools") } ?? ToolFunction { _ in try scripted.next() }
            functions[name] = ToolFunction { arguments in
                var call = JSONObject([("name", .string(name)), ("arguments", .object(arguments))])
                let outcome = try await function(arguments)
                switch outcome {
                case .returned(let value): call["returned"] = value
                case .raised(let text): call["raised"] = .string(text)
                }
                log.append(call)
                return outcome
            }
        }
        return functions
    }
}

/// Plays `script.tools`, one entry for each call.
final class ScriptedTools: Sendable {
    private let results: Mutex<[JSONValue]>

    init(results: [JSONValue]) { self.results = Mutex(results) }

    /// What the script still holds.
    var leftOver: Int { results.withLock { $0.count } }

    func next() throws -> ToolOutcome {
        let result: JSONValue? = results.withLock { $0.isEmpty ? JSONValue?.none : $0.removeFirst() }
        guard let result else { throw ChatError("ScriptUsedUp", "script.tools has no result for this call") }
        return result["raise"]?.stringValue.map(ToolOutcome.raised) ?? .returned(result["return"] ?? .null)
    }
}
