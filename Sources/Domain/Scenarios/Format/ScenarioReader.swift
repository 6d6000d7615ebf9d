import Digests
import Documents

/// Reads scenario files: YAML of the shape `understudy: scenario/1`.
public enum ScenarioReader {
    static let header = DocumentHeader(kind: "scenario", version: 1)

    /// The first key's value in every file of this version.
    public static let version = header.text

    /// Reads a whole file, as its bytes are on disk: one scenario, or one for each point of its matrix.
    ///
    /// - Parameters:
    ///   - file: The path as the user typed it.
    ///   - base: Hands out the files that it extends; without it there are none.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func readAll(
        _ bytes: [UInt8], file: String, base: ((String) throws -> [UInt8])? = nil
    ) throws -> [Scenario] {
        var problems: [Diagnostic] = []
        let composition = ScenarioComposition { path in
            guard let base else {
                throw Diagnostic(file: path, "files that extend others are not read here")
            }
            return try base(path)
        }
        let root = try composition.document(bytes, file: file, problems: &problems)
        guard let node = root["matrix"] else {
            return [try scenario(root, file: file, problems: problems)]
        }
        let matrix = Matrix(node, file: file, problems: &problems)
        guard problems.isEmpty else { throw Diagnostics(problems) }
        let template = root.removing("matrix")
        var used: Set<String> = []
        var scenarios: [Scenario] = []
        var found: [Diagnostic] = []
        for point in matrix.points {
            do {
                var scenario = try scenario(
                    Matrix.document(template, at: point, used: &used), file: file, problems: [])
                scenario.point = point.text
                scenarios.append(scenario)
            } catch let error as Diagnostics {
                // What is wrong at every point is told once.
                found += error.all.filter { !found.contains($0) }
            }
        }
        for (name, place) in matrix.names where !used.contains(name) {
            found.append(
                Diagnostic(
                    file: file, at: place, "the parameter '\(name)' is used nowhere",
                    expected: "${\(name)} in some value", fix: "write ${\(name)} where its values belong, or remove it")
            )
        }
        guard found.isEmpty else { throw Diagnostics(found) }
        return scenarios
    }

    /// Reads a file that has one scenario, and extends no other.
    ///
    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ bytes: [UInt8], file: String) throws -> Scenario {
        let all = try readAll(bytes, file: file)
        guard all.count == 1, let scenario = all.first else {
            throw Diagnostics([
                Diagnostic(file: file, "this is \(all.count) scenarios", expected: "one, without a matrix")
            ])
        }
        return scenario
    }

    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ text: String, file: String) throws -> Scenario { try read(Array(text.utf8), file: file) }

    private static func scenario(_ root: LocatedNode, file: String, problems: [Diagnostic]) throws -> Scenario {
        var reader = ScenarioFileReader(file: file)
        reader.problems = problems
        var scenario = reader.scenario(root)
        scenario?.digest = Digest.sha256Hex(root.json.bytes())
        guard let scenario, reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
        return scenario
    }
}
