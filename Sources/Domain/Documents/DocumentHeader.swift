/// What the first key of a document says: `understudy: KIND/1`.
public struct DocumentHeader: Sendable {
    /// `scenario`, `script`.
    public let kind: String
    public let version: Int

    public init(kind: String, version: Int) {
        self.kind = kind
        self.version = version
    }

    /// The value of the first key.
    public var text: String { "\(kind)/\(version)" }

    /// Reads a document of this kind.
    ///
    /// - Parameters:
    ///   - content: The keys that it has besides, for the message about an empty file.
    ///   - problems: Gets what the reading of the rest can go on after.
    /// - Throws: `Diagnostics` for a file that is no such document: the rest of it may mean anything.
    public func open(_ bytes: [UInt8], file: String, content: String, problems: inout [Diagnostic]) throws
        -> LocatedNode
    {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostics([
                Diagnostic(
                    file: file, at: DocumentHeader.placeOfFirstInvalidByte(in: bytes), "the file is not UTF-8 text",
                    expected: "UTF-8", fix: "save it as UTF-8")
            ])
        }
        guard let root = YAMLReader.read(text, file: file, problems: &problems) else {
            guard problems.isEmpty else { throw Diagnostics(problems) }
            throw Diagnostics([
                Diagnostic(
                    file: file, at: .start, "the file is empty", expected: "understudy: \(self.text), \(content)")
            ])
        }
        try check(root, file: file)
        refuseTags(in: root, file: file, problems: &problems)
        if let members = root.members, let first = members.first, first.name != "understudy",
            let header = members.first(where: { $0.name == "understudy" })
        {
            problems.append(
                Diagnostic(
                    file: file, at: header.place, "the key 'understudy' is not the first",
                    expected: "understudy first", fix: "move it to the top"))
        }
        return root
    }

    private func check(_ root: LocatedNode, file: String) throws {
        func refusal(at place: Place, _ message: String, fix: String?) -> Diagnostics {
            Diagnostics([
                Diagnostic(file: file, at: place, message, expected: "understudy: \(text) as the first key", fix: fix)
            ])
        }
        guard let members = root.members else {
            throw refusal(at: root.place, "a \(kind) must be a mapping, not \(root.json.kindName)", fix: nil)
        }
        guard let header = members.first(where: { $0.name == "understudy" }) else {
            let fix = "write 'understudy: \(text)' on the first line"
            throw refusal(at: root.place, "the key 'understudy' is missing", fix: fix)
        }
        let written = header.value.text ?? ""
        guard written == text else {
            let isOtherVersion = written.hasPrefix("\(kind)/")
            let seen = header.value.text.map(DocumentHeader.quoted) ?? "a \(header.value.json.kindName)"
            throw refusal(
                at: header.value.place,
                isOtherVersion ? "unknown \(kind) version \(seen)" : "this is no \(kind): understudy is \(seen)",
                fix: isOtherVersion ? "read it with the understudy that wrote it, or rewrite it as \(text)" : nil)
        }
    }

    private func refuseTags(in node: LocatedNode, file: String, problems: inout [Diagnostic]) {
        if let tag = node.tag {
            problems.append(
                Diagnostic(
                    file: file, at: node.place, "the tag '!\(tag)' is not allowed here", expected: "no tag",
                    fix: "remove the tag"))
        }
        for item in node.items ?? [] { refuseTags(in: item, file: file, problems: &problems) }
        for member in node.members ?? [] { refuseTags(in: member.value, file: file, problems: &problems) }
    }

    /// Always one short line.
    private static func quoted(_ text: String) -> String {
        let isShort = text.unicodeScalars.count <= 60
        let isSimple = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isShort && isSimple ? "'\(text)'" : JSONValue.string(String(text.prefix(60))).text() + "…"
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

extension DocumentHeader {
    /// The first key's value in a text, as far as it can be told without reading the text whole; nil for none.
    public static func kind(of bytes: [UInt8]) -> String? {
        for line in String(decoding: bytes.prefix(4096), as: UTF8.self).split(whereSeparator: \.isNewline)
        where !line.hasPrefix("#") && !line.hasPrefix("---") {
            guard line.hasPrefix("understudy:") else { return nil }
            let value = line.dropFirst("understudy:".count).drop { $0 == " " || $0 == "\"" || $0 == "'" }
            return String(value.prefix { $0.isLetter })
        }
        return nil
    }
}
