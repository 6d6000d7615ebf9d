import Foundation
import Testing

@Suite struct DoctorTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    private struct Report: Decodable {
        struct Check: Decodable {
            let name: String
            let state: String
            let detail: String
            let fix: String?
        }

        let ok: Bool
        let checks: [Check]
    }

    private func report(_ outcome: ProjectFolder.Outcome) throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    @Test func machineThatRunsSandboxesIsFine() async throws {
        let doctor = try await project.run("doctor", "--format", "json")
        let report = try report(doctor)
        #expect(doctor.status == 0 && report.ok, "\(doctor)")
        let names = report.checks.map(\.name)
        #expect(
            names == [
                "sandboxes", "limits", "python", "libraries", "bash", "javascript", "typescript", "go", "port",
                "folder",
                "store",
            ])
        for check in report.checks {
            #expect((check.state == "good") == (check.fix == nil) && check.state != "failed", "\(check)")
        }
        let text = try await project.run("doctor")
        #expect(text.status == 0, "\(text)")
        #expect(text.output.contains("✓ sandboxes   bubblewrap works") && text.output.contains("✓ bash "), "\(text)")
        // It leaves nothing behind.
        #expect(project.files == [])
    }

    @Test func whatHasFailedIsNamedWithAFix() async throws {
        try project.write("no database", to: "runs.sqlite")
        let doctor = try await project.run(
            "doctor", "--format", "json", "--store", "runs.sqlite", environment: ["PATH": "/nowhere"])
        let report = try report(doctor)
        #expect(doctor.status == 4 && !report.ok, "\(doctor)")
        let failed = report.checks.filter { $0.state == "failed" }
        #expect(failed.map(\.name) == ["sandboxes", "store"])
        #expect(failed.first?.fix == "apt-get install bubblewrap")
        #expect(failed.allSatisfy { $0.fix?.isEmpty == false })
        let text = try await project.run("doctor", environment: ["PATH": "/nowhere"])
        #expect(text.status == 4 && text.output.contains("\n             fix: apt-get install bubblewrap\n"), "\(text)")
    }

    @Test func namedPythonIsTheOneThatIsLookedAt() async throws {
        let doctor = try await project.run("doctor", "--python", "/bin/false", "--format", "json")
        let report = try report(doctor)
        #expect(doctor.status == 4, "\(doctor)")
        #expect(report.checks.first?.detail.contains("/bin/false: it does not run") == true, "\(doctor)")
    }
}
