import Documents

/// Which parts of a document are put beside the file, and how they are found again.
enum BesideForm {
    /// A text of a JSON body that is longer than this, in bytes of UTF-8, is put beside the file.
    static let textLimit = 32 * 1024
    /// So is a body whose own text, without those, is longer than this.
    static let bodyLimit = 256 * 1024

    // MARK: Writing

    /// The members of a body, large parts put beside; unchanged when nobody collects them.
    static func moved(
        _ members: [(String, YAMLTree)], of bytes: [UInt8], into contents: inout [BesideContent]?
    ) -> [(String, YAMLTree)] {
        guard contents != nil else { return members }
        var found: [BesideContent] = []
        let members = members.map { name, tree in
            ["body", "set", "append"].contains(name) ? (name, moved(tree, &found)) : (name, tree)
        }
        guard YAMLTree.mapping(members).written().utf8.count > bodyLimit else {
            contents?.append(contentsOf: found)
            return members
        }
        let content = BesideContent(bytes)
        contents?.append(content)
        return [("file", .text(content.digest.text))]
    }

    /// One chunk's form, put beside when it is large.
    static func moved(_ member: (String, YAMLTree), chunk bytes: [UInt8], into contents: inout [BesideContent]?) -> (
        String, YAMLTree
    ) {
        guard contents != nil, bytes.count > bodyLimit else { return member }
        let content = BesideContent(bytes)
        contents?.append(content)
        return ("file", .text(content.digest.text))
    }

    private static func moved(_ tree: YAMLTree, _ found: inout [BesideContent]) -> YAMLTree {
        switch tree {
        case .text(let text):
            guard text.utf8.count > textLimit else { return tree }
            let content = BesideContent(Array(text.utf8))
            found.append(content)
            return .beside(content.digest.text)
        case .bare, .beside: return tree
        case .line(let tree): return .line(moved(tree, &found))
        case .list(let items): return .list(items.map { moved($0, &found) })
        case .mapping(let members): return .mapping(members.map { ($0.0, moved($0.1, &found)) })
        }
    }

    // MARK: Reading

    /// The bytes that a digest stands for; an error at its place when they are not there, or are others.
    static func read(_ node: LocatedNode, from files: (any BesideFiles)?, _ problems: inout [Diagnostic], file: String)
        -> [UInt8]?
    {
        func report(_ message: String, expected: String, fix: String? = nil) {
            problems.append(Diagnostic(file: file, at: node.place, message, expected: expected, fix: fix))
        }
        guard let digest = node.text.flatMap({ BesideDigest($0) }) else {
            report(
                "'\(node.text ?? "")' names no file beside the cassette",
                expected: "a SHA-256, 64 lower-case hex digits")
            return nil
        }
        guard let files else {
            report("this content stands beside the cassette, and cannot be read here", expected: "the content itself")
            return nil
        }
        do {
            guard let bytes = try files.read(digest) else {
                report(
                    "the file \(digest) beside the cassette is missing", expected: "NAME.files/\(digest)",
                    fix: "restore it from version control, or record the cassette again")
                return nil
            }
            guard BesideDigest(of: bytes) == digest else {
                report(
                    "the file \(digest) beside the cassette was changed", expected: "bytes with this SHA-256",
                    fix: "restore it from version control, or record the cassette again")
                return nil
            }
            return bytes
        } catch {
            report("the file \(digest) beside the cassette cannot be read: \(error)", expected: "NAME.files/\(digest)")
            return nil
        }
    }

    /// A node as JSON, with the texts that stand beside the file in their places.
    static func json(of node: LocatedNode, from files: (any BesideFiles)?, _ problems: inout [Diagnostic], file: String)
        -> JSONValue
    {
        guard hasTag(node) else { return node.json }
        if node.tag != nil, node.text == nil {
            problems.append(
                Diagnostic(
                    file: file, at: node.place, "!beside stands before a \(node.json.kindName)",
                    expected: "!beside SHA-256, in the place of a text"))
            return node.json
        }
        switch node.content {
        case .scalar:
            guard node.tag != nil else { return node.json }
            guard let bytes = read(node, from: files, &problems, file: file) else { return .string("") }
            if let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
            problems.append(
                Diagnostic(file: file, at: node.place, "the file beside the cassette is not text", expected: "UTF-8"))
            return .string("")
        case .sequence(let items):
            return .array(items.map { json(of: $0, from: files, &problems, file: file) })
        case .mapping(let members):
            return .object(
                JSONObject(members.map { ($0.name, json(of: $0.value, from: files, &problems, file: file)) }))
        }
    }

    private static func hasTag(_ node: LocatedNode) -> Bool {
        if node.tag != nil { return true }
        return node.items?.contains(where: hasTag) ?? node.members?.contains { hasTag($0.value) } ?? false
    }

    /// Where the tag stands in a document, other than on a text of a JSON body.
    static func strayTag(in document: LocatedNode) -> Place? {
        func first(in node: LocatedNode) -> Place? {
            if node.tag != nil { return node.place }
            return ((node.items ?? []) + (node.members ?? []).map(\.value)).lazy.compactMap(first).first
        }
        for member in document.members ?? [] {
            guard ["request", "response"].contains(member.name), let inner = member.value.members else {
                if let place = first(in: member.value) { return place }
                continue
            }
            for part in inner where !["body", "set", "append"].contains(part.name) {
                if let place = first(in: part.value) { return place }
            }
        }
        return nil
    }

    /// The digests that a document names.
    static func digests(in node: LocatedNode) -> [BesideDigest] {
        var found: [BesideDigest] = []
        if node.tag != nil { found += [node.text.flatMap { BesideDigest($0) }].compactMap(\.self) }
        for part in ["request", "response"] {
            found += [node[part]?["file"]?.text.flatMap { BesideDigest($0) }].compactMap(\.self)
        }
        for chunk in node["response"]?["chunks"]?.items ?? [] {
            found += [chunk["file"]?.text.flatMap { BesideDigest($0) }].compactMap(\.self)
        }
        return found + tagged(in: node)
    }

    private static func tagged(in node: LocatedNode) -> [BesideDigest] {
        ((node.items ?? []) + (node.members ?? []).map(\.value)).flatMap { child in
            (child.tag == nil ? [] : [child.text.flatMap { BesideDigest($0) }].compactMap(\.self)) + tagged(in: child)
        }
    }
}
