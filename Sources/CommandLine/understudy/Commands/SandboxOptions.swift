import ArgumentParser
import Processes

/// What sandboxes on this machine are given.
struct SandboxOptions: ParsableArguments {
    @Flag(help: "Run code without bubblewrap when it is not to be had: whatever the code does, it does as you.")
    var unsafeNoIsolation = false

    @Flag(
        help: ArgumentHelp(
            "Give sandboxes this machine's network, its loopback addresses included, unless the client asks for none."))
    var network = false

    @Option(
        help: ArgumentHelp(
            "The Python to run code with; the system's, then PATH's, if none is named.", valueName: "file"),
        completion: .file())
    var python: String?

    @Option(
        help: ArgumentHelp(
            "Memory of a sandbox; of each process where there are no control groups ('understudy doctor' tells).",
            valueName: "megabytes"))
    var memoryLimit = 2048

    @Option(help: ArgumentHelp("Processes and threads of a sandbox at a time.", valueName: "count"))
    var processLimit = 256

    func validate() throws {
        guard (64...1_000_000).contains(memoryLimit) else {
            throw ValidationError("--memory-limit takes megabytes from 64, not \(memoryLimit)")
        }
        guard (16...100_000).contains(processLimit) else {
            throw ValidationError("--process-limit takes a number from 16 to 100000, not \(processLimit)")
        }
    }

    func configuration(path: String) -> LocalSandbox.Configuration {
        var limits = SandboxLimits()
        limits.memory = memoryLimit << 20
        limits.processes = processLimit
        return LocalSandbox.Configuration(
            path: path, python: python, allowsNoIsolation: unsafeNoIsolation, sharesNetwork: network, limits: limits)
    }
}
