extension String {
    /// The text on one line, without anything that a terminal would obey.
    ///
    /// Escape sequences and control characters are removed, a tab becomes four spaces; signs that turn the direction of
    /// writing, and so hide what stands there, are spelled out.
    var safeForTerminal: String {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
        var out = UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x09: out.append(contentsOf: "    ".unicodeScalars)
            case 0x0A, 0x0D, 0x2028, 0x2029: out.append(" ")
            case 0x1B: String.skipEscapeSequence(&rest)
            case 0x9B: String.skipControlSequence(&rest)
            case 0x90, 0x98, 0x9D...0x9F: String.skipControlString(&rest)
            case 0..<0x20, 0x7F..<0xA0: break
            case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                out.append(contentsOf: "<U+\(String(scalar.value, radix: 16, uppercase: true))>".unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    /// ECMA-48: what follows an escape character.
    private static func skipEscapeSequence(_ rest: inout Substring.UnicodeScalarView) {
        switch rest.first {
        case "[":
            rest.removeFirst()
            skipControlSequence(&rest)
        case "]", "P", "X", "^", "_":
            rest.removeFirst()
            skipControlString(&rest)
        default:
            while let next = rest.first, (0x20...0x2F).contains(next.value) { rest.removeFirst() }
            if let next = rest.first, (0x30...0x7E).contains(next.value) { rest.removeFirst() }
        }
    }

    /// Parameters and intermediates up to a final character; anything else ends it unfinished.
    private static func skipControlSequence(_ rest: inout Substring.UnicodeScalarView) {
        while let next = rest.first, (0x20...0x3F).contains(next.value) { rest.removeFirst() }
        if let next = rest.first, (0x40...0x7E).contains(next.value) { rest.removeFirst() }
    }

    /// Everything up to a bell or a string terminator.
    private static func skipControlString(_ rest: inout Substring.UnicodeScalarView) {
        while let next = rest.popFirst() {
            if next.value == 0x07 || next.value == 0x9C { return }
            if next.value == 0x1B, rest.first == "\\" {
                rest.removeFirst()
                return
            }
        }
    }

    /// Lines as they would be printed: broken at line feeds, carriage returns and both together.
    var printedLines: [String] {
        var lines: [String] = []
        var line = UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\n" || scalar == "\r" else {
                line.append(scalar)
                continue
            }
            if scalar == "\r", rest.first == "\n" { rest.removeFirst() }
            lines.append(String(line))
            line = UnicodeScalarView()
        }
        return lines + [String(line)]
    }

    var trimmingFinalSpaces: String { String(reversed().drop { $0 == " " }.reversed()) }

    /// The text cut to some columns, with `…` for what is missing.
    func shortened(to columns: Int) -> String {
        guard self.columns > columns else { return self }
        var out = ""
        var room = columns - 1
        for character in self {
            room -= character.columns
            if room < 0 { break }
            out.append(character)
        }
        return out + "…"
    }

    /// Columns of a terminal that the text takes.
    var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Character {
    /// 2 for East Asian wide characters and emoji (Unicode Standard Annex 11), else 1.
    var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x20..<0x1100: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }
}
