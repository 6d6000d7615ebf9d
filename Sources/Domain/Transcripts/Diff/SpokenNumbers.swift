/// A text's words in their order, and the numbers between them: punctuation is left out, but for what is part of a number.
struct SpokenNumbers {
    private enum Part: Equatable {
        case word(ArraySlice<Unicode.Scalar>)
        case numbers([Number])
    }

    /// One run of digits in any script, or another sign that stands for a number.
    private struct Number: Equatable {
        /// In ASCII, with the sign and the decimal places.
        var spelling: String
        /// It is three digits after a comma or the like after a number: the same number goes on, or a list does.
        var mayContinue = false
    }

    private var parts: [Part] = []

    init(_ text: String) {
        var scanner = Scanner(text)
        while let part = scanner.next() {
            if case .numbers(let more) = part, case .numbers(let known)? = parts.last {
                parts[parts.count - 1] = .numbers(known + more)
            } else {
                parts.append(part)
            }
        }
    }

    /// Whether two texts have other numbers in what are otherwise the same words, or most of them at the same places.
    static func differ(_ a: String, _ b: String) -> Bool {
        // Most texts have none, and to read 10,000 pairs of them took half of a comparison.
        guard mayHaveNumbers(a), mayHaveNumbers(b) else { return false }
        let a = SpokenNumbers(a).parts, b = SpokenNumbers(b).parts
        guard a.count == b.count else { return false }
        var hasOther = false
        var words = 0, other = 0
        for (a, b) in zip(a, b) {
            switch (a, b) {
            case (.word(let a), .word(let b)):
                words += 1
                if a != b { other += 1 }
            case (.numbers(let a), .numbers(let b)): hasOther = hasOther || !areSame(a, b)
            default: return false
            }
        }
        return hasOther && other * 2 <= words
    }

    private static func mayHaveNumbers(_ text: String) -> Bool {
        text.utf8.contains { (0x30...0x39).contains($0) || $0 >= 0x80 }
    }

    /// `1,000` is `1000`, and `(100,200)` is `(100, 200)`: only the whole text could tell which is meant.
    private static func areSame(_ a: [Number], _ b: [Number]) -> Bool {
        a.map(\.spelling) == b.map(\.spelling) || joined(a) == joined(b)
    }

    private static func joined(_ numbers: [Number]) -> [String] {
        numbers.reduce(into: []) { out, number in
            if number.mayContinue, !out.isEmpty {
                out[out.count - 1] += number.spelling
            } else {
                out.append(number.spelling)
            }
        }
    }

    private struct Scanner {
        private let text: [Unicode.Scalar]
        private var position = 0

        init(_ text: String) { self.text = Array(text.unicodeScalars) }

        /// A word, or what is one number or a few with grouping signs between them.
        mutating func next() -> Part? {
            while let scalar = at(position) {
                if isNumber(scalar) { return .numbers(takeNumbers()) }
                if isWord(scalar) {
                    let start = position
                    while let scalar = at(position), isWord(scalar), !isNumber(scalar) { position += 1 }
                    return .word(text[start..<position])
                }
                position += 1
            }
            return nil
        }

        private mutating func takeNumbers() -> [Number] {
            let lead = lead
            guard isDigit(at(position)) else {
                var spellings = at(position).map(Self.values) ?? []
                spellings[0] = lead + spellings[0]
                position += 1
                return spellings.map { Number(spelling: $0) }
            }
            var numbers = [takeNumber(after: lead)]
            while isGroupingSign(at(position)), isDigit(at(position + 1)) {
                position += 1
                var digits = 0
                while isDigit(at(position + digits)) { digits += 1 }
                var number = takeNumber()
                number.mayContinue = digits == 3
                numbers.append(number)
            }
            return numbers
        }

        private mutating func takeNumber(after lead: String = "") -> Number {
            var spelling = lead
            takeDigits(into: &spelling)
            while at(position) == "." || at(position) == "\u{66B}", isDigit(at(position + 1)) {
                spelling += "."
                position += 1
                takeDigits(into: &spelling)
            }
            takeExponent(into: &spelling)
            return Number(spelling: spelling)
        }

        private mutating func takeDigits(into spelling: inout String) {
            while let scalar = at(position), isDigit(scalar) {
                if scalar.isASCII {
                    spelling.unicodeScalars.append(scalar)
                } else {
                    spelling += Self.values(of: scalar).joined()
                }
                position += 1
            }
        }

        /// `1e-5`: its sign is one of the number, though a letter stands before it.
        private mutating func takeExponent(into spelling: inout String) {
            guard at(position) == "e" || at(position) == "E" else { return }
            let isSigned = at(position + 1) == "+" || isMinus(at(position + 1))
            let start = position + (isSigned ? 2 : 1)
            guard isDigit(at(start)) else { return }
            spelling += isMinus(at(position + 1)) ? "e-" : "e"
            position = start
            takeDigits(into: &spelling)
        }

        /// What stands directly before the number and belongs to it: `-` in `-5` and `-$5`, `0.` in `.5`.
        private var lead: String {
            var before = position - 1
            var lead = ""
            if at(before) == ".", begins(after: before - 1) || isMinus(at(before - 1)) {
                lead = "0."
                before -= 1
            }
            if let scalar = at(before), isCurrency(scalar) { before -= 1 }
            return isMinus(at(before)) && begins(after: before - 1) ? "-" + lead : lead
        }

        /// Whether something can begin after a scalar: not so in `step-5`, `3-5`, `10%-20%` and `f(x)-5`.
        private func begins(after place: Int) -> Bool {
            guard let scalar = at(place) else { return true }
            switch scalar {
            case " ", "\n", ":", ",", ";", "*", "/", "\"", "'", "`": return true
            case "-", "\u{2212}", "a"..."z", "A"..."Z", "0"..."9", ".", "_": return false
            default: break
            }
            switch scalar.properties.generalCategory {
            case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .openPunctuation, .initialPunctuation,
                .mathSymbol, .currencySymbol:
                return true
            default: return false
            }
        }

        private func at(_ place: Int) -> Unicode.Scalar? { text.indices.contains(place) ? text[place] : nil }

        private func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
            guard let scalar else { return false }
            return scalar.isASCII ? ("0"..."9").contains(scalar) : scalar.properties.numericType == .decimal
        }

        private func isNumber(_ scalar: Unicode.Scalar) -> Bool {
            scalar.isASCII ? isDigit(scalar) : scalar.properties.numericType != nil
        }

        private func isWord(_ scalar: Unicode.Scalar) -> Bool {
            // Asked of Unicode's tables, plain letters took a fifth of a comparison.
            if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" }
            return scalar.properties.isAlphabetic || scalar.properties.isGraphemeExtend
        }

        private func isCurrency(_ scalar: Unicode.Scalar) -> Bool {
            scalar.isASCII ? scalar == "$" : scalar.properties.generalCategory == .currencySymbol
        }

        private func isMinus(_ scalar: Unicode.Scalar?) -> Bool {
            switch scalar {
            // Hyphens, the en dash and the minus sign, as people and models write it.
            case "-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2212}", "\u{FE63}", "\u{FF0D}": true
            default: false
            }
        }

        /// A comma, an apostrophe, or a space that no line is broken at.
        private func isGroupingSign(_ scalar: Unicode.Scalar?) -> Bool {
            switch scalar {
            case ",", "'", "\u{2019}", "\u{66C}", "\u{A0}", "\u{202F}", "\u{2009}", "\u{2007}": true
            default: false
            }
        }

        /// `٣` is 3, `½` is 1 and 2 as in `1/2`; there is at least one.
        private static func values(of scalar: Unicode.Scalar) -> [String] {
            guard !scalar.isASCII, let value = scalar.properties.numericValue, abs(value) < 1e15 else {
                return [String(scalar)]
            }
            // The smallest fractions of Unicode are Tamil's and Malayalam's 320ths.
            let denominator = (1...320).first { abs(value * Double($0) - (value * Double($0)).rounded()) < 1e-9 } ?? 1
            let numerator = String(Int((value * Double(denominator)).rounded()))
            return denominator == 1 ? [numerator] : [numerator, String(denominator)]
        }
    }
}
