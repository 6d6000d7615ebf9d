import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A program run in this one's place: in its folder, on its terminal, with its three standard streams.
public struct ChildCommand: Sendable {
    /// How a program ended.
    public enum Termination: Sendable, Equatable {
        case exited(Int32)
        /// By a signal that it did not catch.
        case signalled(Int32)

        /// As a shell has it: 128 and the number of the signal.
        public var exitCode: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let number): 128 + number
            }
        }
    }

    public let words: [String]
    private let file: FilePath

    /// Finds the program, as a shell would: a name in `PATH`, anything with a slash as a path.
    ///
    /// - Parameter words: The program and its arguments; there is at least the program.
    /// - Throws: `CommandError` when there is no such program, or it cannot be run.
    public init(_ words: [String]) async throws {
        precondition(!words.isEmpty, "a command has at least the program's name")
        self.words = words
        file = try await ChildCommand.file(of: words[0])
    }

    private static func file(of word: String) async throws -> FilePath {
        guard word.contains("/") else {
            do {
                return try await Executable.name(word).resolveExecutablePath(in: .inherit)
            } catch {
                throw CommandError(word, .notFound)
            }
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) else {
            throw CommandError(word, .notFound)
        }
        guard !isFolder.boolValue, access(word, X_OK) == 0 else { throw CommandError(word, .notExecutable) }
        return FilePath(word)
    }

    /// Runs it to its end, however it ends.
    ///
    /// - Parameters:
    ///   - changes: Variables that it gets instead of this process's own; nil takes one away.
    ///   - signals: Numbers of signals to be sent to it; those that come too late are dropped.
    ///   - file: Gets all that it says, and it is given nothing to read; nil for this process's own three streams.
    /// - Throws: `CommandError` when it cannot be started. Cancelled, the program is ended: politely, then for good.
    public func run(
        changing changes: [String: String?] = [:], forwarding signals: AsyncStream<Int32>, sayingTo file: String? = nil
    ) async throws -> Termination {
        let configuration = configuration(changing: changes)
        let process = RunningProcess()
        return try await withThrowingTaskGroup(of: Termination?.self) { tasks in
            tasks.addTask {
                for await signal in signals { process.send(signal) }
                return nil
            }
            tasks.addTask { [words] in
                try await ChildCommand.run(configuration, as: words[0], process, sayingTo: file)
            }
            var termination: Termination?
            while termination == nil, let next = try await tasks.next() { termination = next }
            tasks.cancelAll()
            guard let termination else { throw CancellationError() }
            return termination
        }
    }

    private func configuration(changing changes: [String: String?]) -> Subprocess.Configuration {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in changes {
            if let key = Environment.Key(rawValue: name) { updates[key] = .some(value) }
        }
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        // The name as it was typed: Python finds its environment by it.
        let arguments = Arguments(executablePathOverride: words[0], remainingValues: Array(words.dropFirst()))
        return Configuration(
            executable: .path(file), arguments: arguments, environment: .inherit.updating(updates),
            platformOptions: options)
    }

    private static func run(
        _ configuration: Subprocess.Configuration, as name: String, _ process: RunningProcess, sayingTo file: String?
    ) async throws -> Termination {
        do {
            let status: TerminationStatus
            if let file {
                let descriptor = try FileDescriptor.open(
                    file, .writeOnly, options: [.create, .truncate, .append], permissions: .ownerReadWrite)
                defer { try? descriptor.close() }
                status = try await Subprocess.run(
                    configuration, input: .none,
                    output: .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(descriptor, closeAfterSpawningProcess: false)
                ) { execution in process.begin(as: execution.processIdentifier.value) }.terminationStatus
            } else {
                status = try await Subprocess.run(
                    configuration, input: .currentStandardInput, output: .currentStandardOutput,
                    error: .currentStandardError
                ) { execution in process.begin(as: execution.processIdentifier.value) }.terminationStatus
            }
            process.end()
            try Task.checkCancellation()
            switch status {
            case .exited(let code): return .exited(code)
            case .signaled(let number): return .signalled(number)
            }
        } catch let error as SubprocessError {
            throw CommandError(name, .cannotStart("\(error)"))
        }
    }
}

/// The process that signals go to: those that come before it has begun are kept, those after its end dropped.
private final class RunningProcess: Sendable {
    private enum State {
        case waiting([Int32])
        case running(pid_t)
        case gone
    }

    private let state = Mutex(State.waiting([]))

    func begin(as number: pid_t) {
        state.withLock { state in
            if case .waiting(let signals) = state { for signal in signals { _ = kill(number, signal) } }
            state = .running(number)
        }
    }

    func end() { state.withLock { $0 = .gone } }

    func send(_ signal: Int32) {
        // Under the lock: after its end, the number can be another process's.
        state.withLock { state in
            switch state {
            case .waiting(let signals): state = .waiting(signals + [signal])
            case .running(let number): _ = kill(number, signal)
            case .gone: break
            }
        }
    }
}
