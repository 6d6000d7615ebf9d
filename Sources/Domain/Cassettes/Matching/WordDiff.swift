/// Two texts word by word: what both have, and what only one of them has.
struct WordDiff: Sendable, Equatable {
    enum Side: Sendable { case both, recorded, now }

    struct Piece: Sendable, Equatable {
        var side: Side
        var text: String
    }

    /// Those of `both` and `recorded` make the recorded text, those of `both` and `now` the other.
    private(set) var pieces: [Piece] = []

    /// More words than this between the common beginning and end, and all of them count as replaced.
    private static let wordLimit = 1000

    init(recorded: String, now: String) {
        let a = WordDiff.words(of: recorded), b = WordDiff.words(of: now)
        let start = zip(a, b).prefix { $0 == $1 }.count
        let end = zip(a[start...].reversed(), b[start...].reversed()).prefix { $0 == $1 }.count
        a[..<start].forEach { add(.both, $0) }
        addMiddle(Array(a[start..<a.count - end]), Array(b[start..<b.count - end]))
        a[(a.count - end)...].forEach { add(.both, $0) }
    }

    private mutating func addMiddle(_ a: [[Unicode.Scalar]], _ b: [[Unicode.Scalar]]) {
        guard a.count + b.count <= WordDiff.wordLimit else {
            a.forEach { add(.recorded, $0) }
            b.forEach { add(.now, $0) }
            return
        }
        var removed: Set<Int> = [], inserted: Set<Int> = []
        for change in b.difference(from: a, by: ==) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var i = 0, j = 0
        while i < a.count || j < b.count {
            if i < a.count, removed.contains(i) {
                add(.recorded, a[i])
                i += 1
            } else if j < b.count, inserted.contains(j) {
                add(.now, b[j])
                j += 1
            } else {
                add(.both, a[i])
                i += 1
                j += 1
            }
        }
    }

    private mutating func add(_ side: Side, _ word: [Unicode.Scalar]) {
        // A space between two changes is a part of them.
        if side != .both, pieces.count > 1, let last = pieces.last, last.side == .both, last.text == " " {
            pieces.removeLast()
            append(.recorded, " ")
            append(.now, " ")
        }
        append(side, String(String.UnicodeScalarView(word)))
    }

    private mutating func append(_ side: Side, _ text: String) {
        if let last = pieces.indices.last, pieces[last].side == side {
            pieces[last].text += text
        } else if side == .recorded, let last = pieces.last, last.side == .now {
            // What was recorded stands first.
            if pieces.count > 1, pieces[pieces.count - 2].side == .recorded {
                pieces[pieces.count - 2].text += text
            } else {
                pieces.insert(Piece(side: side, text: text), at: pieces.count - 1)
            }
        } else {
            pieces.append(Piece(side: side, text: text))
        }
    }

    /// Runs of letters, digits and underscores, runs of spaces, and single other signs.
    private static func words(of text: String) -> [[Unicode.Scalar]] {
        enum Kind { case word, space, sign }
        func kind(_ scalar: Unicode.Scalar) -> Kind {
            if scalar == " " { return .space }
            if scalar.isASCII {
                let isWord =
                    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || scalar == "_"
                return isWord ? .word : .sign
            }
            return scalar.properties.isAlphabetic || scalar.properties.isGraphemeExtend ? .word : .sign
        }
        var words: [[Unicode.Scalar]] = []
        var last = Kind.sign
        for scalar in text.unicodeScalars {
            let kind = kind(scalar)
            if kind == last, kind != .sign, !words.isEmpty {
                words[words.count - 1].append(scalar)
            } else {
                words.append([scalar])
            }
            last = kind
        }
        return words
    }
}

extension WordDiff {
    /// The changes with some of their surroundings: `the [-old-]{+new+} end`, at most about this long.
    func summary(of length: Int = 240) -> String {
        var out = ""
        for (index, piece) in pieces.enumerated() {
            switch piece.side {
            case .both:
                out += WordDiff.shortened(piece.text, keepsStart: index > 0, keepsEnd: index < pieces.count - 1)
            case .recorded: out += "[-" + WordDiff.cut(piece.text) + "-]"
            case .now: out += "{+" + WordDiff.cut(piece.text) + "+}"
            }
            if out.unicodeScalars.count > length, index < pieces.count - 1 { return out + "…" }
        }
        return out
    }

    /// Text around changes: 30 scalars next to each.
    private static func shortened(_ text: String, keepsStart: Bool, keepsEnd: Bool) -> String {
        let scalars = Array(text.unicodeScalars)
        let start = keepsStart ? 30 : 0, end = keepsEnd ? 30 : 0
        guard scalars.count > start + end + 10 else { return escaped(scalars[...]) }
        return escaped(scalars[..<start]) + "…" + escaped(scalars[(scalars.count - end)...])
    }

    private static func cut(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return escaped(scalars.prefix(100)) + (scalars.count > 100 ? "…" : "")
    }

    /// On one line: control characters as JSON writes them.
    private static func escaped(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var out = ""
        for scalar in scalars {
            switch scalar {
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.properties.generalCategory == .control: out += "\\u{\(String(scalar.value, radix: 16))}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
