import Digests
import Documents
import Foundation
import Reports
import Testing
import Transcripts

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct FileReportTests {
    private static func attempt(_ id: String, _ scenario: String, _ outcome: Attempt.Outcome, _ transcript: Transcript)
        -> Attempt
    {
        Attempt(
            id: id, run: Run.nightly.id, scenario: scenario, startedAt: 1_763_900_000, endedAt: 1_763_900_001.25,
            outcome: outcome, transcript: transcript)
    }

    private static let hostile = "a \u{1B}[2J <b> & \"q\" ]]> \u{0}\u{FFFE} ``` | `x`\n::error::y %0A"

    private static let record = RunRecord(
        run: .nightly,
        attempts: [
            attempt("a1", "tutorial/two-agent", .init(status: .passed), .twoAgentChanged),
            attempt(
                "a2", "tutorial/group",
                .init(
                    status: .failed, findings: ["scenarios/tutorial/group.yaml:14:3: expected '1', but '2' (turn 3)"],
                    misses: ["POST /v1/chat/completions has no recording\nnearest: interaction 2", "another"]), .tools),
            attempt("a3", "tutorial/group", .init(status: .passed), .tools),
            attempt("a4", hostile, .init(status: .error, findings: [hostile]), .hostile),
            attempt("a5", "later", .init(status: .skipped), Transcript(subject: "later")),
        ],
        against: .passed,
        attemptsBefore: [attempt("b1", "tutorial/two-agent", .init(status: .passed), .twoAgent)])

    @Test func reportsInFilesReadAsTheirGoldenFiles() throws {
        try expectGolden(JUnitReport.xml(Self.record), "report.xml")
        try expectGolden(MarkdownReport.page(Self.record), "report.md")
        try expectGolden(GitHubReport.annotations(Self.record), "report-annotations.txt")
        try expectGolden(
            JSONReport.report(Self.record).text(in: JSONLayout(.indent2, endsWithNewline: true)), "report.json")
    }

    @Test func whatAgentsSayLeavesXMLWellFormed() {
        let parser = XMLParser(data: Data(JUnitReport.xml(Self.record).utf8))
        let suites = SuiteCounter()
        parser.delegate = suites
        #expect(parser.parse())
        #expect(suites.tests == [5, 1, 2, 1, 1])
        #expect(suites.cases == 5)
    }

    /// Two that were tried again: one passed in the end, one never.
    private static var tried: RunRecord {
        func tried(
            _ id: String, _ scenario: String, _ outcome: Attempt.Outcome, retry: Int = 0, repetition: Int = 1
        ) -> Attempt {
            var attempt = attempt(id, scenario, outcome, .tools)
            attempt.number = Attempt.Number(repetition: repetition, retry: retry)
            return attempt
        }
        func failed(_ finding: String) -> Attempt.Outcome { .init(status: .failed, findings: [finding]) }
        return RunRecord(
            run: .nightly,
            attempts: [
                tried("a1", "shaky", failed("first")),
                tried("a2", "shaky", .init(status: .error, findings: ["no answer"]), retry: 1),
                tried("a3", "shaky", .init(status: .passed), retry: 2),
                tried("a4", "shaky", .init(status: .passed), repetition: 2),
                tried("b1", "broken", failed("one")), tried("b2", "broken", failed("two"), retry: 1),
            ])
    }

    @Test func triesOfTheSameAreOneCase() throws {
        try expectGolden(JUnitReport.xml(Self.tried), "report-tried.xml")
        let page = MarkdownReport.page(Self.tried)
        #expect(page.contains("❌ 2 of 3 scenarios as expected · 1 not at once"), "\(page)")
        #expect(page.contains("| ✗ failed, try 2 | broken") && page.contains("| ✓ passed, try 3 | shaky"), "\(page)")
        let annotations = GitHubReport.annotations(Self.tried)
        #expect(annotations.split(separator: "\n").count == 1 && annotations.contains("two"), "\(annotations)")
    }

    @Test func annotationsAreALineEachAndAtMostTen() {
        let lines = GitHubReport.annotations(Self.record).split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("::error ") })
        var many = Self.record
        many.attempts = (0..<40).map { Self.attempt("m\($0)", "s\($0)", .init(status: .failed), .tools) }
        let ten = GitHubReport.annotations(many).split(separator: "\n")
        #expect(ten.count == 10 && ten.last?.contains("31 more") == true)
    }

    @Test func aSummaryOfManyFailuresIsBounded() {
        var many = Self.record
        let reason = String(repeating: "why ", count: 100_000)
        many.attempts = (0..<3000).map {
            Self.attempt("m\($0)", "s\($0)", .init(status: .failed, findings: [reason]), .tools)
        }
        let page = MarkdownReport.page(many)
        #expect(page.utf8.count < 400_000)
        #expect(page.contains("more that failed") && page.contains("2,500 more"))
    }

    @Test func aPageHoldsOneScriptThatItsPolicyKnowsAndNoMarkupFromAgents() throws {
        var record = Self.record
        let planted = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)>"
        record.attempts[0].transcript.entries[0] = Entry(
            turn: 1, kind: .message(.init(speaker: planted, recipient: "b", text: planted)))
        let page = HTMLReport.page(record)
        #expect(!page.contains("<script>alert") && !page.contains("<img src=x"))
        let scripts = page.matches(of: /<script>((?s:.*?))<\/script>/)
        #expect(scripts.count == 1)
        let script = try #require(scripts.first).1
        let hash = Base64.encode(Digest.sha256(Array(script.utf8)))
        #expect(page.contains("default-src 'none'") && page.contains("script-src 'sha256-\(hash)'"))
        #expect(page.matches(of: /(?:src|href)="?http/).isEmpty)
        let data = try #require(page.firstMatch(of: /id="report">(.*?)<\/script>/)).1
        #expect(try JSONValue(parsing: String(data))["attempts"]?.arrayValue?.count == 5)
    }
}

private final class SuiteCounter: NSObject, XMLParserDelegate {
    var tests: [Int] = []
    var cases = 0

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if name == "testcase" { cases += 1 }
        if let count = attributes["tests"].flatMap(Int.init) { tests.append(count) }
    }
}
