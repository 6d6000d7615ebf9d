import Yams

/// Reads one YAML document into located nodes, in the small YAML that our files use.
///
/// Refused, each at its place: anchors, aliases, merge keys, tags but `!beside`, keys that are not text, a key given
/// twice, and more nesting than `JSONValue.depthLimit`.
public enum YAMLReader {
    /// - Parameters:
    ///   - firstLine: The line of the file on which the text begins.
    /// - Returns: The root; nil for an empty document.
    /// - Throws: `Diagnostics`.
    public static func read(_ text: String, file: String, firstLine: Int = 1) throws -> LocatedNode? {
        var problems: [Diagnostic] = []
        let node = read(text, file: file, firstLine: firstLine, problems: &problems)
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return node
    }

    /// Reads on past what is wrong where it can, so that all that is wrong with what the text says is found, too.
    ///
    /// - Parameter tags: Which tags are let through, and what a node then has as its `tag`; for texts that other programs wrote.
    /// - Returns: The root without the offending members; nil for an empty document and for one that cannot be read.
    public static func read(
        _ text: String, file: String, firstLine: Int = 1, tags: [String: String] = ["!beside": "beside"],
        problems: inout [Diagnostic]
    ) -> LocatedNode? {
        var text = text
        var found: [Diagnostic] = []
        var repeated: Set<Place> = []
        defer { problems += found }
        while true {
            var reader = Reader(file: file, lineOffset: firstLine - 1, tags: tags, repeated: repeated)
            do {
                let parser = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
                // Nodes hold their anchors weakly: the parser must outlive the conversion, or anchors would pass unseen.
                let node = try withExtendedLifetime(parser) {
                    try parser.singleRoot().map { reader.convert($0, depth: 0) }
                }
                found += reader.problems
                return reader.isComplete ? node : nil
            } catch let error as YamlError {
                let diagnostic = reader.diagnostic(for: error, in: text)
                found.append(diagnostic)
                // The parser gives up at the first mapping with a key given twice: without it, it reads on.
                guard case .duplicatedKeysInMapping(let names, _) = error, let name = names.first,
                    let place = diagnostic.place,
                    repeated.insert(place).inserted, repeated.count < 20,
                    let rest = renaming(name, at: place, firstLine: firstLine, to: repeated.count, in: text)
                else { return nil }
                text = rest
            } catch {
                found.append(Diagnostic(file: file, "not readable as YAML: \(error)"))
                return nil
            }
        }
    }

    /// Puts private characters in place of a key, as many as it has; nil when the key is not written there as it is.
    private static func renaming(_ name: String, at place: Place, firstLine: Int, to number: Int, in text: String)
        -> String?
    {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        let line = place.line - firstLine, start = place.column - 1
        guard lines.indices.contains(line), !name.isEmpty, let mark = Unicode.Scalar(0xE000 + UInt32(number)) else {
            return nil
        }
        let quote = lines[line].indices.contains(start) && ["\"", "'"].contains(lines[line][start]) ? 1 : 0
        let range = start + quote..<start + quote + name.unicodeScalars.count
        guard range.upperBound <= lines[line].count, lines[line][range].elementsEqual(name.unicodeScalars) else {
            return nil
        }
        lines[line].replaceSubrange(range, with: repeatElement(mark, count: range.count))
        var out = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { out.append("\n") }
            out.append(contentsOf: line)
        }
        return String(out)
    }
}

private struct Reader {
    let file: String
    let lineOffset: Int
    let tags: [String: String]
    /// Where keys stand that were given before in the same mapping.
    let repeated: Set<Place>
    var problems: [Diagnostic] = []
    /// False once a value could not be converted.
    var isComplete = true

    init(file: String, lineOffset: Int, tags: [String: String], repeated: Set<Place>) {
        self.file = file
        self.lineOffset = lineOffset
        self.tags = tags
        self.repeated = repeated
    }

    func place(_ mark: Mark?) -> Place {
        guard let mark else { return Place(line: lineOffset + 1, column: 1) }
        return Place(line: mark.line + lineOffset, column: mark.column)
    }

    mutating func convert(_ node: Yams.Node, depth: Int) -> LocatedNode {
        let here = place(node.mark)
        let nothing = LocatedNode(.scalar("", isPlain: true), at: here)
        guard node.anchor == nil else {
            reportAnchor(at: here)
            return nothing
        }
        guard depth <= JSONValue.depthLimit else {
            problems.append(tooDeep(at: here))
            isComplete = false
            return nothing
        }
        switch node {
        case .scalar(let scalar):
            let tag = checkTag(scalar.tag, at: here, isText: scalar.style != .plain)
            return LocatedNode(.scalar(scalar.string, isPlain: scalar.style == .plain), at: here, tag: tag)
        case .sequence(let sequence):
            let tag = checkTag(sequence.tag, at: here)
            return LocatedNode(.sequence(sequence.map { convert($0, depth: depth + 1) }), at: here, tag: tag)
        case .mapping(let mapping):
            let tag = checkTag(mapping.tag, at: here)
            var members: [LocatedNode.Member] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    problems.append(
                        Diagnostic(file: file, at: place(key.mark), "a key must be text", expected: "NAME: VALUE"))
                    continue
                }
                if name.string == "<<", name.style == .plain {
                    problems.append(
                        Diagnostic(
                            file: file, at: place(key.mark), "merge keys are not allowed",
                            expected: "each key written out"))
                    continue
                }
                if name.anchor != nil { reportAnchor(at: place(key.mark)) }
                _ = checkTag(name.tag, at: place(key.mark), isText: true)
                let value = convert(value, depth: depth + 1)
                guard !repeated.contains(place(key.mark)) else { continue }
                members.append(.init(name: name.string, place: place(key.mark), value: value))
            }
            return LocatedNode(.mapping(members), at: here, tag: tag)
        case .alias: return nothing
        }
    }

    private mutating func reportAnchor(at place: Place) {
        isComplete = false
        // An alias is seen as what it stands for, at its place.
        guard !problems.contains(where: { $0.place == place }) else { return }
        problems.append(
            Diagnostic(
                file: file, at: place, "anchors and aliases are not allowed",
                expected: "each value written out", fix: "replace the aliases by what they stand for"))
    }

    private mutating func checkTag(_ tag: Tag, at place: Place, isText: Bool = false) -> String? {
        // `description` is the only public view of a tag's name; untagged nodes have an empty one, but quoted text, and
        // keys, as the parser has compared them, that of text.
        let name = tag.description
        if name.isEmpty || (isText && name == "tag:yaml.org,2002:str") { return nil }
        if let known = tags[name] { return known }
        problems.append(
            Diagnostic(
                file: file, at: place, "the tag '\(name)' is not allowed", expected: "no tag, or !beside",
                fix: "remove the tag"))
        return nil
    }

    private func tooDeep(at place: Place) -> Diagnostic {
        let limit = JSONValue.depthLimit
        return Diagnostic(file: file, at: place, "nested deeper than \(limit)", expected: "at most \(limit) levels")
    }

    func diagnostic(for error: YamlError, in text: String) -> Diagnostic {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            // The parser's own limit, 1,000 levels: it keeps deep texts off the stack.
            if problem.hasPrefix("Maximum nesting level") { return tooDeep(at: place(mark)) }
            return Diagnostic(
                file: file, at: place(mark),
                "not valid YAML: " + [context?.text, problem].compactMap(\.self).joined(separator: ", "),
                expected: "YAML 1.2")
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            let second = KeySearch(text).next(name, after: (context.mark.line, context.mark.column))
            return Diagnostic(
                file: file,
                at: second.map { Place(line: $0.line + lineOffset, column: $0.column) } ?? place(context.mark),
                "the key '\(name)' is given twice", expected: "each key once", fix: "remove or rename one of them")
        case .reader(let problem, _, let character, _):
            return Diagnostic(
                file: file, at: place(of: character, in: text), "not readable as YAML: \(problem)",
                expected: "UTF-8 text without control characters")
        default:
            return Diagnostic(file: file, "not valid YAML: \(error)", expected: "YAML 1.2")
        }
    }

    /// The reader stops at the first character that it does not accept.
    private func place(of character: Int32, in text: String) -> Place? {
        var line = 1, column = 1
        for scalar in text.unicodeScalars {
            if Int64(scalar.value) == Int64(character) { return Place(line: line + lineOffset, column: column) }
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return nil
    }
}
