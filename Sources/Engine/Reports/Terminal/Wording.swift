import Conversations
import Transcripts

/// How numbers, times and states are said to people.
enum Wording {
    /// `1,234`.
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out += "," }
            out.append(digit)
        }
        return (value < 0 ? "-" : "") + out
    }

    /// `820 bytes`, `10.3 KB`, `1.2 MB`: of a thousand each.
    static func size(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return count(bytes, "byte") }
        let (unit, name) = bytes < 1_000_000 ? (1000, "KB") : (1_000_000, "MB")
        let tenths = (bytes * 10 + unit / 2) / unit
        return "\(count(tenths / 10)).\(tenths % 10) \(name)"
    }

    /// `1 turn`, `2 turns`.
    static func count(_ value: Int, _ noun: String) -> String { "\(count(value)) \(noun)\(value == 1 ? "" : "s")" }

    /// `1 entry`, `2 entries`.
    static func count(_ value: Int, _ one: String, _ many: String) -> String {
        "\(count(value)) \(value == 1 ? one : many)"
    }

    /// What was asked and what was answered: `1,234 + 56 tokens`.
    static func tokens(_ usage: Usage) -> String {
        "\(count(usage.promptTokens)) + \(count(usage.completionTokens)) tokens"
    }

    /// `$0.04`, `$0.00325`: cents, and as much below them as there is, to a millionth.
    static func dollars(_ amount: Double) -> String {
        guard amount.isFinite, amount >= 0, amount < 1e9 else { return "$?" }
        let millionths = Int((amount * 1_000_000).rounded())
        var fraction = String(String(1_000_000 + millionths % 1_000_000).dropFirst())
        while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
        return "$\(millionths / 1_000_000).\(fraction)"
    }

    /// `0.41 s`, `12.3 s`, `2 min 5 s`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "? s" }
        if seconds >= 60 {
            let whole = Int(seconds.rounded())
            return "\(whole / 60) min \(whole % 60) s"
        }
        let unit = seconds < 10 ? 100 : 10
        let parts = Int((seconds * Double(unit)).rounded())
        let fraction = String(parts % unit)
        let digits = unit == 100 ? 2 : 1
        return "\(parts / unit).\(String(repeating: "0", count: digits - fraction.count))\(fraction) s"
    }

    /// Seconds since 1970 as `2026-11-25 22:58:03`, universal time.
    static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e11 else { return "?" }
        let total = Int(seconds.rounded(.down))
        let days = Int((Double(total) / 86400).rounded(.down))
        let rest = total - days * 86400
        // Days to the civil calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(month))-\(two(day)) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    }

    static func end(_ end: End) -> String {
        switch end.cause {
        case .terminationMessage: "ended by a termination message"
        case .maxConsecutiveAutoReply: "ended by the limit of automatic replies"
        case .maxTurns: "ended by the limit of turns"
        case .maxRound: "ended by the limit of rounds"
        case .noEligibleSpeaker: "ended because nobody could speak next"
        case .noReplyRequested: "ended because no reply was asked for"
        case .programExit: "ended with the program"
        case .error: "ended by an error"
        }
    }

    /// `turn 4, assistant, text (wording)`.
    static func divergence(_ divergence: Divergence) -> String {
        let what =
            switch divergence.what {
            case .changed(let change): "\(change.field) (\(change.level.rawValue))"
            case .missing: "\(kind(divergence.entry.kind)) is missing"
            case .added: "\(kind(divergence.entry.kind)) is new"
            case .moved: "\(kind(divergence.entry.kind)) has moved"
            }
        return "turn \(divergence.turn), " + (divergence.speaker.map { $0 + ", " } ?? "") + what
    }

    static func kind(_ kind: Entry.Kind) -> String {
        switch kind {
        case .message: "message"
        case .llmCall: "model's answer"
        case .codeRun: "code run"
        case .end: "end"
        }
    }

    static func status(_ status: Attempt.Status) -> (sign: String, word: String, role: Style.Role) {
        switch status {
        case .passed: ("✓", "passed", .good)
        case .failed: ("✗", "failed", .bad)
        case .error: ("✗", "error", .bad)
        case .timedOut: ("✗", "timed out", .bad)
        case .limit: ("✗", "over a limit", .bad)
        case .skipped: ("–", "skipped", .faint)
        case .cutShort: ("…", "cut short", .caution)
        }
    }

    static func status(_ status: Run.Status) -> (sign: String, word: String, role: Style.Role) {
        switch status {
        case .passed: ("✓", "passed", .good)
        case .failed: ("✗", "failed", .bad)
        case .error: ("✗", "error", .bad)
        case .interrupted: ("…", "interrupted", .caution)
        case .unfinished: ("…", "unfinished", .caution)
        }
    }
}

extension String {
    /// As a word of a shell's command line: as it is, or in quotation marks.
    var shellWord: String {
        let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,"
        if !isEmpty, allSatisfy({ plain.contains($0) }) { return self }
        return "'" + replacing("'", with: #"'\''"#) + "'"
    }
}
