import Transcripts

/// A run as commands to GitHub's runner: an annotation for each finding, on its line of the scenario.
public enum GitHubReport {
    /// The runner shows ten of each kind for a step.
    private static let limit = 10
    private static let messageLimit = 4_000

    /// GitHub, "Workflow commands": `::error file=…,line=…,col=…,title=…::message`, a line each.
    public static func annotations(_ record: RunRecord) -> String {
        var lines: [String] = []
        var count = 0
        for attempt in record.counted where attempt.outcome.status.isBad {
            var messages = attempt.outcome.misses.prefix(1).map { ("miss", $0) }
            messages += attempt.outcome.findings.map { ("not as expected", $0) }
            if messages.isEmpty { messages = [("failed", Wording.status(attempt.outcome.status).word)] }
            count += messages.count
            for (title, message) in messages where lines.count < limit {
                lines.append(annotation(message, "\(attempt.scenario): \(title)", of: attempt))
            }
        }
        if count > lines.count, let last = lines.indices.last {
            lines[last] = "::error title=understudy::\(count - limit + 1) more findings; see the step's summary"
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func annotation(_ message: String, _ title: String, of attempt: Attempt) -> String {
        let parts = message.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        var place = "file=\(property("scenarios/\(attempt.scenario).yaml"))"
        var text = message[...]
        if parts.count == 4, let line = Int(parts[1]), let column = Int(parts[2]) {
            place = "file=\(property(String(parts[0]))),line=\(line),col=\(column)"
            text = parts[3].drop { $0 == " " }
        }
        return "::error \(place),title=\(property(title))::\(data(String(text.prefix(messageLimit))))"
    }

    private static func data(_ text: String) -> String {
        text.printedLines.map { $0.safeForTerminal.replacing("%", with: "%25") }.joined(separator: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
