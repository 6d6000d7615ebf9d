import Foundation
import Testing

/// The examples of docs/ci.md, run as those systems run them.
@Suite struct ContinuousIntegrationDocumentTests {
    private static let document = try? String(
        contentsOfFile: "\(ProjectFolder.packageFolder)/docs/ci.md", encoding: .utf8)

    /// The first block of code after a heading.
    private func example(after heading: String) throws -> String {
        let document = try #require(Self.document)
        let start = try #require(document.range(of: heading)).upperBound
        let match = try #require(document[start...].firstMatch(of: /\n```[a-z]+\n((?s:.*?))```/))
        return String(match.1)
    }

    /// Runs lines of a shell in which `understudy` is the built command.
    private func shell(
        _ lines: String, in project: ProjectFolder, _ variables: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        let child = try ChildProcess(
            ["/bin/sh", "-ec", "understudy() { '\(ProjectFolder.command)' \"$@\"; }\nexec 2>&1\n" + lines],
            environment: ["PATH": "/usr/bin:/bin", "HOME": project.path, "CI": "true"].merging(variables) { $1 },
            folder: project.path, scratch: project.scratch)
        return (await child.end(), child.output)
    }

    /// How many scenarios the summary lines of an output count.
    private func performed(_ output: String) -> Int {
        output.matches(of: /(?m)^(\d+) scenarios?: (\d+) passed/).reduce(0) { $0 + (Int($1.2) ?? 0) }
    }

    @Test func theFirstExampleWritesItsReports() async throws {
        let project = try ProjectFolder.withAllShipped()
        let run = try await shell(try example(after: "# In continuous integration"), in: project)
        #expect(run.status == 0 && performed(run.output) == ShippedScenarioTests.scenarios.count, "\(run)")
        #expect(try project.text("report.xml").hasPrefix("<?xml"))
        #expect(try project.text("report.md").contains("scenarios as expected"))
    }

    @Test func aShellsPartsAreTheWhole() async throws {
        let project = try ProjectFolder.withAllShipped()
        let run = try await shell(try example(after: "### A shell"), in: project)
        #expect(run.status == 0 && performed(run.output) == ShippedScenarioTests.scenarios.count, "\(run)")
    }

    @Test func partsOfEachSystemAreTheWhole() async throws {
        let gitHub = try #require(
            try example(after: "### GitHub Actions").firstMatch(of: /- run: (understudy .*)/)?.1)
        let gitLab = try #require(try example(after: "### GitLab").firstMatch(of: /- (understudy .*)/)?.1)
        let words = try #require(try example(after: "### Kubernetes").firstMatch(of: /command: \[(.*)\]/)?.1)
        let kubernetes = words.replacingOccurrences(of: ",", with: "")
        for (system, line, variables) in [
            ("GitHub", String(gitHub), { (part: Int) in [:] as [String: String] }),
            ("GitLab", String(gitLab), { ["CI_NODE_INDEX": "\($0)", "CI_NODE_TOTAL": "3"] }),
            ("Kubernetes", kubernetes, { ["JOB_COMPLETION_INDEX": "\($0 - 1)", "JOB_COMPLETIONS": "3"] }),
        ] {
            let project = try ProjectFolder.withAllShipped()
            var count = 0
            for part in 1...3 {
                let run = try await shell(
                    line.replacingOccurrences(of: "${{ matrix.part }}", with: "\(part)"), in: project, variables(part))
                #expect(run.status == 0, "\(system) \(part): \(run)")
                count += performed(run.output)
            }
            #expect(count == ShippedScenarioTests.scenarios.count, "\(system)")
        }
    }
}
