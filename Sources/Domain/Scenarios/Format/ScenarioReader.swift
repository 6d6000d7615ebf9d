import Documents

/// Reads scenario files: YAML of the shape `understudy: scenario/1`.
public enum ScenarioReader {
    /// The first key's value in every file of this version.
    public static let version = "scenario/1"

    /// Reads a whole file, as its bytes are on disk.
    ///
    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ bytes: [UInt8], file: String) throws -> Scenario {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostics([
                Diagnostic(
                    file: file, at: placeOfFirstInvalidByte(in: bytes), "the file is not UTF-8 text",
                    expected: "UTF-8", fix: "save it as UTF-8")
            ])
        }
        return try read(text, file: file)
    }

    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func read(_ text: String, file: String) throws -> Scenario {
        var reader = ScenarioFileReader(file: file)
        guard let root = YAMLReader.read(text, file: file, problems: &reader.problems) else {
            guard reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
            let expected = "understudy: \(version), name, agents, conversation"
            throw Diagnostics([Diagnostic(file: file, at: .start, "the file is empty", expected: expected)])
        }
        try checkHeader(root, file: file)
        let scenario = reader.scenario(root)
        guard let scenario, reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
        return scenario
    }

    /// Throws at once for a file that is no scenario of this version: the rest of it may mean anything.
    private static func checkHeader(_ root: LocatedNode, file: String) throws {
        func refuse(at place: Place, _ message: String, fix: String?) -> Diagnostics {
            Diagnostics([
                Diagnostic(
                    file: file, at: place, message, expected: "understudy: \(version) as the first key", fix: fix)
            ])
        }
        guard let members = root.members else {
            throw refuse(at: root.place, "a scenario must be a mapping, not \(root.json.kindName)", fix: nil)
        }
        guard let header = members.first(where: { $0.name == "understudy" }) else {
            let fix = "write 'understudy: \(version)' on the first line"
            throw refuse(at: root.place, "the key 'understudy' is missing", fix: fix)
        }
        let written = header.value.text ?? ""
        guard written == version else {
            let isOtherVersion = written.hasPrefix("scenario/")
            let seen = header.value.text.map(quoted) ?? "a \(header.value.json.kindName)"
            throw refuse(
                at: header.value.place,
                isOtherVersion ? "unknown scenario version \(seen)" : "this is no scenario: understudy is \(seen)",
                fix: isOtherVersion
                    ? "read it with the understudy that wrote it, or rewrite it as \(version)" : nil)
        }
    }

    private static func placeOfFirstInvalidByte(in bytes: [UInt8]) -> Place {
        var place = Place.start
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            place =
                scalar == "\n"
                ? Place(line: place.line + 1, column: 1) : Place(line: place.line, column: place.column + 1)
        }
        return place
    }
}
