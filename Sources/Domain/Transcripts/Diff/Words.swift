/// Words of a text as numbers.
enum Words {
    /// More of a text than this does not make it easier to recognise.
    private static let limit = 4096

    /// Line ends as line feeds, ANSI escape sequences and spaces at line ends left out.
    static func normalised(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var rest = Array(text.utf8)[...]
        func endLine() {
            while let last = out.last, last == 0x20 || last == 0x09 { out.removeLast() }
        }
        while let byte = rest.popFirst() {
            switch byte {
            case 0x0D:
                if rest.first == 0x0A { rest.removeFirst() }
                endLine()
                out.append(0x0A)
            case 0x0A:
                endLine()
                out.append(0x0A)
            case 0x1B where rest.first == UInt8(ascii: "["):
                // ECMA-48: parameters and intermediates up to a final byte.
                rest.removeFirst()
                while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
            default: out.append(byte)
            }
        }
        endLine()
        return out
    }

    /// One number a word (letters, digits, `_`, anything beyond ASCII) or other visible sign, in order.
    static func hashes(of text: [UInt8]) -> [UInt64] {
        var hashes: [UInt64] = []
        var word: UInt64?
        // FNV-1a: the same in every process, unlike Swift's own hashes.
        func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let start: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...:
                word = mixed(word ?? start, byte)
            default:
                if let done = word { hashes.append(done) }
                word = nil
                if byte > 0x20 { hashes.append(mixed(start, byte)) }
            }
            if hashes.count >= limit { return hashes }
        }
        if let word { hashes.append(word) }
        return hashes
    }
}
