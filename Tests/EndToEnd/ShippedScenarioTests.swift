import Foundation
import Testing

/// What lies under `scenarios/` and `cassettes/`, as whoever copies the project finds it.
@Suite struct ShippedScenarioTests {
    /// By their names: `tutorial/two-agent`.
    static let scenarios = names(in: "scenarios")
    static let cassettes = names(in: "cassettes")

    @Test func allPassWithoutAKeyAndAlikeEachTime() async throws {
        let project = try ProjectFolder.withAllShipped()
        try #require(Self.scenarios.count > 1)
        for _ in 0..<2 {
            let run = try await project.run("run")
            #expect(run.status == 0 && run.complaints.isEmpty, "\(run)")
            for name in Self.scenarios { #expect(run.output.contains("✓ \(name) · "), "\(run)") }
            let count = Self.scenarios.count
            #expect(run.output.contains("\n\(count) scenarios: \(count) passed"), "\(run)")
        }
        let diff = try await project.run("diff", "latest~1", "latest")
        #expect(diff.status == 0, "\(diff)")
        for name in Self.scenarios { #expect(diff.output.contains("\(name): identical"), "\(diff)") }
    }

    @Test func allAreAsTheirBaselinesSay() async throws {
        let project = try ProjectFolder.withAllShipped()
        let check = try await project.run("check")
        let count = Self.scenarios.count
        #expect(check.status == 0 && check.output.contains("\(count) scenarios: \(count) as accepted"), "\(check)")
        let baseline = "scenarios/tutorial/two-agent.baseline.yaml"
        try project.write(try project.text(baseline).replacing("24133", with: "24134"), to: baseline)
        let changed = try await project.run("check")
        #expect(changed.status == 1 && changed.output.contains("\(count - 1) as accepted"), "\(changed)")
    }

    @Test(arguments: cassettes) func aCassetteFitsItsKeysAndNothingIsToBeImproved(name: String) async throws {
        let project = try ProjectFolder.withAllShipped()
        let verify = try await project.run("cassette", "verify", name)
        #expect(verify.status == 0 && verify.output.contains("all keys fit"), "\(verify)")
        let lint = try await project.run("cassette", "lint", name)
        // Where sandboxes break down by a fault, nothing is done with them.
        let advice = lint.output.components(separatedBy: "\n").filter { !$0.hasPrefix("  fix: ") && !$0.isEmpty }
        #expect(lint.status == 0, "\(lint)")
        #expect(
            advice == ["nothing to improve"]
                || name == "tutorial/robust" && advice.allSatisfy { $0.contains("nothing is done with sandbox") },
            "\(lint)")
    }

    /// The services' stand-ins are the ones that the shipped cassettes were recorded from.
    @Test(arguments: scenarios) func recordingAgainChangesOnlyIdsAndTimes(name: String) async throws {
        let project = try ProjectFolder.withAllShipped()
        let file = "cassettes/\(name).yaml"
        let shipped = RecordTests.withoutIdsAndTimes(try project.text(file))
        guard Self.sandboxesHavePandas || !shipped.contains("import pandas") else {
            print("\(name) is not recorded again: the system's Python has no pandas, matplotlib and seaborn")
            return
        }
        let record = try await project.run(["record", name] + RecordTests.local)
        #expect(record.status == 0 && record.output.contains("recorded \(file): "), "\(record)")
        #expect(RecordTests.withoutIdsAndTimes(try project.text(file)) == shipped)
    }

    @Test func aResetIsToldInAClientsWords() async throws {
        let run = try await ProjectFolder.withAllShipped().run("run", "tutorial/fault-matrix", "--verbose")
        #expect(run.output.contains("gave no answer: [Errno 104] Connection reset by peer\n"), "\(run)")
    }

    private static let sandboxesHavePandas: Bool = {
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = ["-c", "import pandas, matplotlib, seaborn"]
        python.standardError = FileHandle.nullDevice
        guard (try? python.run()) != nil else { return false }
        python.waitUntilExit()
        return python.terminationStatus == 0
    }()

    private static func names(in folder: String) -> [String] {
        ProjectFolder.shippedFiles(in: folder).filter { !$0.hasSuffix(".baseline.yaml") }.map {
            String($0.dropFirst(folder.count + 1).dropLast(".yaml".count))
        }
    }
}
