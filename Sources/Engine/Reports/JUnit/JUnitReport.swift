import Transcripts

/// A run as JUnit XML: a suite for each scenario, a case for each attempt and what it was tried again.
public enum JUnitReport {
    public static func xml(_ record: RunRecord) -> String {
        let all = record.cases
        var scenarios: [String] = []
        var suites: [String: [RunCase]] = [:]
        for one in all {
            if suites[one.last.scenario] == nil { scenarios.append(one.last.scenario) }
            suites[one.last.scenario, default: []].append(one)
        }
        var page = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        page.append("<testsuites name=\"understudy\"\(counts(all))>")
        for scenario in scenarios {
            let cases = suites[scenario] ?? []
            let start = cases.first.map { Wording.time($0.tries[0].startedAt).replacing(" ", with: "T") } ?? ""
            page.append("  <testsuite name=\"\(escaped(scenario))\" timestamp=\"\(start)\"\(counts(cases))>")
            page.append("    <properties>")
            page += properties(of: record.run).map { "      <property name=\"\($0)\" value=\"\(escaped($1))\"/>" }
            page.append("    </properties>")
            for (index, one) in cases.enumerated() {
                page += testcase(one, name: cases.count > 1 ? "\(scenario)#\(index + 1)" : scenario, in: record)
            }
            page.append("  </testsuite>")
        }
        return (page + ["</testsuites>", ""]).joined(separator: "\n")
    }

    private static func counts(_ cases: [RunCase]) -> String {
        func count(_ statuses: Attempt.Status...) -> Int {
            cases.count { statuses.contains($0.last.outcome.status) }
        }
        return " tests=\"\(cases.count)\" failures=\"\(count(.failed))\""
            + " errors=\"\(count(.error, .timedOut, .limit, .cutShort))\" skipped=\"\(count(.skipped))\""
            + " time=\"\(seconds(cases.reduce(0) { $0 + $1.duration }))\""
    }

    private static func properties(of run: Run) -> [(String, String)] {
        [("run", run.id), ("version", run.toolVersion)] + (run.label.map { [("label", $0)] } ?? [])
            + (run.branch.map { [("branch", $0)] } ?? []) + (run.gitSHA.map { [("git_sha", $0)] } ?? [])
    }

    private static func testcase(_ one: RunCase, name: String, in record: RunRecord) -> [String] {
        let head =
            "    <testcase classname=\"\(escaped(one.last.scenario))\" name=\"\(escaped(name))\""
            + " time=\"\(seconds(one.duration))\""
        var inner: [String] = []
        switch one.last.outcome.status {
        // Surefire: a test that passed in the end has what its earlier tries said.
        case .passed: inner = one.tries.dropLast().map { again($0, "flaky", in: record) }
        case .skipped: inner = ["      <skipped/>"]
        // One that never passed has its last try as the failure, and the others as reruns.
        case .failed, .error, .timedOut, .limit, .cutShort:
            let (title, reasons) = story(of: one.last, in: record)
            let tag = isError(one.last) ? "error" : "failure"
            inner = [
                "      <\(tag) type=\"\(one.last.outcome.status.rawValue)\" message=\"\(escaped(title))\">"
                    + "\(escaped(reasons))</\(tag)>"
            ]
            inner += one.tries.dropLast().map { again($0, "rerun", in: record) }
        }
        return inner.isEmpty ? [head + "/>"] : [head + ">"] + inner + ["    </testcase>"]
    }

    private static func again(_ attempt: Attempt, _ kind: String, in record: RunRecord) -> String {
        let (title, reasons) = story(of: attempt, in: record)
        let tag = kind + (isError(attempt) ? "Error" : "Failure")
        return "      <\(tag) type=\"\(attempt.outcome.status.rawValue)\" message=\"\(escaped(title))\">"
            + "<stackTrace>\(escaped(reasons))</stackTrace></\(tag)>"
    }

    private static func isError(_ attempt: Attempt) -> Bool {
        [.error, .timedOut, .cutShort].contains(attempt.outcome.status)
    }

    /// What went wrong, on a line and whole.
    private static func story(of attempt: Attempt, in record: RunRecord) -> (title: String, reasons: String) {
        let other = record.against?.isBaseline ?? false ? "what was accepted" : "the run before"
        let divergence = record.comparison(of: attempt)?.firstDivergence.map {
            "compared with \(other): " + Wording.divergence($0)
        }
        let reasons =
            attempt.outcome.misses.map { "miss: " + $0 } + attempt.outcome.findings + (divergence.map { [$0] } ?? [])
        return (
            reasons.first?.printedLines.first ?? Wording.status(attempt.outcome.status).word,
            reasons.joined(separator: "\n\n")
        )
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
