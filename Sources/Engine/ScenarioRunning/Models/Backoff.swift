import HTTPMessages

/// When the OpenAI SDK asks again, and how long it waits before.
enum Backoff {
    static func isRetried(status: Int, headers: Headers) -> Bool {
        switch headers["x-should-retry"] {
        case "true": true
        case "false": false
        default: status == 408 || status == 409 || status == 429 || status >= 500
        }
    }

    /// Seconds: what the service asks for if at most a minute, else half a second doubled each time, at most eight.
    ///
    /// - Parameters:
    ///   - headers: Of the answer that failed; nil when none came.
    ///   - retry: Counted from 0.
    ///   - jitter: Factor for waits that the service did not ask for, in (0.75, 1].
    static func delay(after headers: Headers?, retry: Int, now: Double, jitter: Double) -> Double {
        if let asked = headers.flatMap({ askedDelay($0, now: now) }), asked > 0, asked <= 60 { return asked }
        var delay = 0.5
        for _ in 0..<min(max(retry, 0), 4) { delay *= 2 }
        return min(delay, 8) * jitter
    }

    private static func askedDelay(_ headers: Headers, now: Double) -> Double? {
        if let milliseconds = headers["retry-after-ms"].flatMap(Double.init) { return milliseconds / 1000 }
        guard let text = headers["retry-after"] else { return nil }
        return Double(text) ?? HTTPDate.seconds(text).map { $0 - now }
    }
}

/// The fixed date of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
enum HTTPDate {
    /// Seconds since 1970; nil when the text is no such date.
    static func seconds(_ text: String) -> Double? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31).contains(day),
            let year = Int(words[3]),
            (1970...9999).contains(year), let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3 else { return nil }
        return Double(
            daysSince1970(year: year, month: month + 1, day: day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// In the Gregorian calendar, by shifting the year to begin in March.
    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthsSinceMarch = (month + 9) % 12
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (monthsSinceMarch * 153 + 2) / 5 + day - 1
            - 719_468
    }
}
