/// Seconds since 1970 as `2026-11-23T10:00:00.000Z`, and back (RFC 3339).
enum UTCTime {
    static func text(_ seconds: Double) -> String {
        let milliseconds = Int((min(max(seconds, -62_135_596_800), 253_402_300_799) * 1000).rounded())
        let day = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let rest = milliseconds - day * 86_400_000
        func padded(_ value: Int, _ count: Int) -> String {
            String(repeating: "0", count: max(0, count - String(value).count)) + String(value)
        }
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(CalendarDay(daysSince1970: day))T\(time).\(padded(rest % 1000, 3))Z"
    }

    /// Nil for what is no such time; any fraction and offset will do.
    static func seconds(_ text: String) -> Double? {
        guard text.utf8.count >= 20, let day = CalendarDay(String(text.prefix(10))) else { return nil }
        let match = text.dropFirst(10).wholeMatch(
            of: /[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})/)
        guard let match, let hours = Double(match.1), let minutes = Double(match.2), let seconds = Double(match.3)
        else { return nil }
        let fraction = match.4.flatMap { Double("0" + $0) } ?? 0
        var offset = 0.0
        if !["Z", "z"].contains(match.5) {
            let digits = match.5.dropFirst().filter(\.isNumber)
            guard let hours = Double(digits.prefix(2)), let minutes = Double(digits.suffix(2)) else { return nil }
            offset = (hours * 60 + minutes) * 60 * (match.5.first == "-" ? -1 : 1)
        }
        return Double(day.daysSince1970) * 86400 + hours * 3600 + minutes * 60 + seconds + fraction - offset
    }
}
