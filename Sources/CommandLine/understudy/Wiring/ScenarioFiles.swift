import Baselines
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
        let named = arguments.isEmpty ? [Named(path: project.scenariosFolder, point: nil)] : try arguments.map(named)
        let paths = named.map(\.path)
        // Files whose names begin with `_` are there for others to extend.
        let files = try project.yamlFiles(at: paths).filter {
            paths.contains($0) || $0.split(separator: "/").last?.hasPrefix("_") != true
        }
        guard !files.isEmpty else {
            throw FileError(
                "find", "scenarios", cause: "there is none under " + paths.map { "'\($0)'" }.joined(separator: ", "),
                fix: "write one: docs/scenario-format.md shows how", isMissing: true)
        }
        var scenarios: [Scenario] = []
        var problems: [Diagnostic] = []
        for file in files {
            do {
                let all = try ScenarioReader.readAll(try project.read(file), file: file, base: project.read)
                let points = named.filter { $0.path == file }.map(\.point)
                let chosen = points.isEmpty || points.contains(nil) ? all : all.filter { points.contains($0.point) }
                if chosen.isEmpty { problems.append(noPoint(points.compactMap(\.self), of: all, file: file)) }
                scenarios += chosen
            } catch let error as Diagnostics {
                // A file that several extend is wrong once.
                problems += error.all.filter { !problems.contains($0) }
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return scenarios
    }

    /// A file or folder, and the point of its matrix that is meant; nil for all of them.
    private struct Named {
        let path: String
        let point: String?
    }

    private func named(_ argument: String) throws -> Named {
        let key = ScenarioKey(argument)
        if let point = key.point, !project.exists(argument) { return Named(path: try path(key.name), point: point) }
        return Named(path: try path(argument), point: nil)
    }

    private func noPoint(_ points: [String], of all: [Scenario], file: String) -> Diagnostic {
        let known = all.compactMap(\.point)
        return Diagnostic(
            file: file, "there is no point [\(points.joined(separator: ", "))] in the matrix",
            expected: known.isEmpty
                ? "no point: the scenario has no matrix" : "one of " + known.prefix(12).joined(separator: "; "))
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

    /// The name of a scenario in every run: its path under the scenarios' folder, or its file, and the point of its matrix.
    func key(of scenario: Scenario) -> String {
        (project.cassetteName(ofScenario: scenario.file)?.text ?? scenario.file)
            + (scenario.point.map { "[\($0)]" } ?? "")
    }

    /// The name of the cassette a scenario plays.
    ///
    /// - Throws: `Diagnostics` when nothing names one.
    func cassetteName(of scenario: Scenario) throws -> CassetteName {
        if let name = scenario.cassette.flatMap(CassetteName.init) ?? project.cassetteName(ofScenario: scenario.file) {
            return scenario.point.map(name.at) ?? name
        }
        if project.isScenario(scenario.file) {
            throw Diagnostics([
                Diagnostic(
                    file: scenario.file, "this file's name cannot be a cassette's, and it names no cassette",
                    expected: "letters, digits, _ and - in each part of the path",
                    fix: "add the key 'cassette: NAME', or rename the file")
            ])
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
