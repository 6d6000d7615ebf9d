import HTTPMessages
import Scenarios

/// A file that somebody wants to know about when a conversation is over.
public struct WantedFile: Sendable, Equatable {
    /// Absolute.
    public var path: String
    /// Whether it matters what is in it.
    public var isRead: Bool

    public init(path: String, isRead: Bool) {
        self.path = path
        self.isRead = isRead
    }
}

/// Sandboxes in which some files are looked for before they are killed: what code has made goes with them.
struct FileLookout: SandboxService {
    let service: any SandboxService
    let wanted: [WantedFile]
    let onFile: @Sendable (FileSighting) -> Void

    func createSandbox(template: String, ttl: Int) async throws -> any Sandbox {
        WatchedSandbox(
            sandbox: try await service.createSandbox(template: template, ttl: ttl), wanted: wanted, onFile: onFile)
    }
}

private struct WatchedSandbox: Sandbox {
    let sandbox: any Sandbox
    let wanted: [WantedFile]
    let onFile: @Sendable (FileSighting) -> Void

    func run(_ code: String, language: String, timeout: Int) async throws -> RunResult {
        try await sandbox.run(code, language: language, timeout: timeout)
    }

    func look(for file: WantedFile) async throws -> FileSighting { try await sandbox.look(for: file) }

    func kill() async throws {
        for file in wanted {
            // A sandbox that does not answer tells nothing of its files, and has to be killed all the same.
            guard let sighting = try? await look(for: file) else { continue }
            onFile(sighting)
        }
        try await sandbox.kill()
    }
}

extension Scenario {
    /// The files that its expectations name, each once.
    var wantedFiles: [WantedFile] {
        var files: [WantedFile] = []
        for case .file(let path, let condition) in expectations.map(\.claim) {
            if let index = files.firstIndex(where: { $0.path == path }) {
                files[index].isRead = files[index].isRead || condition != nil
            } else {
                files.append(WantedFile(path: path, isRead: condition != nil))
            }
        }
        return files
    }
}
