import Documents

extension Difference {
    /// How a difference is told: by both values, or, of long texts, by the words that changed.
    enum Wording {
        case values(recorded: String, now: String)
        case words(String)
    }

    /// Texts up to this many scalars are shown whole.
    private static let shownLength = 160
    /// A value in a miss's JSON is cut after this many scalars.
    private static let listedLength = 2000

    var wording: Wording {
        if let words { return .words(words.summary()) }
        func shown(_ value: JSONValue?) -> String {
            guard let value else { return "(absent)" }
            return Difference.cut(Difference.readable(value).text(), after: Difference.shownLength)
        }
        return .values(recorded: shown(recorded), now: shown(now))
    }

    /// Nil unless both are texts and one of them is long.
    private var words: WordDiff? {
        guard case .string(let a)? = recorded, case .string(let b)? = now,
            max(a.unicodeScalars.count, b.unicodeScalars.count) > Difference.shownLength
        else { return nil }
        return WordDiff(recorded: a, now: b)
    }

    var json: JSONValue {
        func listed(_ canonical: JSONValue) -> JSONValue {
            let value = Difference.readable(canonical)
            if case .string(let text) = value { return .string(Difference.cut(text, after: Difference.listedLength)) }
            let text = value.text()
            return text.utf8.count > Difference.listedLength
                ? .string(Difference.cut(text, after: Difference.listedLength)) : value
        }
        var members: [(String, JSONValue)] = [("path", .string(place.path))]
        if let recorded { members.append(("recorded", listed(recorded))) }
        if let now { members.append(("now", listed(now))) }
        if let words { members.append(("words", .string(words.summary(of: Difference.listedLength)))) }
        return .object(JSONObject(members))
    }

    /// The value with its numbers as people write them: what is compared spells one half `5e-1`.
    private static func readable(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number): JSONNumber(spelling: number.plain).map(JSONValue.number) ?? value
        case .array(let items): .array(items.map(readable))
        case .object(let object): .object(JSONObject(object.members.map { ($0.name, readable($0.value)) }))
        case .null, .bool, .string: value
        }
    }

    private static func cut(_ text: String, after length: Int) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: length, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end]) + "…"
    }
}
