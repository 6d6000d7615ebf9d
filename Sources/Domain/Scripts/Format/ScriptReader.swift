public import Documents

/// Reads script files, YAML of the shape `understudy: script/1`, and scripts that stand in other files.
public enum ScriptReader {
    private static let header = DocumentHeader(kind: "script", version: 1)

    /// The first key's value in every file of this version.
    public static let version = header.text

    /// Reads a whole file, as its bytes are on disk.
    ///
    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ bytes: [UInt8], file: String) throws -> Script {
        var problems: [Diagnostic] = []
        let root = try header.open(bytes, file: file, content: "rules", problems: &problems)
        var reader = ScriptFileReader(file: file)
        let script = reader.script(root, hasHeader: true)
        problems += reader.problems
        guard let script, problems.isEmpty else { throw Diagnostics(problems) }
        return script
    }

    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ text: String, file: String) throws -> Script { try read(Array(text.utf8), file: file) }

    /// Reads a script that is a value in another file.
    ///
    /// - Parameter problems: Gets all that is wrong.
    /// - Returns: Nil when it is no mapping.
    public static func read(_ node: LocatedNode, file: String, problems: inout [Diagnostic]) -> Script? {
        var reader = ScriptFileReader(file: file)
        defer { problems += reader.problems }
        return reader.script(node, hasHeader: false)
    }
}
