import Transcripts

/// Where two texts differ, as expressions that find what stands there in both.
struct DifferingSpans {
    /// Of `docs/cassette-format.md`, "Patterns"; each once, in the order of the texts.
    private(set) var expressions: [String] = []

    /// Characters of what stands around a difference that an expression has at the most.
    private static let contextLimit = 24

    init(_ before: String, _ after: String) {
        let pieces = TextDiff.words(before, after).pieces
        var index = 0
        while index < pieces.count {
            guard pieces[index].side != .both else {
                index += 1
                continue
            }
            var old = "", new = ""
            let lead = index > 0 ? pieces[index - 1].text : ""
            while index < pieces.count, pieces[index].side != .both {
                if pieces[index].side == .before { old += pieces[index].text } else { new += pieces[index].text }
                index += 1
            }
            let trail = index < pieces.count ? pieces[index].text : ""
            // A whole word, number or id: `3.25` and not the 5 at its end.
            let (left, head) = DifferingSpans.cut(lead, fromEnd: true)
            let (right, tail) = DifferingSpans.cut(trail, fromEnd: false)
            let expression =
                DifferingSpans.escaped(left) + DifferingSpans.expression(for: [head + old + tail, head + new + tail])
                + DifferingSpans.escaped(right)
            if !expressions.contains(expression) { expressions.append(expression) }
        }
    }

    /// The end or beginning of an unchanged text, as what surrounds a difference, and as what is still part of its word.
    private static func cut(_ text: String, fromEnd: Bool) -> (context: String, word: String) {
        func isPart(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
        }
        if fromEnd {
            let word = text.reversed().prefix(while: isPart).count
            let rest = text.dropLast(word)
            let line = rest.suffix { $0 != "\n" }
            // Begins with a whole word.
            var context = line.suffix(contextLimit)
            if context.count < line.count { context = context.drop { $0 != " " }.dropFirst() }
            return (String(context), String(text.suffix(word)))
        }
        var word = text.prefix(while: isPart)
        // A full stop ends the sentence, not the number.
        while let last = word.last, ".:-".contains(last) { word = word.dropLast() }
        let line = text.dropFirst(word.count).prefix { $0 != "\n" }
        let lead = line.prefix { $0 == " " }
        let context = lead + line.dropFirst(lead.count).prefix { $0 != " " }
        return (String(context.prefix(contextLimit)), String(word))
    }

    /// What finds all of some texts, and as little else as can be said shortly.
    private static func expression(for texts: [String]) -> String {
        let scalars = texts.flatMap { Array($0.unicodeScalars) }
        func all(_ set: String, _ isIn: (Unicode.Scalar) -> Bool) -> String? {
            scalars.allSatisfy(isIn) && texts.allSatisfy { !$0.isEmpty } ? "[\(set)]+" : nil
        }
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
        func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool { isLower(scalar) || ("A"..."Z").contains(scalar) }
        return all("0-9", isDigit)
            ?? all("0-9.", { isDigit($0) || $0 == "." })
            ?? all("0-9a-f", { isDigit($0) || ("a"..."f").contains($0) })
            ?? all("0-9:.TZ+-", { isDigit($0) || ":.TZ+-".unicodeScalars.contains($0) })
            ?? all("A-Za-z", isLetter)
            ?? all("0-9A-Za-z_.-", { isDigit($0) || isLetter($0) || "_.-".unicodeScalars.contains($0) })
            ?? all("^ \\n", { $0 != " " && $0 != "\n" })
            ?? all("^\\n", { $0 != "\n" })
            ?? "(?:.|\\n)+"
    }

    private static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "\\^$.|?*+()[]{}".unicodeScalars.contains(scalar) { out.append("\\") }
            switch scalar {
            case "\t": out.append(contentsOf: "\\t".unicodeScalars)
            case "\r": out.append(contentsOf: "\\r".unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}

extension Substring {
    fileprivate func suffix(_ isPart: (Character) -> Bool) -> Substring {
        suffix(reversed().prefix(while: isPart).count)
    }
}
