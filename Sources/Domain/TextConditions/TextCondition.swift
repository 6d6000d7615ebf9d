import Documents

/// What a text must be like; compared by Unicode scalars, white space and case included.
public enum TextCondition: Sendable, Equatable {
    case equals(String)
    case contains(String)
    case matches(Pattern)

    public func holds(for text: String) -> Bool { evidence(in: text) != nil }

    /// The part of a text that makes the condition hold; nil when it does not.
    public func evidence(in text: String) -> Range<String.Index>? {
        switch self {
        case .equals(let wanted): text.hasSameScalars(as: wanted) ? text.startIndex..<text.endIndex : nil
        case .contains(let wanted): text.firstUTF8Range(of: wanted)
        case .matches(let pattern): pattern.firstRange(in: text)
        }
    }

    /// The word for the condition in files, and its text.
    public var written: (word: String, text: String) {
        switch self {
        case .equals(let text): ("equals", text)
        case .contains(let text): ("contains", text)
        case .matches(let pattern): ("matches", pattern.source)
        }
    }

    public static func == (a: TextCondition, b: TextCondition) -> Bool {
        a.written.word == b.written.word && a.written.text.hasSameScalars(as: b.written.text)
    }
}

extension TextCondition {
    /// As a sentence's end: `contains "x"`.
    public var claim: String {
        switch self {
        case .equals(let text): "is \(excerpt(of: text))"
        case .contains(let text): "contains \(excerpt(of: text))"
        case .matches(let pattern): "matches \(excerpt(of: pattern.source))"
        }
    }

    /// As a sentence's end, for a text for which it does not hold: `does not contain "x"`.
    public var denial: String {
        switch self {
        case .equals(let text): "is not \(excerpt(of: text))"
        case .contains(let text): "does not contain \(excerpt(of: text))"
        case .matches(let pattern): "does not match \(excerpt(of: pattern.source))"
        }
    }
}
