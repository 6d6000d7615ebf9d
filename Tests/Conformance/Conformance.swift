import Foundation

/// Runs golden conversations through the engine and compares: `conformance [--grep TEXT] [--self-check] [--wire]`.
///
/// With `--wire` each must also be told from its requests alone, which golden files say nothing about and which not
/// every conversation can be. The folder is `GOLDEN_DIR`, or `Tests/Fixtures/autogen` here. Exit code 1 when a conversation differs, 2 for a wrong
/// call.
@main
struct Conformance {
    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()
        var grep: String?
        var checksItself = false
        var checksWire = false
        while let argument = arguments.popFirst() {
            switch argument {
            case "--grep": grep = arguments.popFirst()
            case "--self-check": checksItself = true
            case "--wire": checksWire = true
            default:
                print(
                    "conformance: error: unknown argument '\(argument)'\n  expected: [--grep TEXT] [--self-check] [--wire]"
                )
                exit(2)
            }
        }
        let folder = ProcessInfo.processInfo.environment["GOLDEN_DIR"] ?? "Tests/Fixtures/autogen"
        if checksItself { try await checkItself(folder) }
        try await run(folder, grep: grep, checksWire: checksWire)
    }

    private static func run(_ folder: String, grep: String?, checksWire: Bool) async throws {
        let files = try GoldenFile.all(in: folder).filter { file in grep.map { file.name.contains($0) } ?? true }
        var passed = 0, failed = 0
        for file in files {
            if let failure = await file.failure(checksWire: checksWire) {
                failed += 1
                print("FAILED \(file.name)\n    \(failure)")
            } else {
                passed += 1
            }
        }
        if files.isEmpty { print("no golden files in \(folder)") }
        print("\(passed) passed, \(failed) failed")
        if failed > 0 || files.isEmpty { exit(1) }
    }

    private static func checkItself(_ folder: String) async throws {
        let unnoticed = try await SelfCheck.unnoticed(in: folder)
        for what in unnoticed { print("self-check: not noticed: \(what)") }
        guard unnoticed.isEmpty else { exit(1) }
        print("self-check: \(SelfCheck.count) altered copies, each found out")
    }
}
