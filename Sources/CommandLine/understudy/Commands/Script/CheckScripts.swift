import ArgumentParser
import Documents
import ProjectFiles
import Reports
import Scripts

struct CheckScripts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read scripts whole, and tell what is wrong with them.",
        discussion: "Exits 2 when anything is. A scenario's file is read for the script in it.")

    @Argument(
        help: ArgumentHelp("Files of scripts, or of scenarios with a script.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        var scripts: [Script] = []
        var problems: [Diagnostic] = []
        for file in files {
            do {
                scripts.append(try Project().script(in: file))
            } catch let error as Diagnostics {
                problems += error.all
            }
        }
        let lines = scripts.map { "\($0.file): \($0.summary)\n" }.joined()
        if format == .json || !lines.isEmpty { format.print(text: lines, json: json(scripts, problems)) }
        guard problems.isEmpty else {
            if format == .text { throw Diagnostics(problems) }
            throw ExitStatus.badInput
        }
    }

    private func json(_ scripts: [Script], _ problems: [Diagnostic]) -> JSONValue {
        let items = scripts.map { script -> JSONValue in
            [
                "file": .string(script.file), "rules": .number(script.rules.count),
                "replies": .number(script.replyCount), "code_rules": .number(script.sandbox.count),
                "models": .array(script.models.map(JSONValue.string)),
            ]
        }
        return [
            "understudy": "script-check/1", "scripts": .array(items), "problems": JSONReport.diagnostics(problems),
        ]
    }
}

extension Script {
    fileprivate var replyCount: Int { rules.reduce(0) { $0 + 1 + $1.then.count } }

    /// `3 rules, 4 replies; any other request is an error`.
    fileprivate var summary: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
        // A rule without conditions or limit leaves nothing for `otherwise`.
        let answersAll = rules.contains { $0.when.isEmpty && $0.times == nil }
        let rest =
            switch otherwise {
            case _ where answersAll: "every request is answered"
            case .error: "any other request is an error"
            case .echo: "any other request is echoed"
            case .reply: "any other request has an answer, too"
            }
        let code = sandbox.isEmpty ? "" : "; \(count(sandbox.count, "rule", "rules")) for code"
        guard !rules.isEmpty else { return "\(count(sandbox.count, "rule", "rules")) for code" }
        return "\(count(rules.count, "rule", "rules")), \(count(replyCount, "reply", "replies")); \(rest)\(code)"
    }
}
