public import Documents

extension MatchRules {
    /// Reads the `match:` of a cassette's header, or of a project's settings, which say nothing of `defaults`.
    ///
    /// - Returns: The rules that could be read, and all that is wrong with the others.
    public static func read(_ node: LocatedNode, file: String, isHeader: Bool) -> (
        rules: MatchRules, problems: [Diagnostic]
    ) {
        var reader = MappingReader(node, file: file, what: "match")
        var rules = MatchRules()
        if isHeader { rules.defaults = readDefaults(&reader) }
        for item in reader.items("ignore") ?? [] {
            guard let path = readPath(item, &reader) else { continue }
            if path.isWhole {
                reader.report(
                    at: item.place, "'\(path)' is the whole body", expected: JSONPath.expected,
                    fix: "name places inside it")
            } else {
                rules.ignore.append(path)
            }
        }
        for item in reader.items("mask") ?? [] {
            var inner = MappingReader(item, file: file, what: "a mask")
            let (path, pattern) = pathAndPattern(&inner)
            let replacement = inner.requiredText("as", expected: "the text that takes its place, such as <uuid>")
            reader.report(inner.finish(advice: newer))
            if let pattern, let replacement { rules.mask.append(Mask(path: path, pattern: pattern, as: replacement)) }
        }
        for item in reader.items("alias") ?? [] {
            var inner = MappingReader(item, file: file, what: "an alias")
            let (path, pattern) = pathAndPattern(&inner)
            reader.report(inner.finish(advice: newer))
            if let pattern { rules.alias.append(Alias(path: path, pattern: pattern)) }
        }
        return (rules, reader.finish(advice: newer))
    }

    /// What is not known here may come from a later version, and without it other requests would be equal.
    private static let newer = "use a newer understudy"

    private static func readDefaults(_ reader: inout MappingReader) -> Int {
        let defaults = reader.integer("defaults", in: 1...Int.max) ?? newestDefaults
        if defaults > newestDefaults, let place = reader.optional("defaults")?.place {
            reader.report(
                at: place, "match defaults \(defaults) are newer than this version knows",
                expected: "1 to \(newestDefaults)",
                fix: newer)
        }
        return defaults
    }

    private static func pathAndPattern(_ reader: inout MappingReader) -> (JSONPath?, MatchPattern?) {
        var path: JSONPath?
        if let node = reader.optional("path") { path = readPath(node, &reader) }
        guard let node = reader.required("pattern", expected: MatchPattern.expected), let text = reader.text("pattern")
        else {
            return (path, nil)
        }
        do throws(MatchPattern.Problem) {
            return (path, try MatchPattern(parsing: text))
        } catch {
            let near = nearestWord(to: text, among: MatchPattern.named.map(\.name))
            let isExpression = text.hasPrefix("regex:")
            reader.report(
                at: node.place, isExpression ? "'\(text)' is no pattern: \(error.message)" : error.message,
                expected: error.expected,
                fix: near.map { "did you mean '\($0)'?" }
                    ?? (isExpression ? nil : "write 'regex: \(text)', or use a newer understudy"))
            return (path, nil)
        }
    }

    private static func readPath(_ node: LocatedNode, _ reader: inout MappingReader) -> JSONPath? {
        if let path = node.text.flatMap(JSONPath.init(parsing:)) { return path }
        reader.report(
            at: node.place, "'\(node.text ?? node.json.kindName)' is neither a JSON path nor a JSON pointer",
            expected: JSONPath.expected)
        return nil
    }

    /// As `match:` of a cassette's header.
    var tree: YAMLTree {
        func pathAndPattern(_ path: JSONPath?, _ pattern: MatchPattern) -> [(String, YAMLTree)] {
            (path.map { [("path", .text($0.description))] } ?? []) + [("pattern", .text(pattern.description))]
        }
        var members: [(String, YAMLTree)] = [
            ("defaults", .bare("\(defaults)")),
            ("ignore", .list(ignore.map { .text($0.description) })),
            (
                "mask",
                .list(mask.map { .mapping(pathAndPattern($0.path, $0.pattern) + [("as", .text($0.replacement))]) })
            ),
        ]
        if !alias.isEmpty {
            members.append(("alias", .list(alias.map { .mapping(pathAndPattern($0.path, $0.pattern)) })))
        }
        return .mapping(members)
    }
}
