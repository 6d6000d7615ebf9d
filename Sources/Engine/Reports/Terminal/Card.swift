/// Something that went wrong, set off from the text around it: a failed expectation, a miss, a divergence.
public struct Card: Sendable, Equatable {
    public enum Tone: Sendable { case failure, warning }

    public var tone: Tone
    public var title: String
    /// `file:line:column`, or a turn; nil for none.
    public var place: String?
    /// What was expected, what came, what to do. Kept as they are, but for wrapping.
    public var lines: [String]

    public init(_ tone: Tone = .failure, title: String, place: String? = nil, lines: [String]) {
        self.tone = tone
        self.title = title
        self.place = place
        self.lines = lines
    }
}

extension Terminal {
    /// A card with a bar down its side.
    public func card(_ card: Card) -> String {
        let role: Style.Role = card.tone == .failure ? .bad : .caution
        let sign = card.tone == .failure ? "✗" : "!"
        var head = Line([.init("╭╴", role), .init("\(sign) ", role), .init(card.title, .strong)])
        if let place = card.place {
            let tail = Line([.init("  "), .init(place, .faint)])
            if head.columns + tail.columns <= width { head = head + tail }
        }
        var body: [Line] = []
        if let place = card.place, !head.pieces.contains(where: { $0.text == place.safeForTerminal }) {
            body.append(Line(place, .faint))
        }
        body += card.lines.flatMap { prose($0, indent: 0).flatMap { $0.wrapped(to: width - 2, hanging: 2) } }
        return page([head] + body.map { Line("│ ", role) + $0 } + [Line("╰╴", role)])
    }
}
