/// A piece of code in a message, between fences of three backticks.
public struct CodeBlock: Sendable, Equatable {
    /// The tag as written, or the language inferred when there was none; empty when it is unknown.
    public var language: String
    /// Without the line break before the closing fence; inner indentation kept.
    public var code: String

    public init(language: String, code: String) {
        self.language = language
        self.code = code
    }

    public static func == (a: CodeBlock, b: CodeBlock) -> Bool {
        a.language.utf8.elementsEqual(b.language.utf8) && a.code.utf8.elementsEqual(b.code.utf8)
    }

    /// All blocks of a text, in their order.
    ///
    /// Matches what AutoGen's regular expression matches, dot including line breaks, from left to right:
    ///
    ///     ```[ \t]*(\w+)?[ \t]*\r?\n(.*?)\r?\n[ \t]*```
    ///
    /// Fences need not start a line, so a closing fence may be taken for the opener of what follows.
    public static func blocks(in text: String) -> [CodeBlock] {
        var reader = FenceReader(scalars: Array(text.unicodeScalars))
        var blocks: [CodeBlock] = []
        while let (tag, code) = reader.next() {
            let language = tag.isEmpty ? LanguageInference.language(of: code) : tag
            blocks.append(CodeBlock(language: language == LanguageInference.unknown ? "" : language, code: code))
        }
        return blocks
    }
}

/// Finds one match after another. The parts of the expression before the code exclude each other, so none needs to be
/// tried again shorter.
private struct FenceReader {
    let scalars: [Unicode.Scalar]
    var position = 0

    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    mutating func next() -> (tag: String, code: String)? {
        while position + 3 <= scalars.count {
            if let match = match(at: position) {
                position = match.end
                return (match.tag, match.code)
            }
            position += 1
        }
        return nil
    }

    private func match(at start: Int) -> (tag: String, code: String, end: Int)? {
        guard isFence(at: start) else { return nil }
        let tagStart = skip(from: start + 3, isBlank)
        let tagEnd = skip(from: tagStart, PythonText.isWord)
        guard let codeStart = lineBreakEnd(at: skip(from: tagEnd, isBlank)) else { return nil }
        for codeEnd in codeStart..<max(codeStart, scalars.count) {
            guard let lineStart = lineBreakEnd(at: codeEnd) else { continue }
            let fence = skip(from: lineStart, isBlank)
            if isFence(at: fence) { return (text(tagStart..<tagEnd), text(codeStart..<codeEnd), fence + 3) }
        }
        return nil
    }

    private func isFence(at index: Int) -> Bool {
        index + 3 <= scalars.count && scalars[index] == "`" && scalars[index + 1] == "`" && scalars[index + 2] == "`"
    }

    private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private func skip(from start: Int, _ matches: (Unicode.Scalar) -> Bool) -> Int {
        var index = start
        while index < scalars.count, matches(scalars[index]) { index += 1 }
        return index
    }

    private func lineBreakEnd(at index: Int) -> Int? {
        guard index < scalars.count else { return nil }
        if scalars[index] == "\n" { return index + 1 }
        return scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n" ? index + 2 : nil
    }

    private func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }
}
