import Conversations
import Documents
import Transcripts

/// Both values of a change, one under the other, what differs marked.
struct ValueDiffPage {
    private let terminal: Terminal
    private let indent: Int
    /// Unchanged lines kept around a change.
    private let context = 2
    /// Lines shown of an entry that only one side has.
    private let entryLimit = 8
    /// Lines shown of a stretch that only one side has.
    private let stretchLimit = 40

    /// Texts of many lines are compared by words, too.
    private let alwaysByWords: Bool

    init(_ terminal: Terminal, indent: Int, alwaysByWords: Bool = false) {
        self.alwaysByWords = alwaysByWords
        self.terminal = terminal
        self.indent = indent
    }

    func lines(of change: FieldChange) -> [Line] {
        guard let before = change.before else { return whole(text(change.after), sign: "+") }
        guard let after = change.after else { return whole(text(before), sign: "-") }
        guard let a = before.stringValue, let b = after.stringValue else {
            return whole(text(before), sign: "-") + whole(text(after), sign: "+")
        }
        let isLong = a.printedLines.count > 1 || b.printedLines.count > 1
        return isLong && !alwaysByWords ? byLines(a, b) : byWords(a, b)
    }

    /// The gist of an entry that only one side has.
    func lines(of entry: Entry, sign: String) -> [Line] {
        var parts: [String] = []
        switch entry.kind {
        case .message(let message):
            if let text = message.text { parts.append(text) }
            parts += message.toolCalls.map { "\($0.name) \($0.arguments)" }
        case .llmCall(let call):
            parts += [call.failure, call.text].compactMap { $0 }
            parts += call.toolCalls.map { "\($0.name) \($0.arguments)" }
        case .codeRun(let run):
            parts.append(run.code.trimmingFinalNewlines)
            parts.append(run.exitCode.map { "exit \($0)" } ?? "no result")
        case .end(let end): parts.append(Wording.end(end))
        }
        return whole(parts.joined(separator: "\n"), sign: sign)
    }

    private func text(_ value: JSONValue?) -> String {
        guard let value else { return "(nothing)" }
        return value.stringValue ?? value.text(in: JSONLayout(.spaced))
    }

    private func whole(_ text: String, sign: String) -> [Line] {
        guard !text.isEmpty else { return signed(Line("(empty)", .faint), sign) }
        return signed(text.trimmingFinalNewlines.printedLines, sign, limit: entryLimit)
    }

    /// The lines, all with one sign; of more than the limit the first ones, and how many there are beside.
    private func signed(_ lines: [String], _ sign: String, limit: Int) -> [Line] {
        let shown = lines.count > limit ? Array(lines.prefix(limit - 1)) : lines
        var page = shown.flatMap { signed(Line($0), sign) }
        if shown.count < lines.count {
            page += signed(Line("… \(Wording.count(lines.count - shown.count)) more lines", .faint), " ")
        }
        return page
    }

    private func signed(_ line: Line, _ sign: String) -> [Line] {
        let role: Style.Role = sign == "-" ? .removed : sign == "+" ? .added : .plain
        let wrapped = line.wrapped(to: terminal.width - indent - 2)
        return wrapped.enumerated().map { index, line in
            (Line(index == 0 ? "\(sign) " : "  ", role) + line).indented(by: indent)
        }
    }

    // MARK: Words

    private func byWords(_ a: String, _ b: String) -> [Line] {
        let pieces = TextDiff.words(a, b).pieces
        return signed(side(.before, of: pieces), "-") + signed(side(.after, of: pieces), "+")
    }

    /// One side of a word diff. Long unchanged stretches are cut, changes marked, unless everything changed.
    private func side(_ side: TextDiff.Side, of pieces: [TextDiff.Piece]) -> Line {
        let marks = side == .before ? ("[-", "-]") : ("{+", "+}")
        let role: Style.Role = side == .before ? .removed : .added
        let hasCommon = pieces.contains { $0.side == .both && $0.text.contains { $0.isLetter || $0.isNumber } }
        var line = Line()
        for (index, piece) in pieces.enumerated() {
            if piece.side == .both {
                let text = shortened(piece.text, isFirst: index == 0, isLast: index == pieces.count - 1)
                line.pieces.append(.init(text))
            } else if piece.side == side {
                let isMarked = hasCommon && terminal.style.needsMarks
                line.pieces.append(.init(isMarked ? marks.0 + piece.text + marks.1 : piece.text, role))
            }
        }
        return line.pieces.allSatisfy { $0.text.isEmpty } ? Line("(empty)", .faint) : line
    }

    /// At most about a line's worth of unchanged text beside a change.
    private func shortened(_ text: String, isFirst: Bool, isLast: Bool) -> String {
        let keep = terminal.width / 2
        guard text.count > 2 * keep + 20 else { return text }
        let head = isFirst ? "" : text.prefix(keep), tail = isLast ? "" : text.suffix(keep)
        return head + (isFirst ? "… " : isLast ? " …" : " … ") + tail
    }

    // MARK: Lines

    private func byLines(_ a: String, _ b: String) -> [Line] {
        let pieces = TextDiff.lines(a, b).pieces
        var page: [Line] = []
        var index = 0
        while index < pieces.count {
            let lines = Self.lines(of: pieces[index].text)
            switch pieces[index].side {
            case .both:
                page += unchanged(lines, isFirst: index == 0, isLast: index == pieces.count - 1)
                index += 1
            case .after:
                page += signed(lines, "+", limit: stretchLimit)
                index += 1
            case .before:
                let next = index + 1 < pieces.count && pieces[index + 1].side == .after ? pieces[index + 1] : nil
                let others = next.map { Self.lines(of: $0.text) } ?? []
                if lines.count == others.count, lines.count <= stretchLimit {
                    let pairs = zip(lines, others).map { TextDiff.words($0, $1).pieces }
                    page += pairs.flatMap { signed(side(.before, of: $0), "-") }
                    page += pairs.flatMap { signed(side(.after, of: $0), "+") }
                } else {
                    page += signed(lines, "-", limit: stretchLimit) + signed(others, "+", limit: stretchLimit)
                }
                index += next == nil ? 1 : 2
            }
        }
        return page
    }

    private func unchanged(_ lines: [String], isFirst: Bool, isLast: Bool) -> [Line] {
        let head = isFirst ? 0 : context, tail = isLast ? 0 : context
        guard lines.count > head + tail + 1 else { return lines.flatMap { signed(Line($0, .faint), " ") } }
        return lines.prefix(head).flatMap { signed(Line($0, .faint), " ") }
            + signed(Line("… \(Wording.count(lines.count - head - tail, "line"))", .faint), " ")
            + lines.suffix(tail).flatMap { signed(Line($0, .faint), " ") }
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.printedLines
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
