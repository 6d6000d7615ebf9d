import Foundation
import HopXProtocol
import Processes

extension LocalSandbox {
    /// Code really runs here; without bubblewrap there is nothing to test.
    static let isPossibleHere: Bool = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let found = path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/bwrap") }
        if !found { print("Tests of sandboxes are skipped: bwrap is not in PATH") }
        return found
    }()

    static let hasNode = ["/usr/bin/node", "/usr/local/bin/node"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The command lines of all processes in a sandbox, sorted; the longer ones cut.
    func processes(of sandbox: String) async throws -> [String] {
        let script = """
            import os
            for name in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{name}/cmdline") as file:
                        print(" ".join(file.read().replace(chr(0), " ").split())[:100])
                except OSError:
                    pass
            """
        return try await python(script, in: sandbox).stdout.split(separator: "\n").map(String.init).sorted()
    }

    @discardableResult
    func python(_ code: String, in sandbox: String = "main", timeout: Int = 60) async throws -> CodeOutcome {
        try await run(CodeRun(.code(code, language: .python), timeoutSeconds: timeout), in: sandbox)
    }

    @discardableResult
    func bash(_ code: String, in sandbox: String = "main", timeout: Int = 60) async throws -> CodeOutcome {
        try await run(CodeRun(.code(code, language: .bash), timeoutSeconds: timeout), in: sandbox)
    }
}

/// Runs `body` with sandboxes of these names, and ends them after it.
func withSandboxes(
    _ names: [String] = ["main"], limits: SandboxLimits = SandboxLimits(), _ body: (LocalSandbox) async throws -> Void
) async throws {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let backend = try await LocalSandbox(LocalSandbox.Configuration(path: path, limits: limits))
    do {
        for name in names { try await backend.create(name) }
        try await body(backend)
    } catch {
        await backend.shutDown()
        throw error
    }
    await backend.shutDown()
}
