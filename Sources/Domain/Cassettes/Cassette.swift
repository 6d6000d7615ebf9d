public import Documents
import Synchronization

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

    private let bytes: [UInt8]
    private let ranges: [(range: Range<Int>, firstLine: Int)]
    private let positionsByKey: [InteractionKey: [Int]]
    private let positionsByNumber: [Int: Int]
    /// Parsed once; the outcome of parsing never changes.
    private let parsed = Mutex<[Int: Result<Interaction, Diagnostics>]>([:])

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
    /// - Parameter file: The path as the user typed it, for messages.
    /// - Throws: `Diagnostics`: all that the scan and the header show to be wrong.
    public init(_ bytes: [UInt8], file: String) throws {
        let scan = DocumentScan(bytes)
        var problems = scan.problems.map { problem in
            Diagnostic(
                file: file, at: Place(line: problem.line, column: 1), problem.message,
                expected: "documents from a line '---' to a line '...'", fix: problem.fix)
        }
        var header: CassetteHeader?
        if let first = scan.documents.first {
            do throws(Diagnostics) {
                header = try Cassette.readHeader(bytes, first, file: file)
            } catch {
                problems += error.all
            }
        } else {
            problems.append(
                Diagnostic(
                    file: file, at: .start, "not a cassette: it has no whole document", expected: "understudy: \(HeaderReader.version)",
                    fix: scan.torn == nil ? nil : "end the document with a line '...'"))
        }

        var entries: [(IndexEntry, Range<Int>, Int)] = []
        var numbers: Set<Int> = []
        for document in scan.documents.dropFirst() {
            do throws(Diagnostics) {
                let entry = try Cassette.indexEntry(document, bytes, file: file, rules: header?.rules ?? MatchRules())
                guard numbers.insert(entry.number).inserted else {
                    problems.append(
                        Diagnostic(
                            file: file, at: Place(line: document.firstLine, column: 1),
                            "interaction \(entry.number) is given twice", expected: "each number once", fix: "renumber one of them"))
                    continue
                }
                entries.append((entry, document.range, document.firstLine))
            } catch {
                problems += error.all
            }
        }
        guard problems.isEmpty, let header else { throw Diagnostics(problems) }

        entries.sort { $0.0.number < $1.0.number }
        self.header = header
        self.file = file
        self.bytes = bytes
        wholeByteCount = scan.torn?.offset ?? bytes.count
        index = entries.map(\.0)
        ranges = entries.map { ($0.1, $0.2) }
        positionsByKey = Dictionary(grouping: index.indices) { [index] in index[$0].key }
        positionsByNumber = Dictionary(uniqueKeysWithValues: index.enumerated().map { ($1.number, $0) })
        warnings = scan.torn.map { torn in
            [
                Diagnostic(
                    .warning, file: file, at: Place(line: torn.line, column: 1),
                    "the last document is torn (it has no line '...') and is left out",
                    fix: "record again, or remove it")
            ]
        } ?? []
    }

    /// Positions in `index` of the recordings of a key, in recorded order.
    public func positions(of key: InteractionKey) -> [Int] { positionsByKey[key] ?? [] }

    /// The interaction at a position of `index`.
    ///
    /// - Throws: `Diagnostics`, each time the same.
    public func interaction(at position: Int) throws(Diagnostics) -> Interaction {
        if let known = parsed.withLock({ $0[position] }) { return try known.get() }
        let result = Result { () throws(Diagnostics) in try parse(position) }
        parsed.withLock { $0[position] = result }
        return try result.get()
    }

    /// All that is wrong with any interaction.
    public func check() -> [Diagnostic] {
        index.indices.flatMap { position -> [Diagnostic] in
            do throws(Diagnostics) {
                _ = try interaction(at: position)
                return []
            } catch {
                return error.all
            }
        }
    }

    // MARK: Parsing

    private func parse(_ position: Int) throws(Diagnostics) -> Interaction {
        let (range, firstLine) = ranges[position]
        let reader = InteractionReader(file: file, rules: header.rules) { [self] number, service in
            guard let base = positionsByNumber[number], ranges[base].range.lowerBound < range.lowerBound,
                index[base].service == service
            else { return nil }
            return try interaction(at: base).request.tree
        }
        return try Cassette.read(bytes, range, firstLine: firstLine, file: file) { node in try reader.read(node) }
    }

    private static func readHeader(_ bytes: [UInt8], _ document: DocumentScan.Document, file: String) throws(Diagnostics) -> CassetteHeader {
        try read(bytes, document.range, firstLine: document.firstLine, file: file) { try HeaderReader.read($0, file: file) }
    }

    /// What the scan knows, or, for a document without a `key:` line, what parsing it shows.
    private static func indexEntry(
        _ document: DocumentScan.Document, _ bytes: [UInt8], file: String, rules: MatchRules
    ) throws(Diagnostics) -> IndexEntry {
        if let number = document.number, let key = document.key, let service = document.service,
            let operation = document.operation.flatMap(Operation.init(parsing:))
        {
            return IndexEntry(number: number, key: key, service: service, operation: operation, sandbox: document.sandbox)
        }
        let reader = InteractionReader(file: file, rules: rules) { _, _ in nil }
        return try read(bytes, document.range, firstLine: document.firstLine, file: file) { node in
            let interaction = try reader.read(node)
            return IndexEntry(
                number: interaction.number, key: interaction.key, service: interaction.service,
                operation: interaction.operation, sandbox: interaction.sandbox)
        }
    }

    private static func read<Value>(
        _ bytes: [UInt8], _ range: Range<Int>, firstLine: Int, file: String, _ body: (LocatedNode) throws -> Value
    ) throws(Diagnostics) -> Value {
        let start = Place(line: firstLine, column: 1)
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw Diagnostics([Diagnostic(file: file, at: start, "this document is not UTF-8", expected: "UTF-8 text")])
        }
        do {
            guard let node = try YAMLReader.read(text, file: file, firstLine: firstLine) else {
                throw Diagnostics([
                    Diagnostic(file: file, at: start, "an empty document", expected: "an interaction", fix: "remove it")
                ])
            }
            return try body(node)
        } catch let error as Diagnostics {
            throw error
        } catch {
            throw Diagnostics([Diagnostic(file: file, at: start, "\(error)")])
        }
    }
}
