import Documents
import Synchronization

/// The interactions of a cassette's text by their place in the file, each parsed when it is first needed.
final class InteractionDocuments: Sendable {
    let bytes: [UInt8]
    private let file: String
    private let documents: [DocumentScan.Document]
    /// Nil when the header could not be read: keys are then not checked.
    private let rules: MatchRules?
    private let beside: (any BesideFiles)?
    private let state = Mutex(State())

    private struct State {
        /// Parsed once; the outcome of parsing never changes.
        var parsed: [Int: Result<Interaction, Diagnostics>] = [:]
        var positions: [Int: Int] = [:]
    }

    init(
        _ bytes: [UInt8], file: String, documents: some Sequence<DocumentScan.Document>, rules: MatchRules?,
        beside: (any BesideFiles)? = nil
    ) {
        self.bytes = bytes
        self.file = file
        self.documents = Array(documents)
        self.rules = rules
        self.beside = beside
    }

    /// The YAML of a document, as it stands in the file.
    func text(at position: Int) -> ArraySlice<UInt8> { bytes[documents[position].range] }

    /// What look-ups need of each interaction: what the scan has seen, or, without a `key:` line, what parsing it shows.
    func index(problems: inout [Diagnostic]) -> [(position: Int, entry: Cassette.IndexEntry)] {
        var entries: [(position: Int, entry: Cassette.IndexEntry)] = []
        for position in documents.indices {
            do throws(Diagnostics) {
                let entry = try entry(at: position)
                let isNew = state.withLock { state in
                    if state.positions[entry.number] == nil {
                        state.positions[entry.number] = position
                        return true
                    }
                    return false
                }
                if isNew {
                    entries.append((position, entry))
                } else {
                    problems.append(
                        Diagnostic(
                            file: file, at: Place(line: documents[position].firstLine, column: 1),
                            "interaction \(entry.number) is given twice", expected: "each number once",
                            fix: "renumber one of them"))
                }
            } catch {
                problems += error.all
            }
        }
        return entries
    }

    private func entry(at position: Int) throws(Diagnostics) -> Cassette.IndexEntry {
        let document = documents[position]
        if let number = document.number, let key = document.key, let service = document.service,
            let operation = document.operation.flatMap(Operation.init(parsing:))
        {
            return .init(number: number, key: key, service: service, operation: operation, sandbox: document.sandbox)
        }
        let interaction = try interaction(at: position)
        return .init(
            number: interaction.number, key: interaction.key, service: interaction.service,
            operation: interaction.operation, sandbox: interaction.sandbox)
    }

    /// All that is wrong with any interaction, each once.
    func check() -> [Diagnostic] {
        var found: [Diagnostic] = []
        var told: Set<String> = []
        for position in documents.indices {
            do throws(Diagnostics) {
                _ = try interaction(at: position)
            } catch {
                found += error.all.filter { told.insert($0.description).inserted }
            }
        }
        return found
    }

    /// - Throws: `Diagnostics`, each time the same.
    func interaction(at position: Int) throws(Diagnostics) -> Interaction {
        // What an interaction is like is parsed before it, however long the chain: no recursion.
        var pending = [position]
        while let current = pending.last {
            var missing: Int?
            if state.withLock({ $0.parsed[current] }) == nil {
                let result = Result { () throws(Diagnostics) in try parse(current, missing: &missing) }
                if let missing {
                    pending.append(missing)
                    continue
                }
                state.withLock { $0.parsed[current] = result }
            }
            pending.removeLast()
        }
        guard let result = state.withLock({ $0.parsed[position] }) else { preconditionFailure("parsed above") }
        return try result.get()
    }

    private struct BaseIsNotParsed: Error {}

    /// - Parameter missing: The interaction that has to be parsed first; the outcome then does not count.
    private func parse(_ position: Int, missing: inout Int?) throws(Diagnostics) -> Interaction {
        let document = documents[position]
        var base: Int?
        defer { missing = base }
        let reader = InteractionReader(file: file, rules: rules, beside: beside) { number, service in
            let (above, result) = self.state.withLock { state in
                let above = state.positions[number].flatMap { $0 < position ? $0 : nil }
                return (above, above.flatMap { state.parsed[$0] })
            }
            guard let above else { return nil }
            guard let result else {
                base = above
                throw BaseIsNotParsed()
            }
            let interaction = try result.get()
            return interaction.service == service ? interaction.request.tree : nil
        }
        return try document.read(from: bytes, file: file) { node in try reader.read(node) }
    }
}

extension DocumentScan.Document {
    /// Reads the document's YAML and makes something of it; problems of both are thrown together.
    func read<Value>(
        from bytes: [UInt8], file: String, _ body: (LocatedNode) throws -> Value
    ) throws(Diagnostics) -> Value {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw Diagnostics([
                Diagnostic(file: file, at: placeOfBrokenText(in: bytes), "not UTF-8", expected: "UTF-8 text")
            ])
        }
        var problems: [Diagnostic] = []
        let node = YAMLReader.read(text, file: file, firstLine: firstLine, problems: &problems)
        guard let node else {
            let start = Place(line: firstLine, column: 1)
            let empty = Diagnostic(
                file: file, at: start, "an empty document", expected: "an interaction", fix: "remove it")
            throw Diagnostics(problems.isEmpty ? [empty] : problems)
        }
        do {
            let value = try body(node)
            guard problems.isEmpty else { throw Diagnostics(problems) }
            return value
        } catch let error as Diagnostics {
            throw Diagnostics(problems + error.all.filter { !problems.contains($0) })
        } catch {
            throw Diagnostics([Diagnostic(file: file, at: node.place, "\(error)")])
        }
    }

    private func placeOfBrokenText(in bytes: [UInt8]) -> Place {
        var line = firstLine
        for text in bytes[range].split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: text, as: UTF8.self) == nil {
                // Repairing puts U+FFFD where the text first breaks.
                let shared = zip(String(decoding: text, as: UTF8.self).utf8, text).prefix { $0 == $1 }.count
                let column = String(decoding: text.prefix(shared), as: UTF8.self).unicodeScalars.count + 1
                return Place(line: line, column: column)
            }
            line += 1
        }
        return Place(line: firstLine, column: 1)
    }
}
