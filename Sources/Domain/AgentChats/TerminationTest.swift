/// Which message ends a conversation, judged by its text.
public enum TerminationTest: Sendable, Equatable {
    /// The whole text, nothing trimmed.
    case equals(String)
    case contains(String)
    /// Trailing white space is removed first.
    case endsWith(String)

    /// AutoGen's own: the text is exactly `TERMINATE`.
    public static let standard = TerminationTest.equals("TERMINATE")

    public func matches(_ message: Message) -> Bool {
        let text = message.text
        switch self {
        case .equals(let value): return text.utf8.elementsEqual(value.utf8)
        case .contains(let value): return text.unicodeScalars.contains(value.unicodeScalars)
        case .endsWith(let value):
            return PythonText.trimmingEnd(text).unicodeScalars.reversed().starts(with: value.unicodeScalars.reversed())
        }
    }
}
