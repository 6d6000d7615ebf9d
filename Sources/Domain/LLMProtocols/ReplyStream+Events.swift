import Conversations
import Documents
import HTTPMessages

extension ReplyStream.Event {
    /// An event whose data is JSON.
    ///
    /// - Parameters:
    ///   - text: What it carries of the answer, for the pace.
    ///   - lineEnd: Gemini's services send CRLF.
    init(name: String? = nil, _ json: JSONValue, carrying text: String = "", lineEnd: String = "\n") {
        let data = ReplyStream.Event.escapingLineSeparators(in: json.text())
        self.init(
            bytes: Array(EventStream.Event(name: name, data: data).text(lineEnd: lineEnd).utf8),
            tokens: Usage.tokens(text))
    }

    /// Some clients take U+2028, U+2029 and U+0085 for line ends, which would cut the event.
    ///
    /// In JSON they stand only inside strings, where an escape means the same.
    static func escapingLineSeparators(in json: String) -> String {
        guard json.unicodeScalars.contains(where: { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) }) else {
            return json
        }
        var out = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            switch scalar {
            case "\u{85}": out.append(contentsOf: "\\u0085".unicodeScalars)
            case "\u{2028}": out.append(contentsOf: "\\u2028".unicodeScalars)
            case "\u{2029}": out.append(contentsOf: "\\u2029".unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}

extension String {
    /// Scalars in a piece, at most.
    private static let pieceLimit = 24

    /// The text as a model streams it: cut before each word, and long words again; joined, the pieces are the text.
    var streamPieces: [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var length = 0
        var lastIsSpace = true
        for scalar in unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            if length == String.pieceLimit || (isSpace && !lastIsSpace) {
                pieces.append(String(piece))
                piece = String.UnicodeScalarView()
                length = 0
            }
            piece.append(scalar)
            length += 1
            lastIsSpace = isSpace
        }
        if length > 0 { pieces.append(String(piece)) }
        return pieces
    }
}
