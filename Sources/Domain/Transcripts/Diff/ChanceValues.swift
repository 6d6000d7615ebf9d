/// Values that differ from run to run by chance: UUIDs, times of day, addresses in memory, names of temporary files, ids.
///
/// Each becomes a word for its kind. A date alone, a number or a duration is left: it may be just what was computed.
enum ChanceValues {
    enum Extent { case all, uuids }

    private typealias Bytes = ArraySlice<UInt8>

    static func replaced(in text: [UInt8], _ extent: Extent) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var position = 0
        var followsWord = false
        while position < text.count {
            if !followsWord, let (length, word) = match(text[position...], extent) {
                out += word.utf8
                position += length
                followsWord = true
                continue
            }
            let byte = text[position]
            out.append(byte)
            followsWord = isWord(byte)
            position += 1
        }
        return out
    }

    private static func match(_ rest: Bytes, _ extent: Extent) -> (Int, String)? {
        guard let first = rest.first else { return nil }
        if isHex(first), let length = uuid(rest) { return (length, "<uuid>") }
        guard extent == .all else { return nil }
        switch first {
        case 0x30...0x39:
            if let length = address(rest) { return (length, "<address>") }
            if let length = time(rest) { return (length, "<time>") }
            return nil
        case UInt8(ascii: "t"): return temporaryName(rest).map { ($0, "<temporary>") }
        default: return identifier(rest).map { ($0, "<id>") }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || isLetter(byte) || byte == 0x5F || byte >= 0x80
    }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

    private static func run(_ rest: Bytes, _ isPart: (UInt8) -> Bool) -> Int { rest.prefix(while: isPart).count }

    private static func ends(_ rest: Bytes, at length: Int) -> Bool {
        rest.dropFirst(length).first.map { !isWord($0) } ?? true
    }

    /// RFC 9562: 8-4-4-4-12.
    private static func uuid(_ rest: Bytes) -> Int? {
        var length = 0
        for (index, count) in [8, 4, 4, 4, 12].enumerated() {
            if index > 0 {
                guard rest.dropFirst(length).first == UInt8(ascii: "-") else { return nil }
                length += 1
            }
            guard run(rest.dropFirst(length).prefix(count), isHex) == count else { return nil }
            length += count
        }
        return ends(rest, at: length) ? length : nil
    }

    private static func address(_ rest: Bytes) -> Int? {
        guard rest.starts(with: Array("0x".utf8)) else { return nil }
        let digits = run(rest.dropFirst(2), isHex)
        return digits >= 6 && ends(rest, at: 2 + digits) ? 2 + digits : nil
    }

    /// `2026-01-31T10:11:12.5Z`, or `10:11:12`.
    private static func time(_ rest: Bytes) -> Int? {
        func follows(_ shape: String, _ length: Int) -> Bool {
            var bytes = rest.dropFirst(length)
            return shape.utf8.allSatisfy { sign in
                guard let byte = bytes.popFirst() else { return false }
                return switch sign {
                case UInt8(ascii: "d"): isDigit(byte)
                case UInt8(ascii: "T"): byte == sign || byte == 0x20
                default: byte == sign
                }
            }
        }
        var length = 0
        if follows("dddd-dd-ddTdd:dd", 0) {
            length = 16
            if follows(":dd", length) { length += 3 }
        } else if follows("dd:dd:dd", 0) {
            length = 8
        } else {
            return nil
        }
        if follows(".d", length) || follows(",d", length) { length += 1 + run(rest.dropFirst(length + 1), isDigit) }
        if follows("Z", length) {
            length += 1
        } else if follows("+dd:dd", length) || follows("-dd:dd", length) {
            length += 6
        } else if follows("+dddd", length) || follows("-dddd", length) {
            length += 5
        }
        return ends(rest, at: length) ? length : nil
    }

    /// What Python's `tempfile` and `mktemp` make up.
    private static func temporaryName(_ rest: Bytes) -> Int? {
        for lead in ["tmp.", "tmp"] where rest.starts(with: lead.utf8) {
            let name = run(rest.dropFirst(lead.utf8.count), isWord)
            if name >= 6 { return lead.utf8.count + name }
        }
        return nil
    }

    private static let prefixes = [
        "call_", "toolu_", "chatcmpl-", "msg_", "resp_", "req_", "run_", "fc_", "sbx_", "sbx-", "sandbox-", "sandbox_",
    ].map { Array($0.utf8) }

    /// An id of a service: a known prefix, then a word with a digit in it.
    private static func identifier(_ rest: Bytes) -> Int? {
        guard let prefix = prefixes.first(where: rest.starts) else { return nil }
        let tail = rest.dropFirst(prefix.count).prefix { isDigit($0) || isLetter($0) }
        guard tail.count >= 6, tail.contains(where: isDigit) else { return nil }
        return prefix.count + tail.count
    }
}
