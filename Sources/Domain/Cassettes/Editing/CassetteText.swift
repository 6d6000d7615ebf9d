import Documents

/// A cassette's text cut into its documents, so that some of them can be changed and all other bytes be copied.
struct CassetteText {
    let bytes: [UInt8]
    let file: String
    let header: CassetteHeader
    /// Bytes up to the end of the last whole document: all but a torn end.
    let wholeByteCount: Int
    /// From `---` to `...`, with its line feed.
    let headerRange: Range<Int>
    /// One for each interaction, in the order of the file.
    let documents: [Document]

    /// An interaction's document.
    struct Document {
        /// From `---` to `...`, with its line feed.
        let range: Range<Int>
        /// What its YAML says, with places in the file.
        let node: LocatedNode
        let firstLine: Int
        let interaction: Interaction

        /// The interaction it is written as a change of; nil when it is written whole.
        var base: Int? { node["request"]?["like"]?.json.intValue }
    }

    /// - Parameter checksKeys: False for what is about to get new keys.
    /// - Throws: `Diagnostics`: all that is wrong with the cassette.
    init(_ bytes: [UInt8], file: String, beside: (any BesideFiles)?, checksKeys: Bool = true) throws {
        let scan = DocumentScan(bytes)
        // The header by itself: opening all of it would look at the keys of some.
        let end = scan.documents.first.map { CassetteText.whole($0.range).upperBound } ?? bytes.count
        var problems = scan.diagnostics(file: file)
        if !problems.isEmpty || checksKeys { _ = try Cassette(bytes, file: file, beside: beside) }
        header = try Cassette(Array(bytes[..<end]), file: file).header
        let found = InteractionDocuments(
            bytes, file: file, documents: scan.documents.dropFirst(), rules: checksKeys ? header.rules : nil,
            beside: beside)
        _ = found.index(problems: &problems)
        problems += found.check().filter { !problems.contains($0) }
        guard problems.isEmpty, let first = scan.documents.first else { throw Diagnostics(problems) }
        self.bytes = bytes
        self.file = file
        wholeByteCount = scan.torn?.offset ?? bytes.count
        headerRange = CassetteText.whole(first.range)
        documents = try scan.documents.dropFirst().enumerated().map { position, document in
            Document(
                range: CassetteText.whole(document.range), node: try document.read(from: bytes, file: file) { $0 },
                firstLine: document.firstLine, interaction: try found.interaction(at: position))
        }
    }

    private static func whole(_ inner: Range<Int>) -> Range<Int> {
        inner.lowerBound - "---\n".utf8.count..<inner.upperBound + "...\n".utf8.count
    }

    /// The text between a document and the one before it: empty lines and comments.
    func gap(before position: Int) -> Range<Int> {
        let start = position == 0 ? headerRange.upperBound : documents[position - 1].range.upperBound
        return start..<documents[position].range.lowerBound
    }

    /// The text with some documents changed.
    ///
    /// - Parameter changes: For places in `documents`; nil leaves a document out.
    func replacing(_ changes: [Int: [UInt8]?], header: [UInt8]? = nil) -> [UInt8] {
        var replacements = header.map { [Replacement(range: headerRange, with: $0, kind: "header")] } ?? []
        for (position, change) in changes.sorted(by: { $0.key < $1.key }) {
            replacements.append(Replacement(range: documents[position].range, with: change ?? [], kind: "document"))
        }
        return Replacement.apply(replacements, to: bytes)
    }

    func diagnostic(_ severity: Diagnostic.Severity = .warning, at place: Place?, _ message: String, fix: String? = nil)
        -> Diagnostic
    {
        Diagnostic(severity, file: file, at: place, message, fix: fix)
    }

    /// Where an interaction's document begins, for messages.
    func place(of position: Int) -> Place { Place(line: documents[position].firstLine, column: 1) }
}

extension Interaction {
    /// What its key is computed of: the body, or the first message of a socket.
    var keyBytes: [UInt8] {
        if case .socket(let frames) = response.content { SocketForm.keyBytes(frames) } else { request.bytes }
    }

    /// The key that its request has.
    func computedKey(_ rules: MatchRules) -> InteractionKey {
        InteractionKey(service: service, operation: operation, inputs: inputs, body: keyBytes, rules: rules)
    }

    /// What its request means, whatever is ignored in it: canonical bytes, or the bytes as they are.
    var meaning: [UInt8] { CanonicalJSON.bytes(of: keyBytes) ?? keyBytes }
}
