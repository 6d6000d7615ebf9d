import ArgumentParser
import Documents
import FaultRules
import Scenarios
import Scripts

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a format, for editors.",
        discussion: """
            understudy schema scenario > .vscode/scenario.schema.json, and in the settings of the YAML extension:
            "yaml.schemas": {".vscode/scenario.schema.json": "scenarios/**/*.yaml"}

            A schema says what a file may have. What is more, which names must be known and what excludes what, 'understudy run' says.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case scenario, script, faults
    }

    @Argument(help: "scenario, script or faults.")
    var format: Format

    func run() {
        let schema =
            switch format {
            case .scenario: ScenarioSchema.document
            case .script: ScriptSchema.document
            case .faults: FaultSchema.document
            }
        Console.print(schema.text(in: .init(.indent2)))
    }
}
