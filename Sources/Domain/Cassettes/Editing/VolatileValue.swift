import Documents

/// Values that programs make up anew in each run: random ids and times.
enum VolatileValue {
    /// Calls `found` for each text of a tree that is, or begins with, such a value.
    static func visit(_ tree: JSONValue, at place: JSONPointer = JSONPointer(), _ found: (JSONPointer, String) -> Void)
    {
        switch tree {
        case .string(let text): if let kind = kind(of: text) { found(place, kind) }
        case .array(let items):
            for (index, item) in items.enumerated() { visit(item, at: place.appending("\(index)"), found) }
        case .object(let object):
            for member in object.members { visit(member.value, at: place.appending(member.name), found) }
        case .null, .bool, .number: break
        }
    }

    /// What a text looks like; nil for one that may well be meant. Ids inside of prose are found, too.
    static func kind(of text: String) -> String? {
        let bytes = Array(text.utf8)
        // Both need a dash, which most texts of some length have, and digits around it.
        for position in bytes.indices where bytes[position] == UInt8(ascii: "-") {
            if isUUID(bytes, dashAt: position) { return "a UUID" }
            if isTime(bytes, dashAt: position) { return "a time" }
        }
        return nil
    }

    /// RFC 9562: 8-4-4-4-12 hex digits, not part of a longer word; `dashAt` is the first dash.
    private static func isUUID(_ bytes: [UInt8], dashAt dash: Int) -> Bool {
        let start = dash - 8
        guard start >= 0, start + 36 <= bytes.count else { return false }
        for offset in 0..<36 {
            let byte = bytes[start + offset]
            guard [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : isHex(byte) else { return false }
        }
        return !(start > 0 && isWord(bytes[start - 1])) && !(start + 36 < bytes.count && isWord(bytes[start + 36]))
    }

    /// RFC 3339: `2026-11-23T10:00:00`, or a space for the `T`; a date alone may well be meant.
    private static func isTime(_ bytes: [UInt8], dashAt dash: Int) -> Bool {
        let start = dash - 4
        guard start >= 0, start + 19 <= bytes.count else { return false }
        let shape = Array("dddd-dd-ddTdd:dd:dd".utf8)
        for (offset, mark) in shape.enumerated() {
            let byte = bytes[start + offset]
            switch mark {
            case UInt8(ascii: "d"): guard (0x30...0x39).contains(byte) else { return false }
            case UInt8(ascii: "T"): guard byte == mark || byte == 0x20 else { return false }
            default: guard byte == mark else { return false }
            }
        }
        return !(start > 0 && (0x30...0x39).contains(bytes[start - 1]))
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
