/// Python's idea of characters, where it differs from Swift's.
public enum PythonText {
    /// `str.strip()`: white space of all Unicode, off both ends.
    public static func trimming(_ text: String) -> String {
        String(String.UnicodeScalarView(trimmingEnd(text).unicodeScalars.drop(while: isSpace)))
    }

    /// `str.rstrip()`.
    public static func trimmingEnd(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        return String(scalars)
    }

    /// `text[:count]`: the first code points.
    public static func prefix(_ text: String, _ count: Int) -> String { String(text.unicodeScalars.prefix(count)) }

    /// `str.isspace()` of one character.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `\w` of a regular expression: letters, digits and other numbers, underscore; no combining marks.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" || scalar.properties.numericType != nil { return true }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
