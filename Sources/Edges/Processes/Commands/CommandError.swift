/// A program that could not be run: its name, and why.
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        case notFound
        /// A folder, or a file that this user may not execute.
        case notExecutable
        /// In the system's words.
        case cannotStart(String)
    }

    public let command: String
    public let problem: Problem

    init(_ command: String, _ problem: Problem) {
        self.command = command
        self.problem = problem
    }

    /// The command itself is wrong, rather than the machine it was to run on.
    public var isBadInput: Bool { if case .cannotStart = problem { false } else { true } }

    public var description: String {
        switch problem {
        case .notFound where command.contains("/"):
            "cannot run '\(command)': there is no such file\n  expected: -- COMMAND [ARGUMENT…]"
        case .notFound:
            "cannot run '\(command)': no such program in PATH\n  expected: -- COMMAND [ARGUMENT…]"
        case .notExecutable: "cannot run '\(command)': it is no program that can be executed"
        case .cannotStart(let reason): "cannot run '\(command)': \(reason)"
        }
    }
}
