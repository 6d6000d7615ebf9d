import Transcripts

/// A run as JUnit XML: a suite for each scenario, a case for each attempt.
public enum JUnitReport {
    public static func xml(_ record: RunRecord) -> String {
        var scenarios: [String] = []
        var attempts: [String: [Attempt]] = [:]
        for attempt in record.attempts {
            if attempts[attempt.scenario] == nil { scenarios.append(attempt.scenario) }
            attempts[attempt.scenario, default: []].append(attempt)
        }
        var page = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        page.append("<testsuites name=\"understudy\"\(counts(record.attempts))>")
        for scenario in scenarios {
            let cases = attempts[scenario] ?? []
            let start = cases.first.map { Wording.time($0.startedAt).replacing(" ", with: "T") } ?? ""
            page.append("  <testsuite name=\"\(escaped(scenario))\" timestamp=\"\(start)\"\(counts(cases))>")
            page.append("    <properties>")
            page += properties(of: record.run).map { "      <property name=\"\($0)\" value=\"\(escaped($1))\"/>" }
            page.append("    </properties>")
            for (index, attempt) in cases.enumerated() {
                let name = cases.count > 1 ? "\(scenario)#\(index + 1)" : scenario
                let other = record.against?.isBaseline ?? false ? "what was accepted" : "the run before"
                let divergence = record.comparison(of: attempt)?.firstDivergence.map {
                    "compared with \(other): " + Wording.divergence($0)
                }
                page += testcase(attempt, name: name, divergence: divergence)
            }
            page.append("  </testsuite>")
        }
        return (page + ["</testsuites>", ""]).joined(separator: "\n")
    }

    private static func counts(_ attempts: [Attempt]) -> String {
        func count(_ statuses: Attempt.Status...) -> Int { attempts.count { statuses.contains($0.outcome.status) } }
        return " tests=\"\(attempts.count)\" failures=\"\(count(.failed))\""
            + " errors=\"\(count(.error, .timedOut, .cutShort))\" skipped=\"\(count(.skipped))\""
            + " time=\"\(seconds(attempts.reduce(0) { $0 + $1.duration }))\""
    }

    private static func properties(of run: Run) -> [(String, String)] {
        [("run", run.id), ("version", run.toolVersion)] + (run.label.map { [("label", $0)] } ?? [])
            + (run.branch.map { [("branch", $0)] } ?? []) + (run.gitSHA.map { [("git_sha", $0)] } ?? [])
    }

    private static func testcase(_ attempt: Attempt, name: String, divergence: String?) -> [String] {
        let time = seconds(attempt.duration)
        let head =
            "    <testcase classname=\"\(escaped(attempt.scenario))\" name=\"\(escaped(name))\" time=\"\(time)\""
        let reasons =
            attempt.outcome.misses.map { "miss: " + $0 } + attempt.outcome.findings
            + (divergence.map { [$0] } ?? [])
        let title = reasons.first?.printedLines.first ?? Wording.status(attempt.outcome.status).word
        let tag: String
        switch attempt.outcome.status {
        case .passed: return [head + "/>"]
        case .skipped: return [head + ">", "      <skipped/>", "    </testcase>"]
        case .failed: tag = "failure"
        case .error, .timedOut, .cutShort: tag = "error"
        }
        let body = escaped(reasons.joined(separator: "\n\n"))
        return [
            head + ">",
            "      <\(tag) type=\"\(attempt.outcome.status.rawValue)\" message=\"\(escaped(title))\">\(body)</\(tag)>",
            "    </testcase>",
        ]
    }

    /// `12.345`, whatever the locale.
    private static func seconds(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 1e9 else { return "0" }
        let thousandths = Int((value * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// XML 1.0, "Characters": what may not stand in a document, even escaped, is replaced.
    private static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: out.append(contentsOf: "&amp;".unicodeScalars)
            case 0x3C: out.append(contentsOf: "&lt;".unicodeScalars)
            case 0x3E: out.append(contentsOf: "&gt;".unicodeScalars)
            case 0x22: out.append(contentsOf: "&quot;".unicodeScalars)
            case 0x09, 0x0A, 0x0D: out.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: out.append("\u{FFFD}")
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
