import Documents

/// Changes to one interaction's document: of single values in place, of whole members; everything else is copied.
struct DocumentEdit {
    var number: Int?
    var like: Int?
    var sandbox: Int?
    var key: InteractionKey?
    /// New values of the document's own members, which must be there.
    var members: [(name: String, tree: YAMLTree)] = []

    var isEmpty: Bool { number == nil && like == nil && sandbox == nil && key == nil && members.isEmpty }

    /// The document's text, from `---` to `...`, with the changes.
    func applied(to document: CassetteText.Document, in bytes: [UInt8]) -> [UInt8] {
        let lines = LineStarts(bytes, in: document.range, firstLine: document.firstLine - 1)
        let text = inPlace(document, lines, bytes) ?? rewritten(document.node)
        return text
    }

    /// Nil where the document is not written so that parts of it can be replaced, as in flow style.
    private func inPlace(_ document: CassetteText.Document, _ lines: LineStarts, _ bytes: [UInt8]) -> [UInt8]? {
        var replacements: [Replacement] = []
        for (name, tree) in members {
            guard let span = lines.span(of: name, in: document.node) else { return nil }
            let text = YAMLTree.mapping([(name, tree)]).written()
            replacements.append(Replacement(range: span, with: Array(text.utf8), kind: name))
        }
        for (node, text) in scalars(in: document.node) {
            guard let span = lines.span(ofScalar: node) else { return nil }
            if replacements.contains(where: { $0.range.overlaps(span) }) { continue }
            replacements.append(Replacement(range: span, with: Array(text.utf8), kind: "scalar"))
        }
        replacements.sort { $0.range.lowerBound < $1.range.lowerBound }
        let moved = replacements.map { replacement in
            let start = document.range.lowerBound
            return Replacement(
                range: replacement.range.lowerBound - start..<replacement.range.upperBound - start,
                with: replacement.with,
                kind: replacement.kind)
        }
        return Replacement.apply(moved, to: Array(bytes[document.range]))
    }

    private func scalars(in node: LocatedNode) -> [(LocatedNode, String)] {
        let values: [(LocatedNode?, String?)] = [
            (node["interaction"], number.map(String.init)), (node["sandbox"], sandbox.map(String.init)),
            (node["key"], key?.text), (node["request"]?["like"], like.map(String.init)),
        ]
        return values.compactMap { node, text in
            guard let node, let text, node.text != text else { return nil }
            return (node, text)
        }
    }

    /// The whole document written anew, in block style.
    private func rewritten(_ node: LocatedNode) -> [UInt8] {
        let tree = (node.members ?? []).map { member -> (String, YAMLTree) in
            if let new = members.last(where: { $0.name == member.name }) { return (member.name, new.tree) }
            switch member.name {
            case "interaction": if let number { return (member.name, .bare("\(number)")) }
            case "sandbox": if let sandbox { return (member.name, .bare("\(sandbox)")) }
            case "key": if let key { return (member.name, .text(key.text)) }
            case "request":
                if let like, let parts = member.value.members {
                    let tree = parts.map {
                        ($0.name, $0.name == "like" ? YAMLTree.bare("\(like)") : YAMLTree($0.value))
                    }
                    return (member.name, .mapping(tree))
                }
            default: break
            }
            return (member.name, YAMLTree(member.value))
        }
        return Array(("---\n" + YAMLTree.mapping(tree).written() + "...\n").utf8)
    }
}

extension YAMLTree {
    /// A value as it was read, to be written again.
    init(_ node: LocatedNode) {
        switch node.content {
        case .scalar(let text, let isPlain):
            if node.tag != nil {
                self = .beside(text)
            } else if isPlain, case .string = node.json {
                self = .text(text)
            } else {
                self = isPlain ? .bare(text) : .text(text)
            }
        case .sequence(let items): self = .list(items.map { YAMLTree($0) })
        case .mapping(let members): self = .mapping(members.map { ($0.name, YAMLTree($0.value)) })
        }
    }
}

/// Where the lines of a document begin, to find the bytes that a place means.
private struct LineStarts {
    private let bytes: [UInt8]
    private let firstLine: Int
    private var offsets: [Int]
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>, firstLine: Int) {
        self.bytes = bytes
        self.firstLine = firstLine
        // The end line is no part of the document's members.
        end = range.upperBound - "...\n".utf8.count
        offsets = [range.lowerBound]
        for index in range where bytes[index] == 0x0A { offsets.append(index + 1) }
    }

    private func offset(of line: Int) -> Int? {
        offsets.indices.contains(line - firstLine) ? offsets[line - firstLine] : nil
    }

    /// A member of the document that has its lines for itself, without the comments and empty lines after it.
    func span(of name: String, in node: LocatedNode) -> Range<Int>? {
        guard let members = node.members, let index = members.firstIndex(where: { $0.name == name }),
            members.allSatisfy({ $0.place.column == 1 }), Set(members.map(\.place.line)).count == members.count,
            let start = offset(of: members[index].place.line)
        else { return nil }
        let next = index + 1 < members.count ? offset(of: members[index + 1].place.line) : end
        guard let next, next > start else { return nil }
        var stop = next, kept = next
        while stop > start {
            let lineStart = (bytes[start..<stop - 1].lastIndex(of: 0x0A) ?? start - 1) + 1
            guard lineStart > start else { break }
            let line = bytes[lineStart..<stop]
            let isComment = line.first == UInt8(ascii: "#")
            guard isComment || line.allSatisfy({ $0 == 0x0A || $0 == 0x20 }) else { break }
            stop = lineStart
            if isComment { kept = lineStart }
        }
        return start..<kept
    }

    /// A scalar that is written as it is, plain or in quotes.
    func span(ofScalar node: LocatedNode) -> Range<Int>? {
        guard let text = node.text, let line = offset(of: node.place.line) else { return nil }
        var start = line
        for _ in 1..<max(node.place.column, 1) {
            guard start < end else { return nil }
            start += 1
            while start < end, bytes[start] & 0xC0 == 0x80 { start += 1 }
        }
        guard start < end else { return nil }
        let isQuoted = bytes[start] == 0x22 || bytes[start] == 0x27
        let content = isQuoted ? start + 1 : start
        guard bytes[content..<end].starts(with: text.utf8) else { return nil }
        let stop = content + text.utf8.count
        if isQuoted {
            guard stop < end, bytes[stop] == bytes[start] else { return nil }
            return start..<stop + 1
        }
        return start..<stop
    }
}
