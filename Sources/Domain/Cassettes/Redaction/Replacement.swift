/// A stretch of bytes and what stands for it afterwards.
struct Replacement: Sendable {
    var range: Range<Int>
    var with: [UInt8]
    var kind: String

    /// Puts placeholders into a text; the replacements are in order and do not overlap.
    static func apply(_ replacements: [Replacement], to bytes: [UInt8]) -> [UInt8] {
        guard !replacements.isEmpty else { return bytes }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var position = 0
        for replacement in replacements {
            out += bytes[position..<replacement.range.lowerBound]
            out += replacement.with
            position = replacement.range.upperBound
        }
        return out + bytes[position...]
    }

    /// Where an offset of the old text is in the new one; an offset inside a secret moves behind its placeholder.
    static func moved(_ offset: Int, by replacements: [Replacement]) -> Int {
        var shift = 0
        for replacement in replacements where replacement.range.lowerBound < offset {
            if replacement.range.upperBound > offset {
                return replacement.range.lowerBound + shift + replacement.with.count
            }
            shift += replacement.with.count - replacement.range.count
        }
        return offset + shift
    }

    /// Applies passes one after another to the joined bytes of chunks; chunk ends move with the text.
    static func apply(
        _ passes: [([UInt8]) -> [Replacement]], to chunks: [RecordedResponse.Chunk]
    ) -> [RecordedResponse.Chunk] {
        let bytes = chunks.flatMap(\.bytes)
        var current = bytes
        var ends = chunks.reduce(into: [Int]()) { $0.append(($0.last ?? 0) + $1.bytes.count) }
        for pass in passes {
            let matches = pass(current)
            current = apply(matches, to: current)
            ends = ends.map { moved($0, by: matches) }
        }
        guard current != bytes else { return chunks }
        var start = 0
        return zip(chunks, ends).compactMap { chunk, end in
            defer { start = max(start, end) }
            return end > start ? .init(at: chunk.at, bytes: Array(current[start..<end])) : nil
        }
    }
}
