/// Decodes DEFLATE data (RFC 1951), bare or in its wrappers of zlib (RFC 1950) and gzip (RFC 1952).
///
/// Only for files that are imported: no library that is here gives access to its own decoder.
enum Inflate {
    /// More than this is not decoded: a small file may stand for an endless one.
    static let limit = 256 * 1024 * 1024

    /// Nil for what is not one gzip member, or is damaged.
    static func gunzip(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 18, bytes.starts(with: [0x1F, 0x8B, 0x08]) else { return nil }
        let flags = bytes[3]
        var position = 10
        if flags & 0x04 != 0 {
            guard position + 2 <= bytes.count else { return nil }
            position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        }
        for flag in [0x08, 0x10] as [UInt8] where flags & flag != 0 {
            guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else { return nil }
            position = end + 1
        }
        if flags & 0x02 != 0 { position += 2 }
        guard position < bytes.count else { return nil }
        var reader = BitReader(bytes, from: position)
        guard let out = decode(&reader) else { return nil }
        // The trailer: CRC-32 of the data, which is checked, and its length.
        let trailer = reader.nextByte
        guard trailer + 8 <= bytes.count else { return nil }
        let crc = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[trailer + $1]) << UInt32(8 * $1) }
        return crc == crc32(out) ? out : nil
    }

    /// Data in a zlib wrapper, or bare; nil for what is neither.
    static func inflate(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.count > 2, bytes[0] & 0x0F == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0 {
            var reader = BitReader(bytes, from: 2)
            if let out = decode(&reader) { return out }
        }
        var reader = BitReader(bytes, from: 0)
        return decode(&reader)
    }

    private static func decode(_ reader: inout BitReader) -> [UInt8]? {
        var out: [UInt8] = []
        while true {
            guard let isLast = reader.bits(1), let kind = reader.bits(2) else { return nil }
            switch kind {
            case 0:
                guard let stored = reader.stored() else { return nil }
                out += stored
            case 1: guard copy(&reader, .fixedLengths, .fixedDistances, into: &out) else { return nil }
            case 2:
                guard let (lengths, distances) = tables(&reader), copy(&reader, lengths, distances, into: &out) else {
                    return nil
                }
            default: return nil
            }
            guard out.count <= limit else { return nil }
            if isLast == 1 { return out }
        }
    }

    // RFC 1951, section 3.2.5.
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]

    private static func copy(
        _ reader: inout BitReader, _ lengths: HuffmanCode, _ distances: HuffmanCode, into out: inout [UInt8]
    ) -> Bool {
        while let symbol = lengths.next(&reader) {
            if symbol < 256 {
                out.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return true }
            let index = symbol - 257
            guard index < lengthBases.count, let more = reader.bits(lengthBits[index]),
                let code = distances.next(&reader),
                code < distanceBases.count, let further = reader.bits(distanceBits[code])
            else { return false }
            let distance = distanceBases[code] + further
            guard distance <= out.count, out.count <= limit else { return false }
            for _ in 0..<lengthBases[index] + more { out.append(out[out.count - distance]) }
        }
        return false
    }

    /// RFC 1951, section 3.2.7.
    private static func tables(_ reader: inout BitReader) -> (HuffmanCode, HuffmanCode)? {
        guard let literals = reader.bits(5), let distances = reader.bits(5), let codes = reader.bits(4) else {
            return nil
        }
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var codeLengths = [Int](repeating: 0, count: 19)
        for index in 0..<codes + 4 {
            guard let length = reader.bits(3) else { return nil }
            codeLengths[order[index]] = length
        }
        let code = HuffmanCode(codeLengths)
        var lengths: [Int] = []
        while lengths.count < literals + 257 + distances + 1 {
            guard let symbol = code.next(&reader) else { return nil }
            switch symbol {
            case 0..<16: lengths.append(symbol)
            case 16:
                guard let last = lengths.last, let more = reader.bits(2) else { return nil }
                lengths += repeatElement(last, count: 3 + more)
            case 17:
                guard let more = reader.bits(3) else { return nil }
                lengths += repeatElement(0, count: 3 + more)
            default:
                guard let more = reader.bits(7) else { return nil }
                lengths += repeatElement(0, count: 11 + more)
            }
        }
        guard lengths.count == literals + 257 + distances + 1 else { return nil }
        return (
            HuffmanCode(Array(lengths.prefix(literals + 257))), HuffmanCode(Array(lengths.dropFirst(literals + 257)))
        )
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var table = [UInt32](repeating: 0, count: 256)
        for index in 0..<256 {
            table[index] = (0..<8).reduce(UInt32(index)) { value, _ in
                value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
            }
        }
        return ~bytes.reduce(~UInt32(0)) { crc, byte in table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    }
}

/// A canonical Huffman code (RFC 1951, section 3.2.2).
private struct HuffmanCode {
    private var counts = [Int](repeating: 0, count: 16)
    private var symbols: [Int] = []

    init(_ lengths: [Int]) {
        for length in lengths { counts[length] += 1 }
        counts[0] = 0
        symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    }

    static let fixedLengths = HuffmanCode(
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
            + Array(repeating: 8, count: 8))
    static let fixedDistances = HuffmanCode(Array(repeating: 5, count: 30))

    func next(_ reader: inout BitReader) -> Int? {
        var code = 0, first = 0, index = 0
        for length in 1..<16 {
            guard let bit = reader.bits(1) else { return nil }
            code |= bit
            let count = counts[length]
            if code - first < count { return symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }
}

/// Bits of a byte text, the lowest first.
private struct BitReader {
    private let bytes: [UInt8]
    private var position: Int
    private var buffer = 0
    private var count = 0

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next byte that no bit has been read of.
    var nextByte: Int { position - count / 8 }

    mutating func bits(_ wanted: Int) -> Int? {
        while count < wanted {
            guard position < bytes.count else { return nil }
            buffer |= Int(bytes[position]) << count
            position += 1
            count += 8
        }
        let value = buffer & ((1 << wanted) - 1)
        buffer >>= wanted
        count -= wanted
        return value
    }

    /// A stored block: length, its complement, and the bytes.
    mutating func stored() -> ArraySlice<UInt8>? {
        position -= count / 8
        (buffer, count) = (0, 0)
        guard position + 4 <= bytes.count else { return nil }
        let length = Int(bytes[position]) | Int(bytes[position + 1]) << 8
        let complement = Int(bytes[position + 2]) | Int(bytes[position + 3]) << 8
        position += 4
        guard length ^ complement == 0xFFFF, position + length <= bytes.count else { return nil }
        defer { position += length }
        return bytes[position..<position + length]
    }
}
