public import Documents

extension FaultRule {
    /// What the first key of a file of faults says.
    public static let fileVersion = "faults/1"

    /// A session has no more rules than this at a time.
    public static let listBound = 1_000

    /// Reads a list of rules.
    ///
    /// - Parameter file: The path as the user typed it, for messages.
    /// - Throws: All that is wrong with any of them.
    public static func list(reading node: LocatedNode, file: String) throws(Diagnostics) -> [FaultRule] {
        guard let items = node.items else {
            throw Diagnostics([
                Diagnostic(
                    file: file, at: node.place, "faults cannot be a \(node.json.kindName)",
                    expected: "a list: - {kind: rate_limit, turn: 1}")
            ])
        }
        guard items.count <= listBound else {
            throw Diagnostics([
                Diagnostic(
                    file: file, at: node.place, "there are \(items.count) faults", expected: "at most \(listBound)",
                    fix: "use 'times' or 'rate'")
            ])
        }
        var rules: [FaultRule] = []
        var problems: [Diagnostic] = []
        for item in items {
            do throws(Diagnostics) {
                rules.append(try FaultRule(reading: item, file: file))
            } catch {
                problems += error.all
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return rules
    }

    /// Reads a file of the shape `understudy: faults/1`, `faults: [...]`.
    ///
    /// - Parameter file: The path as the user typed it.
    /// - Throws: `Diagnostics`: all that is wrong, each with its place.
    public static func list(_ text: String, file: String) throws -> [FaultRule] {
        guard let root = try YAMLReader.read(text, file: file) else {
            throw Diagnostics([
                Diagnostic(
                    file: file, at: .start, "the file is empty", expected: "understudy: \(fileVersion), faults: […]")
            ])
        }
        var reader = MappingReader(root, file: file, what: "a file of faults")
        if let header = reader.required("understudy", expected: fileVersion), header.text != fileVersion {
            reader.report(
                at: header.place, "understudy cannot be \(header.text.map { "'\($0)'" } ?? header.json.kindName)",
                expected: fileVersion)
        }
        let list = reader.required("faults", expected: "a list")
        var rules: [FaultRule] = []
        if let list {
            do throws(Diagnostics) {
                rules = try FaultRule.list(reading: list, file: file)
            } catch {
                reader.report(error.all)
            }
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return rules
    }
}
