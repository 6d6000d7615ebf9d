/// The canonical spelling of a JSON text: what two requests that mean the same have in common.
///
/// Members are sorted by the bytes of their canonical names, numbers are spelled as `JSONNumber.canonical`, strings have
/// only the necessary escapes (`\"`, `\\` and `\u00xx` for controls), and there is no white space.
///
/// This is a byte scanner of its own because it runs on every request: 20 KB take 46 µs with SHA-256, where Foundation's
/// parser and sorted encoder take 2,461 µs.
public enum CanonicalJSON {
    /// - Returns: Nil when the text is not strict JSON, nested deeper than `JSONValue.depthLimit`, or has a number whose
    ///   exponent is out of range. Such a text has no canonical form and is known by its bytes.
    public static func bytes(of text: [UInt8]) -> [UInt8]? { scanned(text, nil) }

    /// The same of a text from which some members are left out, and in which some have other names.
    public static func bytes(of text: [UInt8], with changes: Changes) -> [UInt8]? {
        if let changed = scanned(text, changes) { return changed }
        guard changes.renaming != nil else { return nil }
        // Either no strict JSON, or with a name that renaming would give twice.
        var changes = changes
        changes.renaming = nil
        return scanned(text, changes)
    }

    private static func scanned(_ text: [UInt8], _ changes: Changes?) -> [UInt8]? {
        text.withUnsafeBufferPointer { input -> [UInt8]? in
            var scanner = Scanner(input: input, changes: changes)
            scanner.output.reserveCapacity(input.count)
            guard scanner.scanDocument() else { return nil }
            return scanner.output
        }
    }

    /// The canonical spelling of a value; nil only for a number whose exponent is out of range.
    public static func bytes(of value: JSONValue) -> [UInt8]? { bytes(of: value.bytes()) }
}

private struct Scanner {
    let input: UnsafeBufferPointer<UInt8>
    let changes: CanonicalJSON.Changes?
    var position = 0
    var depth = 0
    var output: [UInt8] = []
    /// Names that are left out of the object that starts here.
    var omittedNames: [[UInt8]] = []
    /// Names that are left out of the objects in the list that starts here.
    var omittedNamesOfItems: [[UInt8]] = []
    /// Whether the outermost object's member that is being scanned is a list.
    var isInList = false
    /// Whose the names of the objects that start here are.
    var scope: CanonicalJSON.Changes.Renaming.Scope

    init(input: UnsafeBufferPointer<UInt8>, changes: CanonicalJSON.Changes?) {
        self.input = input
        self.changes = changes
        scope = changes?.renaming == nil ? .somebodyElse : .ours
    }

    mutating func scanDocument() -> Bool {
        guard scanValue() else { return false }
        skipSpace()
        return position == input.count
    }

    private mutating func skipSpace() {
        while position < input.count {
            switch input[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private var next: UInt8? { position < input.count ? input[position] : nil }

    private mutating func scanValue() -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return scanObject()
        case UInt8(ascii: "["): return scanArray()
        case UInt8(ascii: "\""): return scanString()
        case UInt8(ascii: "t"): return scanWord("true")
        case UInt8(ascii: "f"): return scanWord("false")
        case UInt8(ascii: "n"): return scanWord("null")
        case nil: return false
        default: return scanNumber()
        }
    }

    private mutating func scanWord(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard position + length <= input.count else { return false }
        for offset in 0..<length where input[position + offset] != word.utf8Start[offset] { return false }
        output.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: length))
        position += length
        return true
    }

    private mutating func scanNumber() -> Bool {
        let start = position
        while let byte = next, isNumberByte(byte) { position += 1 }
        // Most numbers are small plain integers, canonical as they stand.
        let count = position - start
        if count > 0, count < 16, input[start] != 0x30, input[position - 1] != 0x30,
            (start..<position).allSatisfy({ input[$0] >= 0x30 && input[$0] <= 0x39 })
        {
            output.append(contentsOf: input[start..<position])
            return true
        }
        var rest = Array(input[start..<position])[...]
        let number = rest
        guard JSONNumber.takeNumber(from: &rest), rest.isEmpty else { return false }
        return JSONNumber.appendCanonical(number, to: &output)
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    private mutating func scanArray() -> Bool {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONValue.depthLimit else { return false }
        if depth == 2 { isInList = true }
        position += 1
        output.append(UInt8(ascii: "["))
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            output.append(UInt8(ascii: "]"))
            return true
        }
        while scanValue() {
            skipSpace()
            guard let byte = next, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else { return false }
            position += 1
            output.append(byte)
            if byte == UInt8(ascii: "]") { return true }
        }
        return false
    }

    private mutating func scanObject() -> Bool {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONValue.depthLimit else { return false }
        if depth == 2 { isInList = false }
        position += 1
        output.append(UInt8(ascii: "{"))
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            output.append(UInt8(ascii: "}"))
            return true
        }
        let start = output.count
        // Where each member's canonical text stands in the output, name and whole.
        var members: [(name: Range<Int>, whole: Range<Int>)] = []
        var isSorted = true
        // Where the members that do not count begin.
        var omitted: [Int] = []
        let outermost = depth == 1 ? changes : nil
        // Of an outermost member's own object or list, not of one deeper inside it.
        let omittedHere = depth == 2 ? omittedNames : depth == 3 && isInList ? omittedNamesOfItems : []
        let scopeHere = scope
        defer { scope = scopeHere }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { return false }
            let nameStart = output.count
            guard scanString() else { return false }
            if scopeHere == .ours { renameLast(from: nameStart) }
            let name = nameStart..<output.count
            skipSpace()
            guard next == UInt8(ascii: ":") else { return false }
            position += 1
            output.append(UInt8(ascii: ":"))
            if let outermost {
                omittedNames = outermost.omittedNames(inside: output[name], ofItems: false)
                omittedNamesOfItems = outermost.omittedNames(inside: output[name], ofItems: true)
            }
            if scopeHere != .somebodyElse { enter(name, from: scopeHere) }
            guard scanValue() else { return false }
            if let outermost, outermost.omits(output[name], output[(name.upperBound + 1)...]) {
                omitted.append(nameStart)
            } else if !omittedHere.isEmpty, omittedHere.contains(where: { output[name].elementsEqual($0) }) {
                omitted.append(nameStart)
            }
            if isSorted, let last = members.last {
                switch compare(last.name, name) {
                case 0: return false
                case 1...: isSorted = false
                default: break
                }
            }
            members.append((name, nameStart..<output.count))
            skipSpace()
            guard let byte = next else { return false }
            position += 1
            if byte == UInt8(ascii: "}") { break }
            guard byte == UInt8(ascii: ",") else { return false }
            output.append(UInt8(ascii: ","))
        }
        if !isSorted {
            members.sort { compare($0.name, $1.name) < 0 }
            for (one, next) in zip(members, members.dropFirst()) where compare(one.name, next.name) == 0 {
                return false
            }
        }
        if !isSorted || !omitted.isEmpty {
            var sorted: [UInt8] = []
            sorted.reserveCapacity(output.count - start)
            for member in members where omitted.isEmpty || !omitted.contains(member.whole.lowerBound) {
                if !sorted.isEmpty { sorted.append(UInt8(ascii: ",")) }
                sorted.append(contentsOf: output[member.whole])
            }
            output.replaceSubrange(start..., with: sorted)
        }
        output.append(UInt8(ascii: "}"))
        return true
    }

    private mutating func renameLast(from start: Int) {
        guard let name = changes?.renaming?.spelling(of: output[start...]) else { return }
        output.replaceSubrange(start..., with: name)
    }

    private mutating func enter(_ name: Range<Int>, from outer: CanonicalJSON.Changes.Renaming.Scope) {
        scope = changes?.renaming?.scope(inside: output[name], of: outer) ?? .somebodyElse
    }

    private func compare(_ a: Range<Int>, _ b: Range<Int>) -> Int {
        // Without the closing quote, so that a shorter name comes before the longer one it begins.
        let a = a.dropLast(), b = b.dropLast()
        var i = a.startIndex, j = b.startIndex
        while i < a.endIndex, j < b.endIndex {
            if output[i] != output[j] { return output[i] < output[j] ? -1 : 1 }
            i += 1
            j += 1
        }
        return a.count == b.count ? 0 : (a.count < b.count ? -1 : 1)
    }

    private mutating func scanString() -> Bool {
        position += 1
        output.append(0x22)
        while position < input.count {
            let start = position
            // A run of plain bytes, copied at once.
            position = ByteSearch.endOfPlainText(in: input, from: position)
            if position > start { output.append(contentsOf: input[start..<position]) }
            guard let byte = next else { return false }
            switch byte {
            case 0x22:
                position += 1
                output.append(0x22)
                return true
            case 0x5C:
                guard scanEscape() else { return false }
            case 0..<0x20: return false
            default:
                guard scanMultibyte() else { return false }
            }
        }
        return false
    }

    /// One character beyond ASCII, checked as the Unicode standard's table 3-7 has it.
    private mutating func scanMultibyte() -> Bool {
        let lead = input[position]
        let count: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: count = 2
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: count = 3
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: count = 4
        default: return false
        }
        guard position + count <= input.count, second.contains(input[position + 1]) else { return false }
        for offset in 2..<max(count, 2) where !(0x80...0xBF).contains(input[position + offset]) { return false }
        output.append(contentsOf: input[position..<position + count])
        position += count
        return true
    }

    private mutating func scanEscape() -> Bool {
        guard position + 1 < input.count else { return false }
        let kind = input[position + 1]
        position += 2
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            output.append(0x5C)
            output.append(kind)
        case UInt8(ascii: "/"): output.append(kind)
        case UInt8(ascii: "b"): appendScalar(0x08)
        case UInt8(ascii: "f"): appendScalar(0x0C)
        case UInt8(ascii: "n"): appendScalar(0x0A)
        case UInt8(ascii: "r"): appendScalar(0x0D)
        case UInt8(ascii: "t"): appendScalar(0x09)
        case UInt8(ascii: "u"):
            guard var value = scanHex() else { return false }
            if (0xD800..<0xDC00).contains(value) {
                guard position + 1 < input.count, input[position] == 0x5C, input[position + 1] == UInt8(ascii: "u")
                else {
                    return false
                }
                position += 2
                guard let low = scanHex(), (0xDC00..<0xE000).contains(low) else { return false }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            } else if (0xDC00..<0xE000).contains(value) {
                return false
            }
            appendScalar(value)
        default: return false
        }
        return true
    }

    private mutating func scanHex() -> UInt32? {
        guard position + 4 <= input.count else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = input[position]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: return nil
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func appendScalar(_ value: UInt32) {
        switch value {
        case 0x22, 0x5C:
            output.append(0x5C)
            output.append(UInt8(value))
        case 0..<0x20:
            let digits: StaticString = "0123456789abcdef"
            output.append(contentsOf: [0x5C, 0x75, 0x30, 0x30])
            output.append(digits.utf8Start[Int(value >> 4)])
            output.append(digits.utf8Start[Int(value & 0xF)])
        default:
            if let scalar = Unicode.Scalar(value) { output.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
        }
    }
}
