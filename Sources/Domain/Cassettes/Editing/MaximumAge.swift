public import Documents

/// How old a recording may be before somebody should see to it.
public struct MaximumAge: Sendable, Equatable {
    public let days: Int

    public static let expected = "a number of days or weeks: 90d, 12w"

    /// Reads `90d`, `12w`, or a number of days; nil for anything else.
    public init?(_ text: String) {
        let isWeeks = text.utf8.last == UInt8(ascii: "w")
        let digits = isWeeks || text.utf8.last == UInt8(ascii: "d") ? text.dropLast() : text[...]
        guard (1...6).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(digits)
        else { return nil }
        days = isWeeks ? count * 7 : count
    }

    public init(days: Int) { self.days = days }
}

extension Cassette {
    /// A warning when it is older than this, or does not say how old it is; nil when all is well.
    public func warning(ofAge maximum: MaximumAge, on today: CalendarDay) -> Diagnostic? {
        let fix = "understudy record \(header.name)"
        guard let recorded = CalendarDay(header.recordedOn) else {
            return Diagnostic(
                .warning, file: file, at: .start, "it does not say when it was recorded",
                expected: "recorded: {on: YYYY-MM-DD}", fix: fix)
        }
        let age = today.daysSince1970 - recorded.daysSince1970
        guard age > maximum.days else { return nil }
        return Diagnostic(
            .warning, file: file, at: .start, "recorded on \(recorded), \(age) days ago",
            expected: "at most \(maximum.days) days", fix: fix)
    }
}
