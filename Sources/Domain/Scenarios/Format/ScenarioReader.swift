import Documents

/// Reads scenario files: YAML of the shape `understudy: scenario/1`.
public enum ScenarioReader {
    private static let header = DocumentHeader(kind: "scenario", version: 1)

    /// The first key's value in every file of this version.
    public static let version = header.text

    /// Reads a whole file, as its bytes are on disk.
    ///
    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ bytes: [UInt8], file: String) throws -> Scenario {
        var reader = ScenarioFileReader(file: file)
        let root = try header.open(
            bytes, file: file, content: "name, agents, conversation", problems: &reader.problems)
        let scenario = reader.scenario(root)
        guard let scenario, reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
        return scenario
    }

    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ text: String, file: String) throws -> Scenario { try read(Array(text.utf8), file: file) }
}
