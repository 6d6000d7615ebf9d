public import Documents

/// Recorded interactions of one story, read from their text as they are needed.
///
/// Opening reads where the documents are and their keys; an interaction is parsed, and its key checked, at first use.
public final class Cassette: Sendable {
    public let header: CassetteHeader
    /// The path as the user typed it.
    public let file: String
    /// What does not keep it from being played: a torn end.
    public let warnings: [Diagnostic]
    /// One for each interaction, in the order of their numbers.
    public let index: [IndexEntry]

    /// Bytes up to the end of the last whole document: all but a torn end.
    public let wholeByteCount: Int

    private let documents: InteractionDocuments
    /// For each entry of `index`, its interaction's place in `documents`.
    private let places: [Int]
    private let positionsByKey: [InteractionKey: [Int]]

    /// What the opening scan knows of an interaction.
    public struct IndexEntry: Sendable {
        public let number: Int
        public let key: InteractionKey
        public let service: Service
        public let operation: Operation
        public let sandbox: Int?
    }

    /// Opens a cassette.
    ///
    /// - Parameters:
    ///   - file: The path as the user typed it, for messages.
    ///   - beside: Where its large contents are; without it, an interaction that has any is an error.
    /// - Throws: `Diagnostics`: all that is wrong in the file, if the scan or the header shows that anything is.
    public init(_ bytes: [UInt8], file: String, beside: (any BesideFiles)? = nil) throws {
        let scan = DocumentScan(bytes)
        var problems = scan.diagnostics(file: file)
        var header: CassetteHeader?
        if let first = scan.documents.first {
            do throws(Diagnostics) {
                header = try first.read(from: bytes, file: file) { node in try HeaderReader.read(node, file: file) }
            } catch {
                problems += error.all
            }
        } else {
            problems.append(
                Diagnostic(
                    file: file, at: .start, "not a cassette: it has no whole document",
                    expected: "understudy: \(HeaderReader.version)",
                    fix: scan.torn == nil ? nil : "end the document with a line '...'"))
        }
        documents = InteractionDocuments(
            bytes, file: file, documents: scan.documents.dropFirst(), rules: header?.rules, beside: beside)
        var entries = documents.index(problems: &problems)
        guard problems.isEmpty, let header else {
            // As nothing can be played, everything is looked at: a person wants to mend the file in one go.
            let others = documents.check().filter { !problems.contains($0) }
            throw Diagnostics(problems + others)
        }

        entries.sort { $0.entry.number < $1.entry.number }
        self.header = header
        self.file = file
        wholeByteCount = scan.torn?.offset ?? bytes.count
        index = entries.map(\.entry)
        places = entries.map(\.position)
        positionsByKey = Dictionary(grouping: index.indices) { [index] in index[$0].key }
        warnings =
            scan.torn.map { torn in
                [
                    Diagnostic(
                        .warning, file: file, at: Place(line: torn.line, column: 1),
                        "the last document is torn (it has no line '...') and is left out",
                        fix: "record again, or remove it")
                ]
            } ?? []
    }

    /// Its text without a torn end.
    public var wholeBytes: ArraySlice<UInt8> { documents.bytes[..<wholeByteCount] }

    /// Seconds from the recording's beginning to its last answer; 0 for one without interactions that can be read.
    public var duration: Double {
        index.indices.reduce(0) { latest, position in
            guard let interaction = try? interaction(at: position) else { return latest }
            return max(latest, interaction.at, interaction.response.at)
        }
    }

    /// Positions in `index` of the recordings of a key, in recorded order.
    public func positions(of key: InteractionKey) -> [Int] { positionsByKey[key] ?? [] }

    /// The interaction at a position of `index`.
    ///
    /// - Throws: `Diagnostics`, each time the same.
    public func interaction(at position: Int) throws(Diagnostics) -> Interaction {
        try documents.interaction(at: places[position])
    }

    /// The YAML of the interaction at a position of `index`, as it stands in the file.
    func text(at position: Int) -> ArraySlice<UInt8> { documents.text(at: places[position]) }

    /// All that is wrong with any interaction, each once, in the order of their places.
    public func check() -> [Diagnostic] { Diagnostics(documents.check()).all }
}
