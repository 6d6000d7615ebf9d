import Cassettes
import Documents
import ProjectFiles
import Scenarios

/// The scenarios a command line names, read, with all that is wrong in any of them told at once.
struct ScenarioFiles {
    let project: Project

    /// - Parameter arguments: Files, folders, or names (paths under `scenarios/` without `.yaml`); empty for all.
    /// - Throws: `FileError`, `Diagnostics` of all files together, or `Diagnostics` when there is none.
    func read(_ arguments: [String]) throws -> [Scenario] {
        guard !arguments.isEmpty || project.exists(project.scenariosFolder) else {
            throw FileError(
                "find", "scenarios", cause: "there is no folder \(project.scenariosFolder)/ here",
                fix: "go to a project that has one, or name a scenario's file", isMissing: true)
        }
        let paths = arguments.isEmpty ? [project.scenariosFolder] : try arguments.map(path)
        let files = try project.yamlFiles(at: paths)
        guard !files.isEmpty else {
            throw FileError(
                "find", "scenarios", cause: "there is none under " + paths.map { "'\($0)'" }.joined(separator: ", "),
                fix: "write one: docs/scenario-format.md shows how", isMissing: true)
        }
        var scenarios: [Scenario] = []
        var problems: [Diagnostic] = []
        for file in files {
            do {
                scenarios.append(try ScenarioReader.read(try project.read(file), file: file))
            } catch let error as Diagnostics {
                problems += error.all
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return scenarios
    }

    private func path(_ argument: String) throws -> String {
        if project.exists(argument) { return argument }
        let named = "\(project.scenariosFolder)/\(argument.replacing(":", with: "/")).yaml"
        if project.exists(named) { return named }
        let names = project.scenarioNames.map(\.text)
        let nearest = nearestWord(to: argument, among: names).map { "did you mean '\($0)'?" }
        throw FileError(
            "find", "the scenario '\(argument)'",
            cause: "it is neither a file or folder nor a name under \(project.scenariosFolder)/",
            fix: nearest ?? (names.isEmpty ? nil : "one of " + names.prefix(8).joined(separator: ", ")), isMissing: true
        )
    }

    /// The name of a scenario in every run: its path under the scenarios' folder, or its file.
    func key(of scenario: Scenario) -> String { project.cassetteName(ofScenario: scenario.file)?.text ?? scenario.file }

    /// The name of the cassette a scenario plays.
    ///
    /// - Throws: `Diagnostics` when nothing names one.
    func cassetteName(of scenario: Scenario) throws -> CassetteName {
        if let name = scenario.cassette.flatMap(CassetteName.init) ?? project.cassetteName(ofScenario: scenario.file) {
            return name
        }
        throw Diagnostics([
            Diagnostic(
                file: scenario.file, "this file is outside \(project.scenariosFolder)/, and names no cassette",
                expected: "cassette: NAME", fix: "add the key 'cassette', or move the file")
        ])
    }

    /// Opens the cassettes that scenarios play, each checked whole.
    ///
    /// - Throws: `Diagnostics` of all of them together; `FileError` when one is not there.
    func cassettes(of scenarios: [Scenario], given: String?) throws -> [Cassette] {
        var problems: [Diagnostic] = []
        var cassettes: [Cassette] = []
        for scenario in scenarios {
            do {
                let cassette =
                    try given.map { try project.cassette(named: $0) } ?? project.cassette(cassetteName(of: scenario))
                for warning in cassette.warnings { Console.complain("\(warning)") }
                problems += cassette.check()
                cassettes.append(cassette)
            } catch let error as Diagnostics {
                problems += error.all
            } catch let error as FileError where error.isMissing {
                problems.append(
                    Diagnostic(file: scenario.file, "\(error.operationText): \(error.cause)", fix: error.fix))
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return cassettes
    }
}
