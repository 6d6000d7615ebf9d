/// Writes values as pages for a terminal: text of lines, each ended by a line feed.
public struct Terminal: Sendable {
    public let style: Style
    /// Columns that prose is wrapped to; code is never wrapped.
    public let width: Int

    /// - Parameter width: Less than 40 counts as 40.
    public init(style: Style = .plain, width: Int = 80) {
        self.style = style
        self.width = max(40, width)
    }

    func page(_ lines: [Line]) -> String { lines.map { $0.text(in: style) + "\n" }.joined() }

    /// Prose, wrapped line by line; what hangs below a bullet or an indented line stands under its text.
    func prose(_ text: String, _ role: Style.Role = .plain, indent: Int) -> [Line] {
        text.printedLines.flatMap { line -> [Line] in
            let line = line.safeForTerminal
            let lead = line.prefix { $0 == " " }.count
            let rest = line.dropFirst(lead)
            let isBullet = ["- ", "* ", "↻ "].contains { rest.hasPrefix($0) }
            return Line(line, role).wrapped(to: width - indent, hanging: min(lead, 20) + (isBullet ? 2 : 0))
                .map { $0.indented(by: indent) }
        }
    }

    /// Code or output as it stands, set off by a bar.
    func block(_ text: String, label: String? = nil, indent: Int, limit: Int = .max) -> [Line] {
        var lines = text.printedLines
        if lines.last?.isEmpty == true { lines.removeLast() }
        let shown = lines.count > limit ? Array(lines.prefix(limit - 1)) : lines
        var page = label.map { [Line([.init("╭╴", .faint), .init($0, .faint)])] } ?? []
        page += shown.map { Line([.init("│ ", .faint), .init($0)]) }
        if shown.count < lines.count { page.append(Line("│ … \(lines.count - shown.count) more lines", .faint)) }
        if label != nil { page.append(Line("╰╴", .faint)) }
        return page.map { $0.indented(by: indent) }
    }
}
