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
        var reader = Reader(file: file, lineOffset: firstLine - 1)
        do {
            let parser = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
            // Nodes hold their anchors weakly: the parser must outlive the conversion, or anchors would pass unseen.
            let node = try withExtendedLifetime(parser) { try parser.singleRoot().map { reader.convert($0, depth: 0) } }
            guard reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
            return node
        } catch let error as YamlError {
            throw Diagnostics([reader.diagnostic(for: error, in: text)])
        }
    }
}

private struct Reader {
    let file: String
    let lineOffset: Int
    var problems: [Diagnostic] = []

    init(file: String, lineOffset: Int) {
        self.file = file
        self.lineOffset = lineOffset
    }

    func place(_ mark: Mark?) -> Place {
        guard let mark else { return Place(line: lineOffset + 1, column: 1) }
        return Place(line: mark.line + lineOffset, column: mark.column)
    }

    mutating func convert(_ node: Yams.Node, depth: Int) -> LocatedNode {
        let here = place(node.mark)
        let nothing = LocatedNode(.scalar("", isPlain: true), at: here)
        guard node.anchor == nil else {
            problems.append(
                Diagnostic(
                    file: file, at: here, "anchors and aliases are not allowed",
                    expected: "each value written out", fix: "replace the aliases by what they stand for"))
            return nothing
        }
        guard depth <= JSONValue.depthLimit else {
            problems.append(Diagnostic(file: file, at: here, "nested deeper than \(JSONValue.depthLimit)"))
            return nothing
        }
        switch node {
        case .scalar(let scalar):
            let tag = checkTag(scalar.tag, at: here)
            return LocatedNode(.scalar(scalar.string, isPlain: scalar.style == .plain), at: here, tag: tag)
        case .sequence(let sequence):
            _ = checkTag(sequence.tag, at: here)
            return LocatedNode(.sequence(sequence.map { convert($0, depth: depth + 1) }), at: here)
        case .mapping(let mapping):
            _ = checkTag(mapping.tag, at: here)
            var members: [LocatedNode.Member] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    problems.append(Diagnostic(file: file, at: place(key.mark), "a key must be text", expected: "NAME: VALUE"))
                    continue
                }
                if name.string == "<<", name.style == .plain {
                    problems.append(
                        Diagnostic(
                            file: file, at: place(key.mark), "merge keys are not allowed",
                            expected: "each key written out"))
                    continue
                }
                members.append(
                    .init(name: name.string, place: place(key.mark), value: convert(value, depth: depth + 1)))
            }
            return LocatedNode(.mapping(members), at: here)
        case .alias: return nothing
        }
    }

    private mutating func checkTag(_ tag: Tag, at place: Place) -> String? {
        // `description` is the only public view of a tag's name; untagged nodes have an empty or non-specific one.
        let name = tag.description
        if ["", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"].contains(name) { return nil }
        if name == "!beside" { return "beside" }
        problems.append(
            Diagnostic(
                file: file, at: place, "the tag '\(name)' is not allowed", expected: "no tag, or !beside",
                fix: "remove the tag"))
        return nil
    }

    func diagnostic(for error: YamlError, in text: String) -> Diagnostic {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return Diagnostic(
                file: file, at: place(mark), "not valid YAML: " + [context?.text, problem].compactMap(\.self).joined(separator: ", "),
                expected: "YAML 1.2")
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            return Diagnostic(
                file: file, at: secondUse(of: name, after: context.mark, in: text) ?? place(context.mark),
                "the key '\(name)' is given twice", expected: "each key once", fix: "remove or rename one of them")
        case .reader(let problem, let offset, _, _):
            return Diagnostic(
                file: file, at: offset.map { place(atByte: $0, in: text) }, "not readable as YAML: \(problem)",
                expected: "UTF-8 text without control characters")
        default:
            return Diagnostic(file: file, "not valid YAML: \(error)", expected: "YAML 1.2")
        }
    }

    /// The parser names the first use of a key; people want to see the second. Found by its column, or after a bracket or comma.
    private func secondUse(of name: String, after first: Mark, in text: String) -> Place? {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().dropFirst(first.line - 1) {
            var searched = line[...]
            while let range = searched.firstRange(of: name) {
                searched = searched[range.upperBound...]
                let column = line.unicodeScalars.distance(from: line.startIndex, to: range.lowerBound) + 1
                guard index + 1 > first.line || column > first.column else { continue }
                let rest = line[range.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
                let before = line[..<range.lowerBound].last { $0 != " " && $0 != "\"" && $0 != "'" }
                let opens = before == nil ? column == first.column : before == "{" || before == ","
                if rest.first == ":", opens { return Place(line: index + 1 + lineOffset, column: column) }
            }
        }
        return nil
    }

    private func place(atByte offset: Int, in text: String) -> Place {
        let before = text.utf8.prefix(offset)
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let column = String(decoding: before.split(separator: 0x0A, omittingEmptySubsequences: false).last ?? [], as: UTF8.self)
        return Place(line: line + lineOffset, column: column.unicodeScalars.count + 1)
    }
}
