import ArgumentParser

struct ScriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Look after hand-written answers of models (docs/scripts.md).",
        subcommands: [ScriptFromCassette.self, CheckScripts.self])
}
