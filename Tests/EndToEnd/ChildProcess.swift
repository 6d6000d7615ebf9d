import Foundation
import Synchronization

/// A process of one test, alone in its process group: what it writes goes to files, so that it never waits for a reader.
///
/// Foundation's `Process` lets children inherit each other's pipes when tests start them at the same time.
final class ChildProcess: Sendable {
    /// Why a process could not be started, or said too little.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let id: pid_t
    private let outputFile: String
    private let errorFile: String
    private let state = Mutex(State())

    private struct State {
        var exitCode: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - arguments: The first is the executable.
    ///   - scratch: A folder for the files with its outputs.
    init(_ arguments: [String], environment: [String: String], folder: String, scratch: String) throws {
        let name = UUID().uuidString
        outputFile = "\(scratch)/\(name).out"
        errorFile = "\(scratch)/\(name).err"

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Runs of `swift test` may come with signals blocked or ignored; a user's shell does neither.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // What starts it in a folder becomes it.
        let argv = (["/usr/bin/env", "-C", folder] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var started: pid_t = 0
        let error = posix_spawn(&started, "/usr/bin/env", &actions, &attributes, argv, envp)
        guard error == 0 else {
            throw Failure(description: "cannot start \(arguments[0]): \(String(cString: strerror(error)))")
        }
        id = started
        Thread.detachNewThread { [self] in reap() }
    }

    private func reap() {
        var info = siginfo_t()
        // Not reaped yet, so that its number is not given away while `signal` may use it.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let waiting = state.withLock { state in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            state.exitCode = signal == 0 ? status >> 8 & 0xFF : 128 + signal
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: exitCode ?? -1) }
    }

    /// Nil while it runs; 128 and the signal's number when a signal ended it.
    var exitCode: Int32? { state.withLock(\.exitCode) }

    /// Waits for its end; see `exitCode`.
    func end() async -> Int32 {
        await withCheckedContinuation { continuation in
            let code = state.withLock { state in
                if state.exitCode == nil { state.waiting.append(continuation) }
                return state.exitCode
            }
            if let code { continuation.resume(returning: code) }
        }
    }

    /// Does nothing when it has ended.
    func signal(_ number: Int32) {
        state.withLock { state in
            if state.exitCode == nil { kill(id, number) }
        }
    }

    /// Kills what is left of its group, whether or not it itself has ended.
    func killGroup() { kill(-id, SIGKILL) }

    var output: String { ChildProcess.text(of: outputFile) }
    var complaints: String { ChildProcess.text(of: errorFile) }

    private static func text(of file: String) -> String {
        (FileManager.default.contents(atPath: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Waits until its standard output has a whole line that is asked for.
    ///
    /// - Returns: All the output so far.
    func output(until isLast: @escaping @Sendable (Substring) -> Bool) async throws -> String {
        try await said("standard output", isLast) { self.output }
    }

    /// Waits until its standard error has a whole line that is asked for.
    func complaints(until isLast: @escaping @Sendable (Substring) -> Bool) async throws -> String {
        try await said("standard error", isLast) { self.complaints }
    }

    /// Sends a signal as soon as its standard output has a whole line that is asked for.
    ///
    /// The thread that sees the line sends it: the tests' tasks may have to wait for long until they go on.
    func signal(_ number: Int32, at isLast: @escaping @Sendable (Substring) -> Bool) async throws {
        _ = try await said("standard output", isLast, then: { self.signal(number) }) { self.output }
    }

    private func said(
        _ what: String, _ isLast: @escaping @Sendable (Substring) -> Bool,
        then react: @escaping @Sendable () -> Void = {}, _ read: @escaping @Sendable () -> String
    ) async throws -> String {
        try await onThread { [self] in
            let found = eventually {
                let hasEnded = exitCode != nil
                let text = read()
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                return lines.contains(where: isLast) ? text : hasEnded ? "" : nil
            }
            guard let found, !found.isEmpty else {
                throw Failure(
                    description:
                        "\(what) lacks the awaited line; exit code \(exitCode.map(String.init) ?? "none yet")\n"
                        + "output: \(output)\ncomplaints: \(complaints)")
            }
            react()
            return found
        }
    }
}

/// Runs blocking work on a thread of its own, as the tests' tasks share few.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

/// Asks until there is an answer, for what other processes do and tell nobody: at most 60 seconds, then nil.
func eventually<Value>(_ answer: () -> Value?) -> Value? {
    for _ in 0..<12_000 {
        if let value = answer() { return value }
        poll(nil, 0, 5)
    }
    return nil
}
