public import Documents

/// Random JSON values, the many ways to spell one, and the values next to one.
public struct RandomJSON {
    public var random: SeededGenerator

    public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    // MARK: Values

    public mutating func value(depth: Int = 4) -> JSONValue {
        switch random.int(0...(depth > 0 ? 9 : 5)) {
        case 0: return .null
        case 1: return .bool(random.once(in: 2))
        case 2, 3: return .number(number())
        case 4, 5: return .string(text())
        case 6, 7: return .array((0..<random.int(0...4)).map { _ in value(depth: depth - 1) })
        default: return .object(JSONObject((0..<random.int(0...5)).map { _ in (name(), value(depth: depth - 1)) }))
        }
    }

    public mutating func text() -> String {
        if random.once(in: 3) { return random.pick(RandomJSON.nastyTexts) }
        return String(String.UnicodeScalarView((0..<random.int(0...12)).map { _ in random.pick(RandomJSON.scalars) }))
    }

    private mutating func name() -> String {
        random.once(in: 3) ? text() : random.pick(["a", "ab", "role", "content", "id", "Z", "é", "e\u{301}"])
    }

    public mutating func number() -> JSONNumber {
        let digits = { (random: inout SeededGenerator) in
            (0..<random.int(1...5)).map { _ in String(random.int(0...9)) }.joined()
        }
        var spelling = random.once(in: 3) ? "-" : ""
        spelling += random.once(in: 3) ? "0" : String(random.int(1...9)) + (random.once(in: 2) ? digits(&random) : "")
        if random.once(in: 3) { spelling += "." + digits(&random) }
        if random.once(in: 4) { spelling += random.pick(["e", "E", "e+", "e-"]) + digits(&random) }
        return JSONNumber(spelling: spelling) ?? JSONNumber(0)
    }

    private static let nastyTexts = NastyText.all.filter { $0.utf8.count < 100 }
    private static let scalars: [Unicode.Scalar] = Array(
        "abcdefgh \t\n\r\"\\/\u{8}\u{C}\u{1}\u{1F}\u{7F}é\u{301}ü漢\u{2028}\u{FEFF}\u{FFFF}\u{1F600}'<&:#-"
            .unicodeScalars)

    // MARK: Spellings

    /// The value as text with members in another order, other white space, escapes and numbers.
    public mutating func respelled(_ value: JSONValue) -> [UInt8] { Array((space() + spelled(value) + space()).utf8) }

    private mutating func space() -> String {
        random.once(in: 2) ? "" : (0..<random.int(1...3)).map { _ in random.pick([" ", "\n", "\t", "\r"]) }.joined()
    }

    private mutating func spelled(_ value: JSONValue) -> String {
        switch value {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let number): return respelled(number)
        case .string(let text): return escaped(text)
        case .array(let items):
            return "[" + space() + items.map { space() + spelled($0) + space() }.joined(separator: ",") + "]"
        case .object(let object):
            let members = object.members.shuffled(using: &random)
            return "{" + space()
                + members.map { space() + escaped($0.name) + space() + ":" + space() + spelled($0.value) + space() }
                .joined(separator: ",") + "}"
        }
    }

    private mutating func escaped(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            let must = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            let short: [Unicode.Scalar: String] = [
                "\"": "\\\"", "\\": "\\\\", "/": "\\/", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r",
                "\t": "\\t",
            ]
            if let name = short[scalar], random.once(in: 2) {
                out += name
            } else if must || random.once(in: 4) {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: random.once(in: 2))
                    out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
                }
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// The same decimal, its point moved, zeros added, the exponent changed accordingly.
    private mutating func respelled(_ number: JSONNumber) -> String {
        var digits = "", exponent = 0, isFraction = false
        var rest = number.spelling[...]
        let sign = rest.first == "-" ? "-" : ""
        rest = rest.drop { $0 == "-" }
        while let character = rest.popFirst() {
            switch character {
            case ".": isFraction = true
            case "e", "E":
                exponent += Int(rest) ?? 0
                rest = ""
            default:
                digits.append(character)
                if isFraction { exponent -= 1 }
            }
        }
        let zeros = random.int(0...3)
        digits += String(repeating: "0", count: zeros)
        exponent -= zeros
        digits = String(digits.drop { $0 == "0" })
        if digits.isEmpty { (digits, exponent) = (random.pick(["0", "00", "000"]), random.int(-3...3)) }
        let whole = digits.first == "0" ? 1 : random.int(1...digits.count)
        let fraction = digits.dropFirst(whole)
        exponent += fraction.count
        var out = sign + digits.prefix(whole) + (fraction.isEmpty ? "" : "." + fraction)
        if exponent != 0 || random.once(in: 3) {
            out +=
                random.pick(["e", "E"]) + (exponent < 0 ? "-" : random.pick(["", "+"])) + random.pick(["", "0"])
                + String(abs(exponent))
        }
        return out
    }

    // MARK: Neighbours

    /// Every value that differs from this one in a single place: a changed, added, removed, renamed or retyped field.
    public static func mutations(of value: JSONValue) -> [JSONValue] {
        switch value {
        case .null: return [.bool(false), "", 0, "null", [], [:]]
        case .bool(let flag): return [.bool(!flag), .null, .string(flag ? "true" : "false"), 0, 1]
        case .number(let number):
            let changed = ["1" + number.spelling.drop { $0 == "-" }, "-" + number.spelling.drop { $0 == "-" }, "0"]
                .compactMap { JSONNumber(spelling: $0) }.filter { $0 != number }
            return changed.map(JSONValue.number) + [.string(number.spelling), .null]
        case .string(let text):
            return [.string(text + "x"), .string(" " + text), .string(text + "\u{301}"), .null, [.string(text)]]
                + (text.isEmpty ? [] : [.string(String(String.UnicodeScalarView(text.unicodeScalars.dropLast())))])
        case .array(let items):
            var found: [JSONValue] = [.array(items + [.null]), .array([[]] + items), .null]
            for index in items.indices {
                found += mutations(of: items[index]).map { changed in
                    var items = items
                    items[index] = changed
                    return .array(items)
                }
                var fewer = items
                fewer.remove(at: index)
                found.append(.array(fewer))
                if index > 0, items[index] != items[index - 1] {
                    var swapped = items
                    swapped.swapAt(index, index - 1)
                    found.append(.array(swapped))
                }
            }
            return found
        case .object(let object):
            var found: [JSONValue] = [.null]
            var added = object
            added["added \(object.count)"] = .null
            found.append(.object(added))
            for member in object.members {
                var fewer = object
                fewer[member.name] = nil
                found.append(.object(fewer))
                fewer[member.name + "\u{301}"] = member.value
                if object[member.name + "\u{301}"] == nil { found.append(.object(fewer)) }
                found += mutations(of: member.value).map { changed in
                    var object = object
                    object[member.name] = changed
                    return .object(object)
                }
            }
            return found
        }
    }
}
