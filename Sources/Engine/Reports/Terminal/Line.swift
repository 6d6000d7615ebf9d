/// One line of a page: pieces of text with their roles.
///
/// Pieces are cleaned as they come in, so that nothing an agent said can steer the reader's terminal.
struct Line {
    struct Piece {
        let text: String
        let role: Style.Role

        init(_ text: String, _ role: Style.Role = .plain) {
            self.text = text.safeForTerminal
            self.role = role
        }
    }

    var pieces: [Piece]

    init(_ pieces: [Piece]) { self.pieces = pieces }
    init(_ text: String = "", _ role: Style.Role = .plain) { pieces = text.isEmpty ? [] : [Piece(text, role)] }

    var columns: Int { pieces.reduce(0) { $0 + $1.text.columns } }

    func text(in style: Style) -> String {
        var pieces: [Piece] = []
        for piece in self.pieces {
            if let last = pieces.last, last.role == piece.role {
                pieces[pieces.count - 1] = Piece(last.text + piece.text, last.role)
            } else {
                pieces.append(piece)
            }
        }
        // No line ends in spaces.
        while let last = pieces.popLast() {
            let text = last.text.trimmingFinalSpaces
            if text.isEmpty { continue }
            pieces.append(Piece(text, last.role))
            break
        }
        return pieces.map { style.painted($0.text, as: $0.role) }.joined()
    }

    func indented(by columns: Int) -> Line {
        pieces.isEmpty ? self : Line([Piece(String(repeating: " ", count: columns))] + pieces)
    }

    /// The line with spaces up to a column.
    func padded(to columns: Int) -> Line {
        Line(pieces + [Piece(String(repeating: " ", count: max(0, columns - self.columns)))])
    }

    static func + (a: Line, b: Line) -> Line { Line(a.pieces + b.pieces) }

    /// The line broken at spaces, and between East Asian characters, so that it fits; later lines begin `hanging` columns
    /// in. A word that is longer than a line stays whole.
    func wrapped(to width: Int, hanging: Int = 0) -> [Line] {
        guard columns > width else { return [self] }
        var lines: [Line] = []
        var line = Line()
        var room = width
        // Words with the space after them; a word may span pieces.
        var word: [Piece] = []
        var wordColumns = 0
        var wasWide = false
        func pad() -> [Piece] { hanging > 0 && !lines.isEmpty ? [Piece(String(repeating: " ", count: hanging))] : [] }
        func endWord(space: Piece?) {
            if wordColumns > room, !line.pieces.isEmpty {
                lines.append(line)
                line = Line(pad())
                room = width - hanging
            }
            line.pieces += word
            room -= wordColumns
            word = []
            wordColumns = 0
            guard let space else { return }
            line.pieces.append(space)
            room -= 1
        }
        for piece in pieces {
            var text = ""
            for character in piece.text {
                guard character == " " else {
                    if wasWide, !character.isPunctuation {
                        if !text.isEmpty { word.append(Piece(text, piece.role)) }
                        text = ""
                        endWord(space: nil)
                    }
                    wasWide = character.columns == 2
                    text.append(character)
                    wordColumns += character.columns
                    continue
                }
                wasWide = false
                if !text.isEmpty { word.append(Piece(text, piece.role)) }
                text = ""
                endWord(space: Piece(" ", piece.role))
            }
            if !text.isEmpty { word.append(Piece(text, piece.role)) }
        }
        endWord(space: nil)
        lines.append(line)
        return lines
    }
}
