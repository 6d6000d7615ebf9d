import AgentChats
import Documents
import Scenarios
import Synchronization

extension ToolFunction {
    /// What a scenario says of a tool.
    ///
    /// - Parameter sandbox: Runs the code of those that have any.
    init(_ tool: Scenario.Tool, sandbox: SandboxTools) {
        switch tool.action {
        case .tutorial:
            let rules: ToolRules =
                switch tool.tool.name {
                case "create_visualization": .createVisualization
                case "install_package": .installPackage
                default: .runDataAnalysis
                }
            self = sandbox.function(rules, of: tool.executor)
        case .code(let code, let language, let timeout):
            let rules = ToolRules.template(
                code, language: language, timeout: timeout, parameters: tool.tool.parameters.map(\.name))
            self = sandbox.function(rules, of: tool.executor)
        case .scripted(let outcomes):
            let results = ScriptedResults(outcomes)
            self.init { _ in results.next() }
        }
    }
}

/// Results that are known beforehand, one for each call; the last one stays.
private final class ScriptedResults: Sendable {
    private let rest: Mutex<ArraySlice<ToolOutcome>>

    init(_ outcomes: [ToolOutcome]) { rest = Mutex(outcomes[...]) }

    func next() -> ToolOutcome {
        rest.withLock { rest in
            guard let first = rest.first else { return .returned("") }
            if rest.count > 1 { rest.removeFirst() }
            return first
        }
    }
}
