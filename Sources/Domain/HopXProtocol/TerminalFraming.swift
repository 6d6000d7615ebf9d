/// How a terminal's output is cut into messages.
///
/// Published examples count messages, and others look for a short word within one: a line is a message, and a long line
/// several. What comes in bulk is no conversation, and is sent in bulk.
public enum TerminalFraming {
    /// Scalars of a message that is part of a line.
    private static let piece = 12
    /// Scalars that come at once from which on lines do not count.
    private static let bulk = 2048
    private static let bulkPiece = 16384

    public static func frames(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count < bulk else { return cut(scalars[...], every: bulkPiece) }
        var frames: [String] = []
        var start = 0
        while start < scalars.count {
            let end = scalars[start...].firstIndex(of: "\n").map { $0 + 1 } ?? scalars.count
            frames += cut(scalars[start..<end], every: piece)
            start = end
        }
        return frames
    }

    private static func cut(_ scalars: ArraySlice<Unicode.Scalar>, every count: Int) -> [String] {
        stride(from: scalars.startIndex, to: scalars.endIndex, by: count).map { start in
            String(String.UnicodeScalarView(scalars[start..<min(start + count, scalars.endIndex)]))
        }
    }
}
