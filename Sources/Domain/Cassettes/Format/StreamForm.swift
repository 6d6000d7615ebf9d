import Digests
import Documents
import HTTPMessages

/// How a stream is written: as events where it is one, so that people can read it, with every chunk end kept.
enum StreamForm {
    /// The members that stand for the chunks.
    static func members(
        for chunks: [RecordedResponse.Chunk], isEventStream: Bool, contents: inout [BesideContent]?
    ) -> [(String, YAMLTree)] {
        guard isEventStream else {
            let items = chunks.map { chunk in
                let member = BesideForm.moved(
                    BodyForm.textMember(for: chunk.bytes), chunk: chunk.bytes, into: &contents)
                return YAMLTree.line(.mapping([("at", .bare(seconds(chunk.at))), member]))
            }
            return [("chunks", .list(items))]
        }
        let bytes = chunks.flatMap(\.bytes)
        let (events, rest) = EventStream.split(bytes)
        let pieces = events + (rest.isEmpty ? [] : [rest])
        let isCRLF = events.first.map { $0.suffix(4).elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) } ?? false
        let lineEnd = isCRLF ? "\r\n" : "\n"

        var items: [YAMLTree] = []
        var ends = chunkEnds(of: chunks)[...]
        for piece in pieces {
            var cuts: [YAMLTree] = []
            while let cut = ends.first, cut.offset < piece.endIndex {
                cuts.append(.list([.bare("\(cut.offset - piece.startIndex)"), .bare(seconds(cut.at))]))
                ends.removeFirst()
            }
            let isChunkEnd = ends.first?.offset == piece.endIndex
            var item: [(String, YAMLTree)] = [("at", .bare(seconds(ends.first?.at ?? chunks.last?.at ?? 0)))]
            if let event = EventStream.parse(piece), event.text(lineEnd: lineEnd).utf8.elementsEqual(piece),
                BodyForm.isReadable(event.data), BodyForm.isReadable(event.name ?? "")
            {
                if let name = event.name { item.append(("event", .text(name))) }
                item.append(("data", .text(event.data)))
            } else {
                let (form, value) = BodyForm.textMember(for: Array(piece))
                item.append((form == "text" ? "raw" : form, value))
            }
            if !cuts.isEmpty { item.append(("cuts", .list(cuts))) }
            if !isChunkEnd { item.append(("join", .bare("true"))) }
            items.append(.line(.mapping(item)))
            if isChunkEnd { ends.removeFirst() }
        }
        return (isCRLF ? [("sse", .text("crlf"))] : []) + [("events", .list(items))]
    }

    /// Byte offsets at which chunks end; empty chunks do not exist.
    private static func chunkEnds(of chunks: [RecordedResponse.Chunk]) -> [(offset: Int, at: Double)] {
        var offset = 0
        return chunks.filter { !$0.bytes.isEmpty }.map { chunk in
            offset += chunk.bytes.count
            return (offset, chunk.at)
        }
    }

    /// Seconds with three decimals, as all times of a cassette are written; none are before its beginning.
    static func seconds(_ value: Double) -> String {
        let milliseconds = Int(min(max(value * 1000, 0), 1e15).rounded())
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    // MARK: Reading

    /// The chunks that a list of events stands for.
    static func readEvents(_ items: [LocatedNode], isCRLF: Bool, file: String, problems: inout [Diagnostic])
        -> [RecordedResponse.Chunk]
    {
        var chunks: [RecordedResponse.Chunk] = []
        var pending: [UInt8] = []
        var lastAt = 0.0
        for item in items {
            var reader = MappingReader(item, file: file, what: "an event")
            let at = reader.number("at") ?? lastAt
            lastAt = at
            let bytes = eventBytes(&reader, lineEnd: isCRLF ? "\r\n" : "\n")
            var start = 0
            for cut in reader.items("cuts") ?? [] {
                guard let pair = cut.items, pair.count == 2, let offset = pair[0].json.intValue,
                    let at = pair[1].json.doubleValue,
                    offset > start || (offset == start && !pending.isEmpty), offset < bytes.count
                else {
                    reader.report(
                        at: cut.place, "not a cut of this event",
                        expected: "[BYTES, AT], bytes rising and inside the event")
                    continue
                }
                chunks.append(.init(at: at, bytes: pending + bytes[start..<offset]))
                pending = []
                start = offset
            }
            pending += bytes[start...]
            if reader.flag("join") != true, !pending.isEmpty {
                chunks.append(.init(at: at, bytes: pending))
                pending = []
            }
            problems += reader.finish()
        }
        if !pending.isEmpty { chunks.append(.init(at: lastAt, bytes: pending)) }
        return chunks
    }

    private static func eventBytes(_ reader: inout MappingReader, lineEnd: String) -> [UInt8] {
        let name = reader.text("event")
        if let data = reader.text("data") {
            return Array(EventStream.Event(name: name, data: data).text(lineEnd: lineEnd).utf8)
        }
        if let raw = reader.text("raw") { return Array(raw.utf8) }
        if let bytes = base64(&reader) { return bytes }
        reader.report(at: reader.place, "an event without content", expected: "data, raw or base64")
        return []
    }

    /// The chunks of a stream that is not of events.
    static func readChunks(
        _ items: [LocatedNode], beside: (any BesideFiles)? = nil, file: String, problems: inout [Diagnostic]
    ) -> [RecordedResponse.Chunk] {
        items.map { item in
            var reader = MappingReader(item, file: file, what: "a chunk")
            let at = reader.number("at") ?? 0
            var bytes = reader.text("text").map { Array($0.utf8) }
            if let other = base64(&reader) { bytes = other }
            if let node = reader.optional("file") {
                var problems: [Diagnostic] = []
                bytes = BesideForm.read(node, from: beside, &problems, file: file) ?? []
                reader.report(problems)
            }
            if bytes == nil {
                reader.report(at: item.place, "a chunk without content", expected: "text, base64 or file")
            }
            problems += reader.finish()
            return .init(at: at, bytes: bytes ?? [])
        }
    }

    /// The member `base64`; an error, and nothing, when it is not.
    static func base64(_ reader: inout MappingReader) -> [UInt8]? {
        guard let node = reader.optional("base64") else { return nil }
        if let bytes = node.text.flatMap(Base64.decode) { return bytes }
        reader.report(at: node.place, "not base64", expected: "padded standard base64 without white space")
        return []
    }
}
