import Documents

/// A text in quotes, for a message of one line; of a long one the part around a place of interest.
public func excerpt(of text: String, around range: Range<String.Index>? = nil, limit: Int = 120) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return JSONValue.string(text).text() }
    let lead = limit / 3
    let focus = range?.lowerBound ?? text.startIndex
    let start = scalars.index(focus, offsetBy: -lead, limitedBy: scalars.startIndex) ?? scalars.startIndex
    let end = scalars.index(start, offsetBy: limit, limitedBy: scalars.endIndex) ?? scalars.endIndex
    let part = JSONValue.string(String(scalars[start..<end])).text()
    return (start > scalars.startIndex ? "…" : "") + part + (end < scalars.endIndex ? "…" : "")
}

/// A short text in single quotes as it is, any other as an excerpt: always one line.
public func quoted(_ text: String) -> String {
    let isSimple = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return isSimple && text.unicodeScalars.count <= 60 ? "'\(text)'" : excerpt(of: text, limit: 60)
}
