import Foundation
import Testing

@Suite struct NoNetworkTests {
    /// Starts a command where there is no network, not even loopback; nil where that is not permitted.
    private static let launcher: [String]? = {
        for launcher in [["/usr/bin/unshare", "--net"], ["/usr/bin/unshare", "--net", "--map-root-user"]] {
            let attempt = Process()
            attempt.executableURL = URL(fileURLWithPath: launcher[0])
            attempt.arguments = launcher.dropFirst() + ["/bin/true"]
            attempt.standardError = FileHandle.nullDevice
            guard (try? attempt.run()) != nil else { continue }
            attempt.waitUntilExit()
            if attempt.terminationStatus == 0 { return launcher }
        }
        return nil
    }()

    @Test(.enabled(if: launcher != nil, "network namespaces are not permitted here"))
    func theStoryPlaysWithoutAnyNetwork() async throws {
        let project = try ProjectFolder.withStory()
        let run = try await project.run("run", below: Self.launcher ?? [])
        #expect(run.status == 0 && run.output.contains("1 scenario: 1 passed"), "\(run)")
    }

    @Test(.enabled(if: launcher != nil, "network namespaces are not permitted here"))
    func theStoryIsRecordedWithoutAnyNetwork() async throws {
        let project = try ProjectFolder.withStory()
        let record = try await project.run(
            ["record", "tutorial/two-agent"] + RecordTests.local, below: Self.launcher ?? [])
        #expect(record.status == 0 && record.output.contains("recorded cassettes/"), "\(record)")
    }
}
