import Documents

/// Finds the values of members that hold secrets by their name, in JSON text of any layout.
///
/// Works on the text, so that nothing else of it changes. What is not JSON is left to the patterns.
struct SecretMembers: Sendable {
    /// Members at any depth.
    let anywhere: Set<String>
    /// Members of the outermost object only.
    let outermost: Set<String>
    /// Members of the tools that the outermost object lists.
    let ofTools: Set<String>
    private let names: [[UInt8]]
    /// A bit for each first byte of a name, of the 64 from `@` on.
    private let beginnings: UInt64

    init(anywhere: Set<String>, outermost: Set<String>, ofTools: Set<String> = []) {
        self.anywhere = anywhere
        self.outermost = outermost
        self.ofTools = ofTools
        names = anywhere.union(outermost).union(ofTools).sorted().map { Array("\($0)\"".utf8) }
        beginnings = names.reduce(0) { $0 | 1 << UInt64($1[0] & 63) }
    }

    private func mayBegin(_ byte: UInt8) -> Bool { beginnings & (1 << UInt64(byte & 63)) != 0 }

    /// The texts inside the values of those members, each to be replaced; names are kept.
    func matches(in bytes: [UInt8]) -> [Replacement] {
        var found: [Replacement] = []
        var position = 0
        /// For each open bracket: whether it is an object, and whether it stands inside a secret member.
        var open: [(isObject: Bool, isSecret: Bool)] = []
        var expectsName = false
        var valueIsSecret = false
        /// The member of the outermost object that is being read.
        var section = ""
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = bytes[position] == UInt8(ascii: "{")
                open.append((isObject, valueIsSecret || (open.last?.isSecret ?? false)))
                expectsName = isObject
                valueIsSecret = false
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                expectsName = false
                valueIsSecret = false
                position += 1
            case UInt8(ascii: ","):
                expectsName = open.last?.isObject ?? false
                valueIsSecret = false
                position += 1
            case UInt8(ascii: "\""):
                let text = textRange(in: bytes, from: position)
                position = min(text.upperBound + 1, bytes.count)
                if expectsName {
                    let name = String(decoding: bytes[text], as: UTF8.self)
                    if open.count == 1 { section = name }
                    valueIsSecret =
                        anywhere.contains(name) || (open.count == 1 && outermost.contains(name))
                        || (open.count == 3 && section == "tools" && ofTools.contains(name))
                    expectsName = false
                } else if valueIsSecret || (open.last?.isSecret ?? false), !text.isEmpty {
                    found.append(Replacement(range: text, with: Array("<redacted:value>".utf8), kind: "value"))
                }
            default: position += 1
            }
        }
        return found
    }

    /// The bytes between the quotes of the text that starts here.
    private func textRange(in bytes: [UInt8], from quote: Int) -> Range<Int> {
        var position = quote + 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return quote + 1..<min(position, bytes.count)
    }

    /// False when no member has such a name, which is the usual case and quick to see.
    ///
    /// A value such as `"role": "user"` is none: a colon follows a name.
    func mayMatch(_ bytes: [UInt8]) -> Bool {
        guard !names.isEmpty else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                position = ByteSearch.quote(in: bytes, from: position) + 1
                guard position < bytes.count, mayBegin(bytes[position]) else { continue }
                let rest = bytes[position...]
                for name in names where rest.first == name[0] && rest.starts(with: name) {
                    let behind = rest.dropFirst(name.count).first {
                        $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09
                    }
                    if behind == UInt8(ascii: ":") { return true }
                }
            }
            return false
        }
    }
}
