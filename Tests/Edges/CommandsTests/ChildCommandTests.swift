import Foundation
import Processes
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChildCommandTests {
    private static let noSignals = AsyncStream<Int32> { $0.finish() }

    private func shell(_ script: String, changing changes: [String: String?] = [:]) async throws
        -> ChildCommand.Termination
    {
        try await ChildCommand(["/bin/sh", "-c", script]).run(changing: changes, forwarding: Self.noSignals)
    }

    @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("exit 255", 255)] as [(String, Int32)])
    func exitCodeIsTheCommands(script: String, code: Int32) async throws {
        let termination = try await shell(script)
        #expect(termination == .exited(code))
        #expect(termination.exitCode == code)
    }

    @Test func endBySignalIsToldAsShellsTellIt() async throws {
        let termination = try await shell("kill -9 $$")
        #expect(termination == .signalled(SIGKILL))
        #expect(termination.exitCode == 137)
    }

    @Test func namesAreLookedUpInThePath() async throws {
        let command = try await ChildCommand(["sh", "-c", "exit 4"])
        #expect(try await command.run(forwarding: Self.noSignals) == .exited(4))
    }

    /// Python finds its environment by the name that it was called with.
    @Test func programHasTheNameItWasCalledWith() async throws {
        let command = try await ChildCommand([
            "sh", "-c", #"test "$(tr '\0' '\n' < /proc/$$/cmdline | head -n 1)" = sh"#,
        ])
        #expect(try await command.run(forwarding: Self.noSignals) == .exited(0))
    }

    @Test func variablesAreChangedAndTakenAway() async throws {
        try #require(ProcessInfo.processInfo.environment["PATH"] != nil)
        try #require(ProcessInfo.processInfo.environment["HOME"] != nil)
        let script = #"test "$GIVEN" = 'a b' && test -z "${HOME+x}" && test -n "$PATH""#
        #expect(try await shell(script, changing: ["GIVEN": "a b", "HOME": nil as String?]) == .exited(0))
    }

    @Test func folderIsTheCallers() async throws {
        let here = FileManager.default.currentDirectoryPath
        #expect(try await shell(#"test "$(pwd -P)" = "$HERE""#, changing: ["HERE": here]) == .exited(0))
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func signalsAreForwarded(signal: Int32) async throws {
        let (signals, continuation) = AsyncStream<Int32>.makeStream()
        // Kept until there is a process to have it.
        continuation.yield(signal)
        let command = try await ChildCommand(["/bin/sh", "-c", "while :; do read -r line </dev/null; done"])
        #expect(try await command.run(forwarding: signals) == .signalled(signal))
    }

    @Test func nothingOfOursIsOpenInTheCommand() async throws {
        let file = try #require(fopen("/dev/null", "r"))
        defer { fclose(file) }
        #expect(try await shell("test ! -e /proc/self/fd/\(fileno(file))") == .exited(0))
    }

    @Test(arguments: [
        ("no-such-program-anywhere", CommandError.Problem.notFound), ("./no/such/file", .notFound),
        ("/etc", .notExecutable), ("/etc/passwd", .notExecutable),
    ])
    func whatIsNoProgramIsRefusedBeforeAnythingStarts(word: String, problem: CommandError.Problem) async throws {
        let error = try #require(await #expect(throws: CommandError.self) { _ = try await ChildCommand([word]) })
        #expect(error.problem == problem)
        #expect(error.command == word)
        #expect(error.isBadInput)
    }

    @Test func cancellationEndsTheCommand() async throws {
        let pipe = Pipe()
        // Only what the command has written there starts the cancellation.
        let place = "/proc/\(getpid())/fd/\(pipe.fileHandleForWriting.fileDescriptor)"
        let command = try await ChildCommand([
            "/bin/sh", "-c", "echo $$ > \(place); while :; do read -r l </dev/null; done",
        ])
        let task = Task { try await command.run(forwarding: AsyncStream { _ in }) }
        let said = await withCheckedContinuation { continuation in
            pipe.fileHandleForReading.readabilityHandler = { handle in
                handle.readabilityHandler = nil
                continuation.resume(returning: String(decoding: handle.availableData, as: UTF8.self))
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        let number = try #require(Int32(said.trimmingCharacters(in: .newlines)))
        #expect(kill(number, 0) == -1 && errno == ESRCH)
    }
}
