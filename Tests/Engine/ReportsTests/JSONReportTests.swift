import Documents
import Reports
import Testing
import Transcripts

@Suite struct JSONReportTests {
    @Test func reportsAsDataSayTheSame() throws {
        let layout = JSONLayout(.indent2, endsWithNewline: true)
        try expectGolden(JSONReport.runs(Run.list).text(in: layout), "runs.json")
        try expectGolden(JSONReport.run(.nightly, attempts: AttemptSummary.list).text(in: layout), "run.json")
        try expectGolden(JSONReport.diff(diff(.twoAgent, .twoAgentChanged)).text(in: layout), "diff.json")
    }

    @Test func anAttemptCarriesItsTranscriptWhole() throws {
        let attempt = Attempt(id: "a", run: "r", scenario: "s", startedAt: 1.5, transcript: .twoAgent)
        let json = JSONReport.attempt(attempt)
        #expect(json["status"] == "cut_short")
        #expect(json["ended_at"] == nil)
        #expect(try Transcript(json: #require(json["transcript"])) == .twoAgent)
    }

    @Test func identicalTranscriptsHaveNoDivergence() {
        let json = JSONReport.diff(diff(.tools, .tools))
        #expect(json["identical"] == true)
        #expect(json["first_divergence"] == JSONValue.null)
    }
}
