import Conversations
import Transcripts

/// A run as a page of Markdown: a line for each scenario, and what went wrong.
public enum MarkdownReport {
    /// GitHub refuses a step's summary of more than 1 MiB, and nobody reads as much.
    static let byteLimit = 200_000
    private static let rowLimit = 500
    private static let reasonLimit = 4_000

    public static func page(_ record: RunRecord) -> String {
        let cases = record.cases
        let bad = cases.filter { $0.last.outcome.status.isBad }.map(\.last)
        let passed = cases.count { $0.last.outcome.status == .passed }, flaky = cases.count(where: \.isFlaky)
        let sign = bad.isEmpty ? "✅" : "❌"
        var head = "\(sign) \(Wording.count(passed)) of \(Wording.count(cases.count, "scenario")) as expected"
        if flaky > 0 { head += " · \(Wording.count(flaky)) not at once" }
        if let label = record.run.label { head += " · \(inline(label))" }
        var page = ["## Understudy", "", head, "", "| | Scenario | Turns | Tokens | Time |", "|---|---|--:|--:|--:|"]
        // What went wrong comes first, so that a cut page still has it; then what did at first.
        let good = cases.filter { !$0.last.outcome.status.isBad }
        let ordered =
            cases.filter { $0.last.outcome.status.isBad } + good.filter(\.isFlaky) + good.filter { !$0.isFlaky }
        page += ordered.prefix(rowLimit).map { row($0, record.comparison(of: $0.last)?.firstDivergence) }
        if ordered.count > rowLimit { page += ["", "… and \(Wording.count(ordered.count - rowLimit)) more"] }
        var size = page.reduce(0) { $0 + $1.utf8.count + 1 }
        for (index, attempt) in bad.enumerated() {
            let part = reasons(attempt)
            size += part.utf8.count + 1
            guard size < byteLimit else {
                page += ["", "… and \(Wording.count(bad.count - index)) more that failed"]
                break
            }
            page.append(part)
        }
        return page.joined(separator: "\n") + "\n"
    }

    private static func row(_ one: RunCase, _ divergence: Divergence?) -> String {
        let attempt = one.last
        let usage = attempt.transcript.usage
        let tokens = Wording.count(usage.promptTokens + usage.completionTokens)
        let note = divergence.map { "<br>" + inline("first divergence: " + Wording.divergence($0)) } ?? ""
        let status = Wording.status(attempt.outcome.status)
        let tries = one.tries.count > 1 ? ", try \(one.tries.count)" : ""
        return "| \(status.sign) \(status.word)\(tries) | \(inline(attempt.scenario))\(note) "
            + "| \(Wording.count(attempt.transcript.turnCount)) | \(tokens) | \(Wording.duration(attempt.duration)) |"
    }

    private static func reasons(_ attempt: Attempt) -> String {
        let all = attempt.outcome.misses.prefix(1).map { "miss: " + $0 } + attempt.outcome.findings
        var text = all.isEmpty ? Wording.status(attempt.outcome.status).word : all.joined(separator: "\n\n")
        if text.utf8.count > reasonLimit { text = String(text.prefix(reasonLimit / 4)) + "\n…" }
        return "\n<details open><summary>\(inline(attempt.scenario))</summary>\n\n\(fenced(text))\n\n</details>"
    }

    /// A code block whose fence is longer than any in the text.
    private static func fenced(_ text: String) -> String {
        var longest = 2, length = 0
        for byte in text.utf8 {
            length = byte == UInt8(ascii: "`") ? length + 1 : 0
            longest = max(longest, length)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let lines = text.printedLines.map(\.safeForTerminal).joined(separator: "\n")
        return "\(fence)text\n\(lines)\n\(fence)"
    }

    /// On one line, and nothing but text to a reader of Markdown.
    private static func inline(_ text: String) -> String {
        var out = ""
        for character in text.safeForTerminal {
            if character.isASCII, character.isPunctuation || character.isSymbol, !".,:;-/'".contains(character) {
                out += "&#\(character.unicodeScalars.first?.value ?? 0x20);"
            } else {
                out.append(character)
            }
        }
        return out
    }
}
