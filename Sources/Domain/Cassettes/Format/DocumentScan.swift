import Documents

/// Where the documents of a cassette begin and end, and what their column-0 lines say.
///
/// This is all that opening a cassette reads: 10 MB take about 5 ms, where parsing them takes 640 ms.
struct DocumentScan {
    struct Document {
        /// The bytes between the `---` line and the `...` line.
        var range: Range<Int>
        /// The line of the file, from 1, after `---`.
        var firstLine: Int
        /// Nil for one written in flow style, which has no `key:` line.
        var key: InteractionKey?
        var number: Int?
        var sandbox: Int?
        var service: Service?
        /// `POST /execute`, with its query.
        var operation: String?
    }

    var documents: [Document] = []
    /// The `---` of a last document that was never ended, with its byte offset.
    var torn: (offset: Int, line: Int)?
    /// Text outside documents, or documents inside documents.
    var problems: [(line: Int, message: String, fix: String)] = []

    init(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { scan($0) }
    }

    /// The problems as a person is told of them.
    func diagnostics(file: String) -> [Diagnostic] {
        problems.map { problem in
            Diagnostic(
                file: file, at: Place(line: problem.line, column: 1), problem.message,
                expected: "documents from a line '---' to a line '...'", fix: problem.fix)
        }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
        var open: (document: Document, offset: Int, line: Int)?
        var position = 0
        var line = 0
        while position < bytes.count {
            line += 1
            let start = position
            while position < bytes.count, bytes[position] != 0x0A { position += 1 }
            let end = position
            let isWhole = position < bytes.count
            position += 1
            guard start < end else { continue }
            // Lines inside a document are indented but for its members and its end.
            if bytes[start] == 0x20 {
                if open == nil, bytes[start..<end].contains(where: { $0 != 0x20 }) {
                    problems.append((line, "text outside a document", "start it with a line '---'"))
                }
                continue
            }
            let first = bytes[start]
            if end - start == 3, isMark(bytes, start, UInt8(ascii: "-")) {
                if let open {
                    problems.append(
                        (
                            open.line, "this document is not ended by a line '...'",
                            "add the line, or remove the document"
                        ))
                }
                open = (Document(range: position..<position, firstLine: line + 1), start, line)
            } else if end - start == 3, isWhole, isMark(bytes, start, UInt8(ascii: ".")) {
                if var ended = open?.document {
                    ended.range = ended.range.lowerBound..<start
                    documents.append(ended)
                    open = nil
                } else {
                    problems.append((line, "a document ends here that did not begin", "start it with a line '---'"))
                }
            } else if var inside = open {
                read(UnsafeBufferPointer(rebasing: bytes[start..<end]), into: &inside.document)
                open = inside
            } else if !isWhole, bytes[start..<end].allSatisfy({ $0 == UInt8(ascii: "-") }), end - start < 3 {
                torn = (start, line)
            } else if first != UInt8(ascii: "#") {
                problems.append((line, "text outside a document", "start it with a line '---'"))
            }
        }
        if let open { torn = (open.offset, open.line) }
    }

    private func isMark(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ mark: UInt8) -> Bool {
        bytes[start] == mark && bytes[start + 1] == mark && bytes[start + 2] == mark
    }

    /// Notes the members that look-ups need: `NAME: VALUE` alone on a column-0 line.
    private func read(_ line: UnsafeBufferPointer<UInt8>, into document: inout Document) {
        guard let colon = line.prefix(12).firstIndex(of: UInt8(ascii: ":")), colon + 2 < line.count,
            line[colon + 1] == 0x20
        else { return }
        var value: String { DocumentScan.unquoted(line[(colon + 2)...]) }
        switch line[0] {
        case UInt8(ascii: "k") where line[..<colon].elementsEqual("key".utf8): document.key = InteractionKey(value)
        case UInt8(ascii: "i") where line[..<colon].elementsEqual("interaction".utf8): document.number = Int(value)
        case UInt8(ascii: "s") where line[..<colon].elementsEqual("sandbox".utf8): document.sandbox = Int(value)
        default:
            guard document.service == nil,
                let service = Service(rawValue: String(decoding: line[..<colon], as: UTF8.self))
            else { return }
            document.service = service
            document.operation = value
        }
    }

    /// A scalar on one line; one with escapes or a comment is left as it stands, and so is nothing that is looked up.
    private static func unquoted(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        guard let quote = value.first, quote == 0x22 || quote == 0x27, value.count >= 2, value.last == quote,
            !value.contains(0x5C)
        else { return String(decoding: value, as: UTF8.self) }
        return String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
    }
}
