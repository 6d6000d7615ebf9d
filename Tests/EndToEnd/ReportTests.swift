import Foundation
import Testing

@Suite struct ReportTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func aRunWritesEveryReportItIsAskedFor() async throws {
        let run = try await project.run(
            "run", "--reporter", "junit=r.xml,html=r.html", "--reporter", "markdown=r.md,json=r.json,github")
        #expect(run.status == 0, "\(run)")
        #expect(try project.text("r.xml").contains("<testcase classname=\"tutorial/two-agent\""))
        #expect(try project.text("r.html").hasPrefix("<!doctype html>"))
        #expect(try project.text("r.md").contains("1 of 1 scenario as expected"))
        #expect(try project.text("r.json").contains("report/1"))
        #expect(!run.output.contains("::error"))
    }

    @Test func aStoredRunIsReportedAgainstAnother() async throws {
        #expect(try await project.run("run").status == 0)
        #expect(try await project.run("run").status == 0)
        let report = try await project.run("report", "latest", "--against", "latest~1", "--json", "r.json")
        #expect(report.status == 0, "\(report)")
        #expect(try project.text("r.json").contains("\"identical\": true"))
    }

    @Test(arguments: [
        (["run", "--reporter", "pdf=x"], "pdf"), (["run", "--reporter", "html"], "html=FILE"),
        (["run", "--reporter", "github=x"], "github"), (["report", "latest"], "--html"),
        (["report", "nope", "--html", "r.html"], "nope"),
    ])
    func aWrongReporterIsBadInput(arguments: [String], word: String) async throws {
        #expect(try await project.run("run").status == 0)
        let outcome = try await project.run(arguments)
        #expect(outcome.status == 2 && outcome.complaints.contains(word), "\(outcome)")
    }
}
