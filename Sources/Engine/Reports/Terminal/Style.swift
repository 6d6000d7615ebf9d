/// How roles of text look: in colour on a terminal, or not at all.
public struct Style: Sendable {
    /// What a piece of text is to its reader.
    enum Role: Sendable, Equatable {
        case plain, strong, faint, good, bad, caution, removed, added
        /// The n-th one to speak, counted from 0.
        case speaker(Int)
    }

    private let isColoured: Bool

    /// Text alone; what a colour would say is said in signs.
    public static let plain = Style(isColoured: false)
    /// ANSI escape sequences of the eight basic colours, which follow the terminal's own palette.
    public static let coloured = Style(isColoured: true)

    /// Changed words need marks of their own.
    var needsMarks: Bool { !isColoured }

    func painted(_ text: String, as role: Role) -> String {
        guard isColoured, !text.isEmpty, let code = Style.code(of: role) else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// Parameters of ECMA-48 "Select graphic rendition".
    private static func code(of role: Role) -> String? {
        switch role {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .bad: "31"
        case .caution: "33"
        case .removed: "1;31"
        case .added: "1;32"
        case .speaker(let index): ["1;36", "1;35", "1;34", "1;33"][index % 4]
        }
    }
}
