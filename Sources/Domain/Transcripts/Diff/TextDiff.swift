/// Two texts side by side: stretches that both have, and stretches that only one has.
public struct TextDiff: Sendable, Equatable {
    public enum Side: Sendable { case both, before, after }

    public struct Piece: Sendable, Equatable {
        public var side: Side
        public var text: String
    }

    /// Those of `both` and `before` make the first text, those of `both` and `after` the second.
    public var pieces: [Piece]

    /// More units than this, and everything between the common beginning and end counts as replaced.
    private static let unitLimit = 4000

    /// By words, white space and punctuation: for prose.
    ///
    /// A change on both sides of a lone space or comma is one change.
    public static func words(_ before: String, _ after: String) -> TextDiff {
        var diff = TextDiff(units(of: before), units(of: after))
        diff.absorbIslands()
        return diff
    }

    /// By lines, each with its line feed: for code and what it printed.
    public static func lines(_ before: String, _ after: String) -> TextDiff {
        TextDiff(splitLines(before), splitLines(after))
    }

    private init(_ a: [String], _ b: [String]) {
        func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
        pieces = []
        var start = 0
        while start < min(a.count, b.count), isSame(a[start], b[start]) { start += 1 }
        var tail = 0
        while tail < min(a.count, b.count) - start, isSame(a[a.count - 1 - tail], b[b.count - 1 - tail]) { tail += 1 }
        a[..<start].forEach { add(.both, $0) }
        let middleA = Array(a[start..<a.count - tail]), middleB = Array(b[start..<b.count - tail])
        if middleA.count + middleB.count > TextDiff.unitLimit {
            middleA.forEach { add(.before, $0) }
            middleB.forEach { add(.after, $0) }
        } else {
            let difference = middleB.difference(from: middleA, by: isSame)
            var removed: Set<Int> = [], inserted: Set<Int> = []
            for change in difference {
                switch change {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): inserted.insert(offset)
                }
            }
            var i = 0, j = 0
            while i < middleA.count || j < middleB.count {
                if i < middleA.count, removed.contains(i) {
                    add(.before, middleA[i])
                    i += 1
                } else if j < middleB.count, inserted.contains(j) {
                    add(.after, middleB[j])
                    j += 1
                } else {
                    add(.both, middleA[i])
                    i += 1
                    j += 1
                }
            }
        }
        a[(a.count - tail)...].forEach { add(.both, $0) }
    }

    private mutating func add(_ side: Side, _ text: String) {
        if pieces.last?.side == side {
            pieces[pieces.count - 1].text += text
        } else if side == .before, pieces.last?.side == .after, pieces.dropLast().last?.side == .before {
            pieces[pieces.count - 2].text += text
        } else if side == .before, pieces.last?.side == .after {
            pieces.insert(Piece(side: .before, text: text), at: pieces.count - 1)
        } else {
            pieces.append(Piece(side: side, text: text))
        }
    }

    /// Makes a lone sign or space between two changes a part of them.
    private mutating func absorbIslands() {
        let old = pieces
        pieces = []
        for (index, piece) in old.enumerated() {
            let isIsland =
                piece.side == .both && index > 0 && index < old.count - 1
                && piece.text.unicodeScalars.count <= 2
                && !piece.text.unicodeScalars.contains {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil
                }
            if isIsland {
                add(.before, piece.text)
                add(.after, piece.text)
            } else {
                add(piece.side, piece.text)
            }
        }
    }

    private static func units(of text: String) -> [String] {
        var units: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            if properties.isAlphabetic || properties.numericType != nil || scalar == "_" || properties.isGraphemeExtend
            {
                word.append(scalar)
                continue
            }
            if !word.isEmpty { units.append(String(word)) }
            word = String.UnicodeScalarView()
            units.append(String(scalar))
        }
        if !word.isEmpty { units.append(String(word)) }
        return units
    }

    private static func splitLines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(scalar)
            if scalar == "\n" {
                lines.append(String(line))
                line = String.UnicodeScalarView()
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }
}
