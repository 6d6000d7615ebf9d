import Cassettes
import Conversations
import Documents
import TextConditions

/// Writes scripts as files that a person edits; reading one gives the same script again.
public enum ScriptWriter {
    /// - Parameter comment: Lines that stand at the top, without their `#`.
    public static func text(of script: Script, comment: [String] = []) -> String {
        let lines = comment.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
        var members: [(String, YAMLTree)] = [("understudy", .text(ScriptReader.version))]
        if !script.rules.isEmpty || script.sandbox.isEmpty { members.append(("rules", .list(script.rules.map(rule)))) }
        switch script.otherwise {
        case .error: break
        case .echo: members.append(("otherwise", .text("echo")))
        case .reply(let written): members.append(("otherwise", reply(written)))
        }
        if !script.sandbox.isEmpty { members.append(("sandbox", .list(script.sandbox.map(codeRule)))) }
        return lines + YAMLTree.mapping(members).written()
    }

    private static func rule(_ rule: Script.Rule) -> YAMLTree {
        var members: [(String, YAMLTree)] = []
        if !rule.when.isEmpty { members.append(("when", conditions(rule.when))) }
        members.append(("reply", reply(rule.reply)))
        if !rule.then.isEmpty { members.append(("then", .list(rule.then.map(reply)))) }
        if let times = rule.times { members.append(("times", .bare("\(times)"))) }
        return .mapping(members)
    }

    // MARK: Conditions

    /// All of them in one mapping; where a key would stand there twice, as a list under `all`.
    private static func conditions(_ conditions: [Script.Condition]) -> YAMLTree {
        let members = conditions.map(condition)
        let names = Set(members.map(\.0))
        if names.count == members.count { return .mapping(members) }
        return .mapping([("all", .list(members.map { .mapping([$0]) }))])
    }

    private static func condition(_ condition: Script.Condition) -> (String, YAMLTree) {
        switch condition {
        case .request(let number): ("request", .bare("\(number)"))
        case .text(let text): ("text", .mapping([member(text)]))
        case .system(let text): ("system", .mapping([member(text)]))
        case .model(.equals(let name)): ("model", .text(name))
        case .model(let text): ("model", .mapping([member(text)]))
        case .json(let path, let claim): ("json", .mapping([("path", .text(path.description)), member(claim)]))
        case .toolResult(let claim): ("tool_result", toolResult(claim))
        case .hasTools(let flag): ("has_tools", bool(flag))
        case .offers(let names): ("has_tools", .list(names.map(YAMLTree.text)))
        case .stream(let flag): ("stream", bool(flag))
        case .all(let parts): ("all", .list(parts.map { .mapping([self.condition($0)]) }))
        case .any(let parts): ("any", .list(parts.map { .mapping([self.condition($0)]) }))
        case .not(let part): ("not", .mapping([self.condition(part)]))
        }
    }

    private static func toolResult(_ claim: Script.ToolResultClaim) -> YAMLTree {
        var members: [(String, YAMLTree)] = []
        if let name = claim.name { members.append(("name", .text(name))) }
        if let text = claim.text { members.append(member(text)) }
        if let isError = claim.isError { members.append(("is_error", bool(isError))) }
        return members.isEmpty ? bool(true) : .mapping(members)
    }

    static func member(_ condition: TextCondition) -> (String, YAMLTree) {
        (condition.written.word, .text(condition.written.text))
    }

    private static func member(_ claim: Script.JSONClaim) -> (String, YAMLTree) {
        switch claim {
        case .exists(let flag): ("exists", bool(flag))
        case .equals(let value): ("equals", YAMLTree(value))
        case .text(let condition): member(condition)
        }
    }

    private static func bool(_ flag: Bool) -> YAMLTree { .bare(flag ? "true" : "false") }
}
